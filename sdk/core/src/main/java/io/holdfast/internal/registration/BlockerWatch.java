// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.internal.ownership.Blocker;
import io.holdfast.session.EndOutcome;
import io.holdfast.session.Znode;
import io.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.Optional;

/** Keeps count of how long which node has been in the way. Confined to the loop. */
final class BlockerWatch {

    private final Ticker ticker;
    private long czxid;
    private long sinceNanos;
    private Optional<EndOutcome> lastEnd = Optional.empty();
    private boolean replicasAsked;

    BlockerWatch(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Returns what is known about the node that is in the way now; another node than last time starts anew. */
    Blocker with(Optional<Znode> node) {
        long now = ticker.read();
        long seen = node.map(Znode::czxid).orElse(0L);
        if (seen != czxid) {
            czxid = seen;
            sinceNanos = now;
            lastEnd = Optional.empty();
            replicasAsked = false;
        }
        return new Blocker(czxid, Duration.ofNanos(now - sinceNanos), lastEnd, replicasAsked);
    }

    void sessionEnded(EndOutcome outcome) {
        lastEnd = Optional.of(outcome);
    }

    void replicasAgree() {
        replicasAsked = true;
    }
}
