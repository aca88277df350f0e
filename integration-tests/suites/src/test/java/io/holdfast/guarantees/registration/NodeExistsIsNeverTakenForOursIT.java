// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.HoldfastClientBuilder;
import io.holdfast.event.HoldfastEvent.Judged;
import io.holdfast.guarantees.support.Evidence;
import io.holdfast.guarantees.support.Member;
import io.holdfast.guarantees.support.SlowClose;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationState;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.junit.Stalls;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Sighting;
import io.holdfast.testing.peer.OrdinaryClient;
import io.holdfast.testing.proxy.FaultProxy;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The second original report with its window held open: the leader has marked a session as closing, which is when its
 * client hears Expired, and has not yet deleted its nodes (H3).
 */
class NodeExistsIsNeverTakenForOursIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Ensemble.builder()
            .localSessions(true)
            .localSessionsUpgrading(true)
            .byteman(Rules.HOLD_EXPIRE, Rules.DROP_TOUCHES));

    private final Ensemble ensemble = SERVERS.ensemble();

    /** A follower: what the leader hears of its sessions can be dropped. */
    private final FaultProxy servers = ensemble.followers().get(0).proxy();

    /** The two ways of a client to learn that its session is over. */
    enum Heard {
        FROM_THE_SERVER,
        FROM_ITS_OWN_CLOCK
    }

    @Test
    void anOrdinaryClientAdoptsTheDyingNodeAndLosesItForGood() throws InterruptedException {
        String path = "/ordinary";
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch(path);
                OrdinaryClient client = OrdinaryClient.connectingTo(servers.connectString())
                        .registering(path)
                        .sessionTimeout(Member.SESSION_TIMEOUT)
                        .start()) {
            client.awaitRegistered(PATIENCE);
            long old = client.sessionId();
            Gate expiry = expireUpToItsClosing(old);

            client.awaitRegisteredAfter(old, PATIENCE);
            expiry.open();

            observer.awaitAbsent(path, PATIENCE);
            await().during(Member.GHOST_LIFE).atMost(PATIENCE).untilAsserted(() -> {
                assertThat(client.belief(path)).hasValueSatisfying(belief -> assertThat(belief.sessionId())
                        .isEqualTo(client.sessionId()));
                assertThat(observer.ownerNow(path).values())
                        .as(observer.toText())
                        .allMatch(seen -> seen.state() == Sighting.State.ABSENT);
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void holdfastWaitsForTheDeletionAndThenCreatesItsOwn(Heard heard) throws InterruptedException {
        String path = "/waits-" + heard;
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch(path);
                Member member = Member.start(
                        servers.connectString(), "waiting", HoldfastClientBuilder::withoutSessionMarkers)) {
            Registration registration = member.register(path);
            member.awaitRegistered(PATIENCE);
            long old = member.session();
            Gate expiry = heard == Heard.FROM_THE_SERVER ? expireUpToItsClosing(old) : expireInItsAbsence(old);
            awaitMeetingOf(member, old);
            // it reads the node again now and then, and says so for as long as that takes
            await().atMost(PATIENCE)
                    .until(
                            registration::state,
                            state -> state instanceof RegistrationState.Waiting waiting
                                    && waiting.what().contains("earlier session")
                                    && waiting.what().contains(Long.toHexString(old)));

            long released = System.nanoTime();
            expiry.open();

            member.awaitRegistered(PATIENCE);
            assertThat(Duration.ofNanos(System.nanoTime() - released))
                    .isLessThan(Duration.ofSeconds(2).plus(Stalls.longest()));
            requireThatItStays(member, path, observer);
            assertThat(member.session()).isNotEqualTo(old);
            Evidence.requireTruth(member, observer);
            Evidence.nothingIsCreatedUnconfirmed(member, ensemble);
        }
    }

    @Test
    void holdfastReplacesTheNodeWhenItsSessionIsOverdueAndTheLateCloseTakesNothing() throws InterruptedException {
        String path = "/replaces";
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch(path);
                Member member = Member.start(
                        servers.connectString(), "replacing", HoldfastClientBuilder::withoutSessionMarkers)) {
            member.register(path);
            member.awaitRegistered(PATIENCE);
            long old = member.session();
            Gate expiry = expireUpToItsClosing(old);
            long met = awaitMeetingOf(member, old);

            member.awaitRegistered(PATIENCE);
            observer.awaitOwner(path, member.session(), PATIENCE);
            assertThat(Duration.ofNanos(System.nanoTime() - met))
                    .as("not before nobody else can have a right to it\n" + member.diary())
                    .isGreaterThan(Member.GHOST_LIFE.minus(Member.TICK)); // the meeting is noticed a little late
            assertThat(expiry.waiting()).contains(old);
            expiry.open();

            requireThatItStays(member, path, observer);
            assertThat(observer.everySpanOf(path))
                    .as(observer.toText())
                    .allMatch(span -> span.owner() == old || span.owner() == member.session());
            Evidence.requireTruth(member, observer);
        }
    }

    @Test
    void severalNodesOfOneClientAreBackTogether() throws InterruptedException {
        int nodes = 20;
        try (OwnerObserver observer = OwnerObserver.of(ensemble);
                Member member =
                        Member.start(servers.connectString(), "many", HoldfastClientBuilder::withoutSessionMarkers)) {
            for (int i = 0; i < nodes; i++) {
                observer.watch("/many-" + i);
                member.register("/many-" + i);
            }
            member.awaitRegistered(PATIENCE);
            long old = member.session();
            Gate expiry = expireUpToItsClosing(old);
            awaitMeetingOf(member, old);

            expiry.open();

            member.awaitRegistered(PATIENCE);
            for (int i = 0; i < nodes; i++) {
                observer.awaitOwner("/many-" + i, member.session(), PATIENCE);
            }
            Evidence.requireTruth(member, observer);
        }
    }

    private Gate expireUpToItsClosing(long session) throws InterruptedException {
        return SlowClose.of(ensemble, servers, session, PATIENCE);
    }

    /** Returns when the client has been away for longer than it may, and the session's nodes still stand. */
    private Gate expireInItsAbsence(long session) throws InterruptedException {
        Gate expiry = ensemble.gate(Rules.HOLD_EXPIRE);
        expiry.closeFor(session);
        servers.refuse();
        expiry.awaitReached(session, PATIENCE);
        servers.accept();
        return expiry;
    }

    private static long awaitMeetingOf(Member member, long ghost) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(member.diary().events(Judged.class))
                .as(member.diary().toString())
                .anyMatch(judged -> judged.verdict().equals("KnownGhost") && judged.ownerSessionId() == ghost));
        return System.nanoTime();
    }

    /** The late close has been applied everywhere, and more, when another session timeout is over. */
    private static void requireThatItStays(Member member, String path, OwnerObserver observer)
            throws InterruptedException {
        observer.awaitOwner(path, member.session(), PATIENCE);
        await().during(Member.GHOST_LIFE).atMost(PATIENCE).untilAsserted(() -> {
            assertThat(member.isRegistered()).as(member.diary().toString()).isTrue();
            assertThat(observer.ownerNow(path).values())
                    .as(observer.toText())
                    .allMatch(seen -> seen.isOwnedBy(member.session()));
        });
    }
}
