// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.write;

import java.time.Duration;

/**
 * How many writes may be unanswered at a time: more and more while the ensemble answers quickly, half as many after each answer that
 * was slow. So thousands of clients that come back together ask for no more at a time than the ensemble gets done. Confined to the
 * loop.
 */
final class WriteWindow {

    /** Far above what a healthy ensemble takes, and far below what makes clients lose their sessions. */
    static final Duration SLOW = Duration.ofMillis(500);

    static final int LEAST = 50;
    private static final int FIRST = 500;

    private final int most;
    private int size;
    private boolean isSlow;

    WriteWindow(int most) {
        this.most = most;
        this.size = Math.min(FIRST, most);
    }

    int size() {
        return size;
    }

    /** Returns whether the last answer was slow. */
    boolean isSlow() {
        return isSlow;
    }

    /** So many writes were answered after this time. */
    void answered(int writes, Duration took) {
        isSlow = took.compareTo(SLOW) > 0;
        size = isSlow ? Math.max(Math.min(LEAST, most), size / 2) : Math.min(most, size + writes);
    }

    /**
     * Returns how long to wait before more is sent: after a slow answer a part of the time it took, a different one for each client.
     *
     * @param jitter a random number of at least 0 and below 1
     */
    Duration pauseAfter(Duration took, double jitter) {
        return isSlow ? Duration.ofNanos((long) (took.toNanos() * 0.5 * jitter)) : Duration.ZERO;
    }
}
