// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.time;

import io.holdfast.spi.Ticker;
import java.time.Duration;

/**
 * A point on a {@link Ticker}'s scale after which something no longer holds. Immutable.
 *
 * @param atNanos the ticker reading at which it is over
 */
public record Deadline(long atNanos) {

    /**
     * Returns the deadline of a right that was last proven by a request sent at {@code sentNanos}: the send time counts,
     * not the time of the answer, because the server may have acted right after the request left (protocol, section 5).
     *
     * @param sentNanos ticker reading when the proving request was sent
     * @param validity how long the proof holds on the server, for a session its negotiated timeout
     * @param margin how much earlier to stop; zero or more
     */
    public static Deadline after(long sentNanos, Duration validity, Duration margin) {
        return new Deadline(sentNanos + validity.minus(margin).toNanos());
    }

    /** Returns whether the deadline is reached at the given ticker reading. */
    public boolean isPast(long nowNanos) {
        return nowNanos - atNanos >= 0; // a difference survives the overflow of the ticker
    }

    /** Returns the time left at the given ticker reading, {@link Duration#ZERO} once the deadline is reached. */
    public Duration remaining(long nowNanos) {
        return isPast(nowNanos) ? Duration.ZERO : Duration.ofNanos(atNanos - nowNanos);
    }
}
