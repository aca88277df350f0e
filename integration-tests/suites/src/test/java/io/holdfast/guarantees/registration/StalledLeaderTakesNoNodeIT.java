// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.guarantees.support.Evidence;
import io.holdfast.guarantees.support.Member;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.peer.OrdinaryClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The second original report by its own script: the leader is stopped for eight seconds, again and again, and wakes up with
 * many sessions to expire. It stays the leader, because its followers' patience is longer than that.
 */
class StalledLeaderTakesNoNodeIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration STALL = Duration.ofSeconds(8);
    private static final int ROUNDS = 3;
    private static final int CLIENTS = 12;

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(
            Ensemble.builder().syncLimit(20).localSessions(true).localSessionsUpgrading(true));

    private final Ensemble ensemble = SERVERS.ensemble();
    private final List<Member> members = new ArrayList<>();
    private final List<OrdinaryClient> ordinary = new ArrayList<>();

    @AfterEach
    void closeClients() {
        members.forEach(Member::close);
        ordinary.forEach(OrdinaryClient::close);
    }

    @Test
    void everyNodeBelongsToTheLivingSessionOfItsClientAfterEachStall(TestReporter reporter)
            throws InterruptedException {
        try (OwnerObserver observer = OwnerObserver.of(ensemble)) {
            for (int i = 0; i < CLIENTS; i++) {
                members.add(Member.start(ensemble.connectString(), "member-" + i));
                members.get(i).register("/holdfast-" + i);
                observer.watch("/holdfast-" + i).watch("/ordinary-" + i);
                ordinary.add(OrdinaryClient.connectingTo(ensemble.connectString())
                        .registering("/ordinary-" + i)
                        .sessionTimeout(Member.SESSION_TIMEOUT)
                        .start());
            }
            awaitAll(observer);
            for (OrdinaryClient client : ordinary) {
                client.awaitRegistered(PATIENCE);
            }

            for (int round = 1; round <= ROUNDS; round++) {
                stallTheLeader();

                awaitAll(observer);
                requireThatNothingIsLostLater(observer);
                reporter.publishEntry("round " + round, describe(observer));
            }

            for (Member member : members) {
                Evidence.requireTruth(member, observer);
            }
        }
    }

    private void stallTheLeader() throws InterruptedException {
        Server leader = ensemble.leader();
        leader.pause();
        await().pollDelay(STALL).atMost(STALL.multipliedBy(2)).until(leader::isPaused);
        leader.resume();
    }

    private void awaitAll(OwnerObserver observer) throws InterruptedException {
        for (int i = 0; i < CLIENTS; i++) {
            members.get(i).awaitRegistered(PATIENCE);
        }
        for (int i = 0; i < CLIENTS; i++) {
            Member member = members.get(i);
            observer.awaitEverywhere(
                    "/holdfast-" + i, seen -> seen.isOwnedBy(member.session()), "owned by " + member, PATIENCE);
        }
    }

    /** What the stall left in the leader's queues has long come out of them when another session timeout is over. */
    private void requireThatNothingIsLostLater(OwnerObserver observer) {
        await().during(Member.GHOST_LIFE).atMost(PATIENCE).untilAsserted(() -> {
            for (int i = 0; i < CLIENTS; i++) {
                Member member = members.get(i);
                assertThat(member.isRegistered()).as(member.diary().toString()).isTrue();
                assertThat(observer.ownerNow("/holdfast-" + i).values())
                        .as(observer.toText())
                        .isNotEmpty()
                        .allMatch(seen -> seen.isOwnedBy(member.session()));
            }
        });
    }

    private String describe(OwnerObserver observer) {
        long sessions = members.stream()
                .mapToLong(member -> member.diary().sessions().size())
                .sum();
        long lost = 0;
        for (int i = 0; i < CLIENTS; i++) {
            long session = ordinary.get(i).sessionId();
            boolean believes = ordinary.get(i).belief("/ordinary-" + i).isPresent();
            boolean has =
                    observer.ownerNow("/ordinary-" + i).values().stream().anyMatch(seen -> seen.isOwnedBy(session));
            lost += believes && !has ? 1 : 0;
        }
        return "members used " + sessions + " sessions and lost no node; ordinary clients believe in " + lost + " of "
                + CLIENTS + " nodes that they do not have";
    }
}
