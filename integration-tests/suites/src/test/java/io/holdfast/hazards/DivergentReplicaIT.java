// SPDX-License-Identifier: Apache-2.0
package io.holdfast.hazards;

import static io.holdfast.hazards.PlainHandle.PATIENCE;
import static io.holdfast.hazards.PlainHandle.isAnswered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Release;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Sighting;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What each request does about a node that one follower holds and no other server (H9); that ours finds and heals it is in
 * DivergentReplicaIsHealedIT.
 */
class DivergentReplicaIT {

    private static final String CURRENT = Release.current().version();

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Places.ensembleOf(CURRENT).byteman(Rules.KEEP_NODES_OF_ENDED_SESSION));

    private final Ensemble ensemble = SERVERS.ensemble();

    @Test
    void aCreateIsAnsweredNodeExistsAndADeleteNoNodeAndOnlyBothInOneHealIt() throws Exception {
        Server divergent = ensemble.followers().get(0);
        try (OwnerObserver observer = OwnerObserver.of(ensemble)
                        .watch("/created")
                        .watch("/deleted")
                        .watch("/healed");
                PlainHandle plain = PlainHandle.connect(divergent.connectString())) {
            long orphaned = plantOrphans(divergent, observer, "/created", "/deleted", "/healed");

            isAnswered(plain.create("/created"), Code.NODEEXISTS);
            awaitThatTheOthersHold("/created", plain.session(), divergent, observer);
            assertThat(observer.ownerNow("/created").get(divergent.id()))
                    .as(observer.toText())
                    .matches(seen -> seen.isOwnedBy(orphaned));
            WhatServersDid.isWrittenDown("divergent-create-answers-node-exists", CURRENT, "node-exists-and-created");

            isAnswered(plain.delete("/deleted", -1), Code.NONODE);
            assertThat(plain.look("/deleted")).hasValueSatisfying(seen -> assertThat(seen.getEphemeralOwner())
                    .isEqualTo(orphaned));
            WhatServersDid.isWrittenDown("divergent-delete-answers-no-node", CURRENT, "no-node-and-stands");

            isAnswered(plain.selfCancelling("/healed"), Code.OK);
            observer.awaitAbsent("/healed", PATIENCE);
            isAnswered(plain.create("/healed"), Code.OK);
            observer.awaitOwner("/healed", plain.session(), PATIENCE);
            WhatServersDid.isWrittenDown("self-cancelling-multi-heals-divergence", CURRENT, "ok-and-absent");
        }
    }

    private long plantOrphans(Server divergent, OwnerObserver observer, String... paths) throws Exception {
        long session;
        try (PlainHandle planting = PlainHandle.connect(ensemble.leader().connectString())) {
            session = planting.session();
            divergent.gate(Rules.KEEP_NODES_OF_ENDED_SESSION).closeFor(session);
            for (String path : paths) {
                isAnswered(planting.create(path), Code.OK);
                observer.awaitOwner(path, session, PATIENCE);
            }
        }
        for (String path : paths) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(observer.ownerNow(path).values())
                            .as(observer.toText())
                            .filteredOn(seen -> seen.server() != divergent.id())
                            .allMatch(seen -> seen.state() == Sighting.State.ABSENT));
        }
        return session;
    }

    private static void awaitThatTheOthersHold(String path, long session, Server divergent, OwnerObserver observer) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(observer.ownerNow(path).values())
                        .as(observer.toText())
                        .filteredOn(seen -> seen.server() != divergent.id())
                        .allMatch(seen -> seen.isOwnedBy(session)));
    }
}
