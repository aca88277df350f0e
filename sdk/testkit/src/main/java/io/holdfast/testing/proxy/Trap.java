// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.proxy;

import io.holdfast.testing.wire.OpCode;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A fault that waits for a certain request and then cuts that request's connection, once.
 *
 * <p>Thread-safe.
 */
public final class Trap {

    /** Where the connection is cut. */
    enum Kind {
        BEFORE_REQUEST,
        AFTER_REQUEST,
        INSTEAD_OF_REPLY
    }

    private final Kind kind;
    private final OpCode opCode;
    private final CountDownLatch sprung = new CountDownLatch(1);
    private int remaining;

    Trap(Kind kind, OpCode opCode, int remaining) {
        if (remaining < 1) {
            throw new IllegalArgumentException("n is " + remaining + ", must be at least 1");
        }
        this.kind = kind;
        this.opCode = opCode;
        this.remaining = remaining;
    }

    /** Returns whether the connection has been cut. */
    public boolean isSprung() {
        return sprung.getCount() == 0;
    }

    /**
     * Blocks until the connection has been cut.
     *
     * @throws AssertionError if that does not happen in time
     */
    public void awaitSprung(Duration limit) throws InterruptedException {
        if (!sprung.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new AssertionError("no connection was cut " + this + " within " + limit);
        }
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " " + opCode;
    }

    Kind kind() {
        return kind;
    }

    void spring() {
        sprung.countDown();
    }

    /** Counts a request and returns whether it is the one; the caller lets one thread at a time in. */
    boolean matches(OpCode seen) {
        return seen == opCode && --remaining == 0;
    }
}
