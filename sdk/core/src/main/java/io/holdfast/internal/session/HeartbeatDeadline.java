// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * The moment from which the leader counts a session's timeout, at the earliest, as far as its client can be certain.
 * Immutable, pure.
 *
 * <p>An answered write proves that the leader held the session when it prepared the write. It does not prove that the leader
 * counts from then on: a follower passes on which clients it has heard from only when the leader asks, each half tick, so
 * one that stops
 * right after its answer takes that with it. Therefore a proof counts once a later one was answered that was sent a while
 * after it, because the follower was asked in between. Until then, what counts is what the client library itself had sent
 * before: it leaves no connection idle for more than a third of the timeout.
 *
 * @param chained the latest proof that a later one has made count
 * @param waiting the proof that waits for a later one
 * @param last the latest proof
 * @see "docs/adr/0017-what-a-deadline-is-counted-from.md"
 */
record HeartbeatDeadline(OptionalLong chained, OptionalLong waiting, OptionalLong last) {

    static final HeartbeatDeadline NONE =
            new HeartbeatDeadline(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

    /**
     * The session was first confirmed on its handle.
     *
     * @param openedNanos when the handle was opened: the leader began to count later
     */
    HeartbeatDeadline confirmed(long openedNanos) {
        return chained.isPresent() ? this : new HeartbeatDeadline(OptionalLong.of(openedNanos), waiting, last);
    }

    /**
     * A write was answered.
     *
     * @param sentNanos when it was sent
     * @param spacing how much later than another one it must be sent to make that one count
     */
    HeartbeatDeadline answered(long sentNanos, Duration spacing) {
        OptionalLong newest = later(last, sentNanos);
        if (waiting.isEmpty()) {
            return new HeartbeatDeadline(chained, OptionalLong.of(sentNanos), newest);
        }
        return sentNanos - waiting.getAsLong() >= spacing.toNanos()
                ? new HeartbeatDeadline(later(chained, waiting.getAsLong()), OptionalLong.of(sentNanos), newest)
                : new HeartbeatDeadline(chained, waiting, newest);
    }

    /**
     * Returns the moment from which the leader counts at the earliest; empty if nothing is proven.
     *
     * @param idle how long before a proof the follower may have passed on for the last time that it had heard from the client
     */
    OptionalLong counted(Duration idle) {
        if (last.isEmpty() || chained.isEmpty()) {
            return chained;
        }
        return later(chained, last.getAsLong() - idle.toNanos());
    }

    private static OptionalLong later(OptionalLong known, long nanos) {
        return known.isPresent() && known.getAsLong() - nanos >= 0 ? known : OptionalLong.of(nanos);
    }
}
