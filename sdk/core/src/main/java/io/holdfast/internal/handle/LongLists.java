// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Remembers which lists of children the connection did not survive: an answer that is larger than {@code jute.maxbuffer} ends it,
 * and with it everything else that waits on it. Thread-safe; shared by all handles of a client.
 */
final class LongLists {

    /** In a row: once may be the connection's own end. */
    private static final int SUSPECT_AFTER = 2;

    /** The children may have become fewer, and the fault may have been another. */
    private static final Duration FORGET_AFTER = Duration.ofMinutes(10);

    private static final int MOST_PATHS = 1000;

    /** What a name takes: its length, and about as much as the names of recipes have. */
    private static final int BYTES_PER_NAME = 44;

    private record Loss(int times, long lastNanos) {}

    private final Ticker ticker;

    @GuardedBy("this")
    private final Map<String, Loss> losses = new HashMap<>();

    LongLists(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Returns whether the connection broke on this list, so that its length is to be asked for first. */
    synchronized boolean isSuspect(String path) {
        Loss loss = losses.get(path);
        return loss != null
                && loss.times() >= SUSPECT_AFTER
                && ticker.read() - loss.lastNanos() < FORGET_AFTER.toNanos();
    }

    synchronized void broke(String path) {
        if (losses.size() >= MOST_PATHS) {
            losses.clear();
        }
        Loss before = losses.get(path);
        losses.put(path, new Loss(before == null ? 1 : before.times() + 1, ticker.read()));
    }

    synchronized void answered(String path) {
        if (!losses.isEmpty()) {
            losses.remove(path);
        }
    }

    /** Returns whether a list of so many names is likely to be larger than that. */
    static boolean isTooLong(int children, int maxBuffer) {
        return (long) children * BYTES_PER_NAME > maxBuffer;
    }
}
