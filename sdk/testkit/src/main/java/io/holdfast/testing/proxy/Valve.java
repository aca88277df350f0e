// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.testing.wire.OpCode;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * What one direction does to the frames that flow through it: let them pass, hold them, drop them, delay them.
 *
 * <p>A proxy has two valves for all its connections, the later ones included, and each connection has two of its own; a
 * frame has to get through both. Held frames are kept and delivered in order; where a valve is both held and
 * black-holed, holding wins. A connection that lost frames in a black hole cannot go on: {@link FaultProxy#heal()} cuts it.
 *
 * <p>Thread-safe; no method blocks. A frame that is being written while a method is called may still get through.
 */
public final class Valve {

    private final Runnable changed;

    @GuardedBy("this")
    private final Set<OpCode> heldOperations = EnumSet.noneOf(OpCode.class);

    @GuardedBy("this")
    private boolean held;

    @GuardedBy("this")
    private boolean blackholed;

    @GuardedBy("this")
    private long delayNanos;

    Valve(Runnable changed) {
        this.changed = changed;
    }

    /** Holds everything, pings and the end of the stream included, until {@link #release()}. */
    public synchronized void hold() {
        held = true;
    }

    /**
     * Holds each connection from the first frame of these operations on: a request on its way to the server, the answer to
     * such a request on its way to the client. Later frames wait behind it, except pings, which overtake it: the
     * connection stays alive while the server seems silent about one request.
     */
    public synchronized void hold(OpCode first, OpCode... more) {
        heldOperations.addAll(EnumSet.of(first, more));
    }

    /** Delivers what is held, in order, and holds no more. */
    public void release() {
        synchronized (this) {
            held = false;
            heldOperations.clear();
        }
        changed.run();
    }

    /** Stops holding frames of this operation. */
    void release(OpCode opCode) {
        synchronized (this) {
            heldOperations.remove(opCode);
        }
        changed.run();
    }

    /** Drops every frame from now on without telling anybody, and the end of the stream as well. */
    public void blackhole() {
        synchronized (this) {
            blackholed = true;
        }
        changed.run();
    }

    /** Delivers every frame this long after it arrived. Zero ends it. */
    public void delay(Duration delay) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay is " + delay + ", must not be negative");
        }
        synchronized (this) {
            delayNanos = delay.toNanos();
        }
        changed.run();
    }

    /** Ends every fault of this valve and delivers what is held. */
    public void open() {
        synchronized (this) {
            held = false;
            heldOperations.clear();
            blackholed = false;
            delayNanos = 0;
        }
        changed.run();
    }

    synchronized boolean holds(Frame frame) {
        return held || heldOperations.contains(frame.opCode());
    }

    /** Whether a ping may overtake what is held. */
    synchronized boolean holdsPings() {
        return held || heldOperations.contains(OpCode.PING);
    }

    synchronized boolean drops() {
        return blackholed;
    }

    synchronized long delayNanos() {
        return delayNanos;
    }
}
