// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.internal.ownership.Blocker;
import io.holdfast.internal.session.EndOutcome;
import io.holdfast.session.Znode;
import java.time.Duration;
import java.util.Optional;

/** Which node has been in the way, since when, and what was done about it. Immutable. */
record SeenBlocker(
        long czxid, long sinceNanos, Optional<EndOutcome> lastEnd, boolean replicasAsked, boolean wasRefused) {

    static SeenBlocker none() {
        return new SeenBlocker(0, 0, Optional.empty(), false, false);
    }

    /** Another node than last time starts anew. */
    SeenBlocker seen(Optional<Znode> node, long nowNanos) {
        long now = node.map(Znode::czxid).orElse(0L);
        return now == czxid ? this : new SeenBlocker(now, nowNanos, Optional.empty(), false, false);
    }

    SeenBlocker ended(EndOutcome outcome) {
        return new SeenBlocker(czxid, sinceNanos, Optional.of(outcome), replicasAsked, wasRefused);
    }

    SeenBlocker replicasAgree() {
        return new SeenBlocker(czxid, sinceNanos, lastEnd, true, wasRefused);
    }

    /** It could not be taken over under its session's marker. */
    SeenBlocker refused() {
        return new SeenBlocker(czxid, sinceNanos, lastEnd, replicasAsked, true);
    }

    Blocker at(long nowNanos) {
        Duration waited = czxid == 0 ? Duration.ZERO : Duration.ofNanos(nowNanos - sinceNanos);
        return new Blocker(czxid, waited, lastEnd, replicasAsked, wasRefused);
    }
}
