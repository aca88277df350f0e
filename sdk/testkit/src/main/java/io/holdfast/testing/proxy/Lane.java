// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.proxy;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.testing.wire.OpCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One direction of one connection: a queue of frames, emptied by whoever puts one in or opens a valve.
 *
 * <p>One thread at a time delivers; the others leave their frame behind, and the one at work sees it before it goes.
 */
final class Lane {

    private record Waiting(Frame frame, long arrivedNanos) {}

    private final Valve ofProxy;
    private final Valve ofConnection;
    private final ScheduledExecutorService timer;
    private final Consumer<Frame> delivery;

    @GuardedBy("this")
    private final List<Waiting> queue = new ArrayList<>();

    @GuardedBy("this")
    private boolean delivering;

    @GuardedBy("this")
    private boolean droppedFrames;

    Lane(Valve ofProxy, Valve ofConnection, ScheduledExecutorService timer, Consumer<Frame> delivery) {
        this.ofProxy = ofProxy;
        this.ofConnection = ofConnection;
        this.timer = timer;
        this.delivery = delivery;
    }

    void put(Frame frame) {
        synchronized (this) {
            queue.add(new Waiting(frame, System.nanoTime()));
        }
        drain();
    }

    /** Delivers, on the timer's thread, whatever the valves let through by now. */
    void drainSoon() {
        schedule(0);
    }

    synchronized boolean hasDroppedFrames() {
        return droppedFrames;
    }

    private void drain() {
        while (true) {
            Optional<Frame> next;
            synchronized (this) {
                if (delivering) {
                    return;
                }
                next = takeNext();
                delivering = next.isPresent();
            }
            if (next.isEmpty()) {
                return;
            }
            try {
                delivery.accept(next.get());
            } finally {
                synchronized (this) {
                    delivering = false;
                }
            }
        }
    }

    @GuardedBy("this")
    private Optional<Frame> takeNext() {
        for (int i = 0; i < queue.size(); i++) {
            Waiting waiting = queue.get(i);
            Frame frame = waiting.frame();
            long early = waiting.arrivedNanos() + delayNanos() - System.nanoTime();
            if (early > 0) {
                schedule(early);
                return Optional.empty();
            }
            boolean overtakes = i > 0 && frame.opCode() == OpCode.PING;
            if (overtakes || (i == 0 && !holds(frame))) {
                queue.remove(i);
                if (!ofProxy.drops() && !ofConnection.drops()) {
                    return Optional.of(frame);
                }
                droppedFrames = true;
                i--;
            } else if (ofProxy.holdsPings() || ofConnection.holdsPings()) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private boolean holds(Frame frame) {
        return ofProxy.holds(frame) || ofConnection.holds(frame);
    }

    private long delayNanos() {
        return Math.max(ofProxy.delayNanos(), ofConnection.delayNanos());
    }

    private void schedule(long nanos) {
        try {
            // A drain that fails has closed its connection; nobody waits for it.
            var unused = timer.schedule(this::drain, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // The proxy is closed: its connections are closed as well, and frames have nowhere to go.
        }
    }
}
