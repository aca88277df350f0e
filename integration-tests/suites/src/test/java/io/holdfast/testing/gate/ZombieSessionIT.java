// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Release;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.peer.OrdinaryClient;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The recipe of a session that works, that no leader knows, and that therefore never ends: 3.5.x with local sessions. */
class ZombieSessionIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(3);

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Ensemble.builder()
            .release(Release.of("3.5.10"))
            .localSessions(true)
            .localSessionsUpgrading(true)
            .byteman(Rules.ZOMBIE_HOLD_CREATE, Rules.ZOMBIE_HOLD_LOCAL_CLOSE));

    private final Ensemble ensemble = SERVERS.ensemble();

    @Test
    void leavesANodeWhoseOwnerTheLeaderDoesNotKnow() throws InterruptedException, IOException {
        Server leader = ensemble.leader();
        Gate create = leader.gate(Rules.ZOMBIE_HOLD_CREATE);
        Gate close = leader.gate(Rules.ZOMBIE_HOLD_LOCAL_CLOSE);
        create.close();
        close.close();
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/zombie");
                OrdinaryClient client = OrdinaryClient.connectingTo(
                                leader.proxy().connectString())
                        .registering("/zombie")
                        .sessionTimeout(SESSION_TIMEOUT)
                        .start()) {
            long zombie = create.awaitReached(PATIENCE);
            leader.proxy().refuse();
            close.awaitReached(zombie, PATIENCE);
            create.open();
            observer.awaitOwner("/zombie", zombie, PATIENCE);
            close.open();

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(trackedSessions(leader))
                    .as("the leader has forgotten the owner")
                    .doesNotContain("0x" + Long.toHexString(zombie)));
            leader.proxy().accept();
            client.awaitRegisteredAfter(zombie, PATIENCE);
            await().during(SESSION_TIMEOUT.multipliedBy(2)).atMost(PATIENCE).untilAsserted(() -> assertThat(
                            observer.ownerNow("/zombie").values())
                    .as(observer.toText())
                    .allMatch(seen -> seen.isOwnedBy(zombie)));
        }
    }

    /** The part of the dump that lists the sessions the tracker will expire, which ends before the ephemerals. */
    private static String trackedSessions(Server leader) throws IOException {
        String dump = leader.fourLetterWord("dump");
        return dump.substring(0, dump.indexOf("ephemeral nodes dump"));
    }
}
