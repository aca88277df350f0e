// SPDX-License-Identifier: Apache-2.0
package io.holdfast.spi;

import java.time.Duration;

/**
 * How long to wait before the next try: twice as long after each failure, up to a limit. Immutable; adds no jitter.
 *
 * @param first the delay after the first failure; more than zero
 * @param longest the delay that is not exceeded; at least {@code first}
 */
public record Backoff(Duration first, Duration longest) {

    private static final int MOST_DOUBLINGS = 30;

    public Backoff {
        if (first.isZero() || first.isNegative()) {
            throw new IllegalArgumentException("first must be more than zero, but was " + first);
        }
        if (longest.compareTo(first) < 0) {
            throw new IllegalArgumentException("longest must be at least first (" + first + "), but was " + longest);
        }
    }

    /** Returns the delay after this many failures in a row, from 1 on. */
    public Duration after(int failures) {
        if (failures < 1) {
            throw new IllegalArgumentException("failures must be at least 1, but was " + failures);
        }
        Duration delay = first.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
        return delay.compareTo(longest) < 0 ? delay : longest;
    }
}
