// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak.judge;

/** A time from one moment to another, as {@link System#nanoTime()} counts. */
record Stretch(long fromNanos, long toNanos) {

    /** Returns its length; zero if it ends before it begins. */
    long nanos() {
        return Math.max(0, toNanos - fromNanos);
    }

    boolean isEmpty() {
        return toNanos <= fromNanos;
    }

    boolean meets(Stretch other) {
        return fromNanos <= other.toNanos && other.fromNanos <= toNanos;
    }

    /** Returns this with so much more at its beginning. */
    Stretch andBefore(long nanos) {
        return new Stretch(fromNanos - nanos, toNanos);
    }
}
