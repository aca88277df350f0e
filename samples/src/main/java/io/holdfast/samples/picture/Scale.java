// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.picture;

import java.util.concurrent.TimeUnit;

/**
 * Where a time lies in a scene's plot.
 *
 * @param from the scene's first nanosecond
 * @param to its last
 * @param left the x of the first
 * @param right the x of the last
 */
record Scale(long from, long to, double left, double right) {

    double x(long at) {
        double part = (double) (at - from) / Math.max(1, to - from);
        return left + Math.min(1, Math.max(0, part)) * (right - left);
    }

    long at(long seconds) {
        return from + TimeUnit.SECONDS.toNanos(seconds);
    }

    /** Returns seconds of the scene, rounded down. */
    long lengthSeconds() {
        return TimeUnit.NANOSECONDS.toSeconds(to - from);
    }

    double secondsInto(long at) {
        return (at - from) / (double) TimeUnit.SECONDS.toNanos(1);
    }
}
