// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.HoldfastClientBuilder;
import io.holdfast.event.HoldfastEvent.EarlierSessionEnded;
import io.holdfast.guarantees.support.Evidence;
import io.holdfast.guarantees.support.Member;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Sighting;
import io.holdfast.testing.peer.OrdinaryClient;
import io.holdfast.testing.proxy.FaultProxy;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The client is told that its session has expired, and the leader dies before it has closed the session: the next leader
 * gives it another timeout, with its nodes (H5).
 */
class ExpiredIsNotTakenForClosedIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Ensemble.builder()
            .localSessions(true)
            .localSessionsUpgrading(true)
            .byteman(Rules.HOLD_EXPIRE, Rules.DROP_TOUCHES));

    private final Ensemble ensemble = SERVERS.ensemble();

    @ParameterizedTest(name = "with markers: {0}")
    @ValueSource(booleans = {false, true})
    void theSessionThatCameBackToLifeLosesItsNode(boolean isMarked) throws InterruptedException {
        Server leader = ensemble.leader();
        leader.proxy().refuse(); // what it hears of its own clients cannot be dropped
        try (OwnerObserver observer =
                        OwnerObserver.of(ensemble).watch("/ordinary").watch("/holdfast");
                Member member = Member.start(
                        ensemble.proxiedConnectString(),
                        "told-expired",
                        isMarked ? settings -> {} : HoldfastClientBuilder::withoutSessionMarkers);
                OrdinaryClient ordinary = OrdinaryClient.connectingTo(ensemble.connectString())
                        .registering("/ordinary")
                        .sessionTimeout(Member.SESSION_TIMEOUT)
                        .start()) {
            member.register("/holdfast");
            member.awaitRegistered(PATIENCE);
            ordinary.awaitRegistered(PATIENCE);
            long told = member.session();
            long ordinaryOld = ordinary.sessionId();
            Gate expiry = ensemble.gate(Rules.HOLD_EXPIRE);
            expiry.closeFor(told);
            ensemble.gate(Rules.DROP_TOUCHES).closeFor(told);
            expiry.awaitReached(told, PATIENCE);

            ensemble.gate(Rules.DROP_TOUCHES).open();
            ensemble.proxies().forEach(FaultProxy::cut);
            ordinary.declareExpired();
            await().atMost(PATIENCE).until(() -> member.diary().endOf(told).isPresent());
            ordinary.awaitRegisteredAfter(ordinaryOld, PATIENCE);
            observer.awaitOwner("/holdfast", told, PATIENCE);
            leader.kill();
            expiry.open();
            ensemble.leader();
            long elected = System.nanoTime();

            await().atMost(PATIENCE).until(() -> member.isRegistered() && member.session() != told);
            Duration recovery = Duration.ofNanos(System.nanoTime() - elected);
            observer.awaitOwner("/holdfast", member.session(), PATIENCE);
            if (!isMarked) { // with a marker nothing has to be ended to take the node
                assertThat(member.diary().events(EarlierSessionEnded.class))
                        .as(member.diary().toString())
                        .anyMatch(end -> end.sessionId() == told
                                // a close that the next leader commits after the attempt's time is up
                                && (end.outcome().equals("closed")
                                        || end.outcome().equals("unreachable")));
            }
            assertThat(recovery)
                    .as("attach and close, not another session timeout\n" + member.diary())
                    .isLessThan(Member.SESSION_TIMEOUT);

            observer.awaitAbsent("/ordinary", PATIENCE);
            await().during(Member.GHOST_LIFE).atMost(PATIENCE).untilAsserted(() -> {
                assertThat(ordinary.belief("/ordinary")).isPresent();
                assertThat(observer.ownerNow("/ordinary").values())
                        .as(observer.toText())
                        .noneMatch(seen -> seen.state() == Sighting.State.PRESENT);
                assertThat(observer.ownerNow("/holdfast").values())
                        .as(observer.toText())
                        .filteredOn(seen -> seen.state() != Sighting.State.UNREACHABLE)
                        .hasSize(2)
                        .allMatch(seen -> seen.isOwnedBy(member.session()));
            });
            Evidence.requireTruth(member, observer);
            Evidence.nothingIsCreatedUnconfirmed(member, ensemble);
        }
    }
}
