// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.support;

import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.proxy.FaultProxy;
import java.time.Duration;

/** A leader that has expired a session and is slow to close it, under {@link Rules#HOLD_EXPIRE} and {@link Rules#DROP_TOUCHES}. */
public final class SlowClose {

    private SlowClose() {}

    /**
     * Returns when the session's nodes still exist and its client, which was well all the time, is told Expired.
     *
     * @param follower where the client is connected: what the leader hears of its sessions can be dropped
     * @return closes the session when it is opened
     */
    public static Gate of(Ensemble ensemble, FaultProxy follower, long session, Duration patience)
            throws InterruptedException {
        Gate expiry = unheard(ensemble, session, patience);
        follower.cut();
        return expiry;
    }

    /** Returns as above, but before the client is told. */
    public static Gate unheard(Ensemble ensemble, long session, Duration patience) throws InterruptedException {
        Gate expiry = ensemble.gate(Rules.HOLD_EXPIRE);
        Gate touches = ensemble.gate(Rules.DROP_TOUCHES);
        expiry.closeFor(session);
        touches.closeFor(session);
        expiry.awaitReached(session, patience);
        touches.open();
        return expiry;
    }
}
