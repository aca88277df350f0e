// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.junit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Knows for how long this JVM stood still. A machine that does so for a session timeout does what a fault does, and whoever
 * reads a failure should not have to guess it. Thread-safe.
 */
public final class Stalls {

    private static final Duration STEP = Duration.ofMillis(20);
    private static final AtomicLong LONGEST_NANOS = new AtomicLong();
    private static final Thread WATCHER = new Thread(Stalls::run, "stalls");

    static {
        WATCHER.setDaemon(true);
        WATCHER.start();
    }

    private Stalls() {}

    /** Begins to watch, if nobody did before. */
    static void watch() {}

    /** Forgets what was seen so far. */
    static void forget() {
        LONGEST_NANOS.set(0);
    }

    /** Returns how long the longest stall since the running test began was: what a limit on a time must allow for. */
    public static Duration longest() {
        return Duration.ofNanos(LONGEST_NANOS.get());
    }

    private static void run() {
        long before = System.nanoTime();
        while (true) {
            LockSupport.parkNanos(STEP.toNanos());
            long now = System.nanoTime();
            LONGEST_NANOS.accumulateAndGet(Math.max(0, now - before - STEP.toNanos()), Math::max);
            before = now;
        }
    }
}
