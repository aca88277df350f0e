// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.internal.ownership.Blocker;
import io.holdfast.session.EndOutcome;
import io.holdfast.session.Znode;
import java.time.Duration;
import java.util.Optional;

/** Which node has been in the way, since when, and what was done about it. Immutable. */
record SeenBlocker(long czxid, long sinceNanos, Optional<EndOutcome> lastEnd, boolean replicasAsked) {

    static SeenBlocker none() {
        return new SeenBlocker(0, 0, Optional.empty(), false);
    }

    /** Another node than last time starts anew. */
    SeenBlocker seen(Optional<Znode> node, long nowNanos) {
        long now = node.map(Znode::czxid).orElse(0L);
        return now == czxid ? this : new SeenBlocker(now, nowNanos, Optional.empty(), false);
    }

    SeenBlocker ended(EndOutcome outcome) {
        return new SeenBlocker(czxid, sinceNanos, Optional.of(outcome), replicasAsked);
    }

    SeenBlocker replicasAgree() {
        return new SeenBlocker(czxid, sinceNanos, lastEnd, true);
    }

    Blocker at(long nowNanos) {
        return new Blocker(
                czxid, czxid == 0 ? Duration.ZERO : Duration.ofNanos(nowNanos - sinceNanos), lastEnd, replicasAsked);
    }
}
