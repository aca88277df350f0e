// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Sighting;
import io.holdfast.testing.peer.OrdinaryClient;
import io.holdfast.testing.wire.OpCode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every ready-made rule, shown by what stands still behind its gate and what does not. */
class GatesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(3);

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Ensemble.builder()
            .syncLimit(60)
            .localSessions(true)
            .localSessionsUpgrading(true)
            .byteman(
                    Rules.HOLD_PREP_OF_CREATE_SESSION,
                    Rules.HOLD_COMMIT_OF_CREATE_SESSION,
                    Rules.HOLD_APPLY_OF_CREATE_SESSION,
                    Rules.HOLD_PREP_OF_CLOSE_SESSION,
                    Rules.HOLD_COMMIT_OF_CLOSE_SESSION,
                    Rules.HOLD_APPLY_OF_CLOSE_SESSION,
                    Rules.HOLD_EXPIRE,
                    Rules.DROP_TOUCHES));

    private final Ensemble ensemble = SERVERS.ensemble();

    @Test
    void anOrdinaryClientLosesItsNodeForGoodWhenTheCloseOfItsOldSessionIsHeld() throws InterruptedException {
        String path = "/adopted";
        Gate gate = ensemble.gate(Rules.HOLD_PREP_OF_CLOSE_SESSION);
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch(path);
                OrdinaryClient client = client(path, ensemble.followers().get(0).connectString())) {
            client.awaitRegistered(PATIENCE);
            long old = client.sessionId();
            Gate expiry = ensemble.gate(Rules.HOLD_EXPIRE);
            expiry.closeFor(old);
            client.declareExpired();
            client.awaitRegisteredAfter(old, PATIENCE);
            assertThat(client.belief(path)).hasValueSatisfying(belief -> assertThat(belief.foundExisting())
                    .isTrue());
            expiry.awaitReached(old, PATIENCE);
            observer.awaitOwner(path, old, PATIENCE);

            gate.closeFor(old);
            expiry.open();
            gate.awaitReached(old, PATIENCE);
            gate.open();

            observer.awaitAbsent(path, PATIENCE);
            assertThat(client.belief(path))
                    .as("it does not know")
                    .hasValueSatisfying(belief -> assertThat(belief.sessionId()).isEqualTo(client.sessionId()));
        }
    }

    @Test
    void aHeldPreparationOfCreateSessionHoldsTheCreateBehindIt() throws InterruptedException {
        Gate gate = ensemble.gate(Rules.HOLD_PREP_OF_CREATE_SESSION);
        gate.close();
        try (OrdinaryClient client =
                client("/prep-create", ensemble.followers().get(0).connectString())) {
            long session = gate.awaitReached(PATIENCE);
            assertThat(client.beliefs()).isEmpty();

            gate.open();

            client.awaitRegistered(PATIENCE);
            assertThat(client.sessionId()).isEqualTo(session);
        }
    }

    @Test
    void aHeldApplicationOfCreateSessionAtTheLeaderHidesTheNodeThereOnly() throws InterruptedException {
        Server leader = ensemble.leader();
        Gate gate = leader.gate(Rules.HOLD_APPLY_OF_CREATE_SESSION);
        gate.close();
        String path = "/apply-create";
        try (OrdinaryClient client = client(path, ensemble.followers().get(0).connectString());
                OwnerObserver observer = OwnerObserver.of(ensemble)) {
            client.awaitRegistered(PATIENCE);
            gate.awaitReached(client.sessionId(), PATIENCE);
            observer.awaitOwner(path, client.sessionId(), PATIENCE);
            assertThat(observer.ownerNow(path).get(leader.id()))
                    .satisfiesAnyOf(seen -> assertThat(seen).isNull(), seen -> assertThat(seen.state())
                            .isEqualTo(Sighting.State.UNREACHABLE));

            gate.open();

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(observer.ownerNow(path).get(leader.id()))
                            .matches(seen -> seen.isOwnedBy(client.sessionId())));
        }
    }

    @Test
    void aHeldCommitOfCreateSessionAtAFollowerKeepsItsClientWaiting() throws InterruptedException {
        Server follower = ensemble.followers().get(0);
        Gate gate = follower.gate(Rules.HOLD_COMMIT_OF_CREATE_SESSION);
        gate.close();
        try (OrdinaryClient client = client("/commit-create", follower.connectString());
                OwnerObserver observer = OwnerObserver.of(ensemble).watch("/commit-create")) {
            long session = gate.awaitReached(PATIENCE);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(observer.ownerNow("/commit-create")
                            .get(ensemble.leader().id()))
                    .matches(seen -> seen.isOwnedBy(session)));
            assertThat(observer.ownerNow("/commit-create").get(follower.id()).state())
                    .as("reads go on at the follower")
                    .isEqualTo(Sighting.State.ABSENT);
            assertThat(client.beliefs()).isEmpty();

            gate.open();

            client.awaitRegistered(PATIENCE);
        }
    }

    @Test
    void aHeldCommitOrApplicationOfCloseSessionLetsOneServerShowTheNodeLonger() throws InterruptedException {
        Server leader = ensemble.leader();
        Server follower = ensemble.followers().get(0);
        String path = "/late-close";
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch(path)) {
            Gate commit = follower.gate(Rules.HOLD_COMMIT_OF_CLOSE_SESSION);
            Gate apply = ensemble.followers().get(1).gate(Rules.HOLD_APPLY_OF_CLOSE_SESSION);
            long session;
            try (OrdinaryClient client = client(path, leader.connectString())) {
                client.awaitRegistered(PATIENCE);
                session = client.sessionId();
                observer.awaitOwner(path, session, PATIENCE);
                commit.closeFor(session);
                apply.closeFor(session);
            }

            commit.awaitReached(session, PATIENCE);
            apply.awaitReached(session, PATIENCE);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                            observer.ownerNow(path).get(leader.id()).state())
                    .isEqualTo(Sighting.State.ABSENT));
            assertThat(observer.ownerNow(path).get(follower.id())).matches(seen -> seen.isOwnedBy(session));
            commit.open();
            apply.open();

            observer.awaitAbsent(path, PATIENCE);
        }
    }

    @Test
    void droppedTouchesExpireASessionWhoseClientIsWell() throws InterruptedException {
        Server follower = ensemble.followers().get(0);
        try (OrdinaryClient client = client("/untouched", follower.proxy().connectString())) {
            client.awaitRegistered(PATIENCE);
            long session = client.sessionId();

            ensemble.gate(Rules.DROP_TOUCHES).closeFor(session);

            client.awaitRegisteredAfter(session, PATIENCE);
            assertThat(follower.proxy().count(OpCode.PING)).isPositive();
        }
    }

    private static OrdinaryClient client(String path, String connectString) {
        return OrdinaryClient.connectingTo(connectString)
                .registering(path)
                .sessionTimeout(SESSION_TIMEOUT)
                .start();
    }
}
