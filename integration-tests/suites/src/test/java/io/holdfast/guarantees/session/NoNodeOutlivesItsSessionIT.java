// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.guarantees.support.Evidence;
import io.holdfast.guarantees.support.Member;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Span;
import io.holdfast.testing.peer.OrdinaryClient;
import io.holdfast.testing.proxy.FaultProxy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The first original report: an ensemble so slow that the createSession of an upgraded local session commits after the
 * session's time is over.
 */
class NoNodeOutlivesItsSessionIT {

    private static final Duration PATIENCE = Duration.ofSeconds(25);

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
                    Rules.DROP_TOUCHES));

    private final Ensemble ensemble = SERVERS.ensemble();

    /** H2: what the report's timeline has become since 3.5. */
    @Test
    void noNodeIsBornUnderASessionThatItsClientWasToldIsDead() throws InterruptedException {
        FaultProxy proxy = ensemble.followers().get(0).proxy();
        Gate preparation = ensemble.gate(Rules.HOLD_PREP_OF_CREATE_SESSION);
        preparation.close();
        try (OwnerObserver observer =
                        OwnerObserver.of(ensemble).watch("/ordinary").watch("/holdfast");
                Member member = Member.start(proxy.connectString(), "slow");
                OrdinaryClient ordinary = ordinary("/ordinary", proxy)) {
            member.register("/holdfast");
            Set<Long> upgrading = awaitUpgrades(proxy, 2);

            proxy.cut();
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(ordinary.sessions()).hasSizeGreaterThan(1);
                assertThat(member.diary().sessions()).hasSizeGreaterThan(1);
            });
            long told = ordinary.sessions().get(0);
            assertThat(upgrading).contains(told);
            assertThat(observer.everySpanOf("/ordinary")).isEmpty();
            preparation.open();

            observer.awaitOwner("/ordinary", told, PATIENCE);
            ordinary.awaitRegisteredAfter(told, PATIENCE);
            member.awaitRegistered(PATIENCE);
            observer.awaitOwner("/holdfast", member.session(), PATIENCE);
            observer.awaitAbsent("/ordinary", PATIENCE);
            assertThat(lifeOf(observer.everySpanOf("/ordinary")))
                    .as("the orphan lived for about one more session timeout\n" + observer.toText())
                    .isGreaterThan(Member.SESSION_TIMEOUT.minus(Member.TICK.multipliedBy(2)));
            assertThat(ordinary.belief("/ordinary"))
                    .as("it does not know that it has no node any more")
                    .isPresent();
            assertThat(ownersOf(observer, "/holdfast")).containsExactly(member.session());
            Evidence.requireTruth(member, observer);
            Evidence.nothingIsCreatedUnconfirmed(member, ensemble);
        }
    }

    /** The report's own order: proposed, overdue, closeSession generated, then committed. */
    @Test
    void noNodeIsLeftWhenTheCommitOfCreateSessionIsLaterThanTheSessionsEnd() throws InterruptedException {
        Server follower = ensemble.followers().get(0);
        Gate commit = follower.gate(Rules.HOLD_COMMIT_OF_CREATE_SESSION);
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/late-commit");
                Member member = Member.start(follower.proxy().connectString(), "late-commit")) {
            commit.close();
            member.register("/late-commit");
            long overdue = commit.awaitReached(PATIENCE);

            awaitEndOf(member, overdue);
            awaitForgotten(overdue);
            assertThat(commit.waiting()).contains(overdue);
            commit.open();

            requireOnlyTheLivingSession(member, "/late-commit", overdue, observer);
        }
    }

    /** The same, with the leader itself behind: it answers for a session that it has not applied. */
    @Test
    void noNodeIsLeftWhenTheLeaderAppliesCreateSessionLaterThanTheSessionsEnd() throws InterruptedException {
        Server follower = ensemble.followers().get(0);
        Gate application = ensemble.leader().gate(Rules.HOLD_APPLY_OF_CREATE_SESSION);
        Gate touches = ensemble.gate(Rules.DROP_TOUCHES);
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/late-apply");
                Member member = Member.start(follower.proxy().connectString(), "late-apply")) {
            application.close();
            member.register("/late-apply");
            long overdue = application.awaitReached(PATIENCE);
            member.awaitRegistered(PATIENCE);
            touches.closeFor(overdue);

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(member.diary().endOf(overdue))
                            .as(member.diary().toString())
                            .isPresent());
            application.open();
            touches.open();

            requireOnlyTheLivingSession(member, "/late-apply", overdue, observer);
        }
    }

    private void requireOnlyTheLivingSession(Member member, String path, long overdue, OwnerObserver observer)
            throws InterruptedException {
        await().atMost(PATIENCE).until(() -> member.isRegistered() && member.session() != overdue);
        observer.awaitOwner(path, member.session(), PATIENCE);
        await().during(Member.GHOST_LIFE).atMost(PATIENCE).untilAsserted(() -> assertThat(
                        observer.ownerNow(path).values())
                .as(observer.toText())
                .allMatch(seen -> seen.isOwnedBy(member.session())));
        Evidence.requireTruth(member, observer);
        Evidence.nothingIsCreatedUnconfirmed(member, ensemble);
    }

    private static void awaitEndOf(Member member, long session) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(member.diary().endOf(session))
                .as(member.diary().toString())
                .isPresent());
    }

    /** The leader has closed the session while its createSession is still to be committed elsewhere. */
    private void awaitForgotten(long session) throws InterruptedException {
        Server leader = ensemble.leader();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(leader.fourLetterWord("dump"))
                .doesNotContain("0x" + Long.toHexString(session)));
    }

    /** Returns the sessions whose first ephemeral create has been sent through the proxy. */
    private static Set<Long> awaitUpgrades(FaultProxy proxy, int sessions) {
        return await().atMost(PATIENCE)
                .until(
                        () -> proxy.requests().stream()
                                .filter(request -> request.ephemeral())
                                .map(request -> request.sessionId())
                                .collect(Collectors.toSet()),
                        seen -> seen.size() == sessions);
    }

    private static Duration lifeOf(List<Span> spans) {
        long from = spans.stream().mapToLong(Span::fromNanos).min().orElseThrow();
        long to = spans.stream()
                .mapToLong(span -> span.toNanos().orElse(System.nanoTime()))
                .max()
                .orElseThrow();
        return Duration.ofNanos(to - from);
    }

    private static Set<Long> ownersOf(OwnerObserver observer, String path) {
        return observer.everySpanOf(path).stream().map(Span::owner).collect(Collectors.toSet());
    }

    private static OrdinaryClient ordinary(String path, FaultProxy proxy) {
        return OrdinaryClient.connectingTo(proxy.connectString())
                .registering(path)
                .sessionTimeout(Member.SESSION_TIMEOUT)
                .start();
    }
}
