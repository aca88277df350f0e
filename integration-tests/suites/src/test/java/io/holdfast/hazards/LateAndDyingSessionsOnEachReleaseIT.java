// SPDX-License-Identifier: Apache-2.0
package io.holdfast.hazards;

import static io.holdfast.hazards.PlainHandle.PATIENCE;
import static io.holdfast.hazards.PlainHandle.isAnswered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.guarantees.support.Evidence;
import io.holdfast.guarantees.support.Member;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Sighting;
import io.holdfast.testing.observer.Span;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The races of both original reports, each forced on every minor release since 3.5 (H1, H2, H3). */
@ParameterizedClass(name = "ZooKeeper {0}")
@ValueSource(strings = {"3.5.0-alpha", "3.5.10", "3.6.4", "3.7.2", "3.8.6", "3.9.5"})
class LateAndDyingSessionsOnEachReleaseIT {

    private static Ensemble ensemble;

    @Parameter
    String release;

    private Server leader;
    private Server follower;
    private Server third;

    @BeforeParameterizedClassInvocation
    static void start(String release) throws InterruptedException {
        ensemble = Places.ensembleOf(release)
                .byteman(
                        Places.applyOfCreateSession(release),
                        Places.applyOfCloseSession(release),
                        Places.FORGET_TOUCHES,
                        Places.CREATE_PREPARED,
                        Rules.HOLD_COMMIT_OF_CLOSE_SESSION,
                        Rules.HOLD_EXPIRE,
                        Rules.HOLD_PREP_OF_CREATE_SESSION)
                .start();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        ensemble.close();
    }

    @BeforeEach
    void findTheLeader() throws InterruptedException {
        ensemble.heal();
        leader = ensemble.leader();
        follower = ensemble.followers().get(0);
        third = ensemble.followers().get(1);
    }

    /**
     * The first report, step by step: the leader is late to apply createSession, the session expires, its closeSession is
     * prepared, the leader catches up with createSession, and only then a create of that session is prepared.
     */
    @Test
    void aCreateBehindTheCloseOfASessionWhoseCreationWasAppliedLate() throws Exception {
        Gate applyCreate = leader.gate(Places.applyOfCreateSession(release));
        Gate applyClose = leader.gate(Places.applyOfCloseSession(release));
        Gate commitClose = follower.gate(Rules.HOLD_COMMIT_OF_CLOSE_SESSION);
        Gate touches = leader.gate(Places.FORGET_TOUCHES);
        Gate prepared = leader.gate(Places.CREATE_PREPARED);
        try (OwnerObserver observer =
                OwnerObserver.of(ensemble).watch("/late-1").watch("/late-2").watch("/ours-1")) {
            observer.awaitAbsent("/ours-2", PATIENCE);
            applyCreate.close();
            try (PlainHandle plain = PlainHandle.connect(follower.connectString());
                    Member member = Member.start(follower.proxy().connectString(), "late")) {
                isAnswered(plain.create("/late-1"), Code.OK);
                applyCreate.awaitReached(plain.session(), PATIENCE);
                WhatServersDid.isWrittenDown("response-before-leader-applied", release, "answered");
                member.register("/ours-1").awaitRegistered(PATIENCE);
                long overdue = member.session();
                applyClose.closeFor(plain.session(), overdue);
                commitClose.closeFor(plain.session(), overdue);
                touches.closeFor(plain.session(), overdue);
                awaitAt(third, "/late-1", observer, Sighting.State.ABSENT);
                awaitAt(third, "/ours-1", observer, Sighting.State.ABSENT);

                prepared.closeFor(plain.session(), overdue);
                applyCreate.open();
                applyClose.awaitReached(PATIENCE);
                CompletableFuture<Code> answer = plain.create("/late-2");
                member.register("/ours-2");
                prepared.awaitReached(plain.session(), PATIENCE);
                prepared.awaitReached(overdue, PATIENCE);
                touches.open();
                applyClose.open();
                commitClose.open();

                long released = System.nanoTime();
                assertThat(plain.expired()).succeedsWithin(PATIENCE);
                assertThat(answer).succeedsWithin(PATIENCE).isNotEqualTo(Code.OK);
                await().atMost(PATIENCE).until(() -> member.isRegistered() && member.session() != overdue);
                Duration recovery = Duration.ofNanos(System.nanoTime() - released);
                observer.awaitOwner("/ours-1", member.session(), PATIENCE);
                observer.awaitOwner("/ours-2", member.session(), PATIENCE);
                assertThat(recovery)
                        .as("no ghost is in its way\n" + member.diary())
                        .isLessThan(Member.SESSION_TIMEOUT.plusSeconds(5));
                assertThat(ownersOf("/ours-2", observer)).containsExactly(member.session());
                Evidence.claimsAreTrue(member, observer);
                assertThat(ownersOf("/late-2", observer))
                        .as("our node, which is behind it in history, stands everywhere")
                        .isEmpty();
                WhatServersDid.isWrittenDown("create-after-close-prepared", release, "refused");
                WhatServersDid.isWrittenDown("confirmed-twice-and-orphaned", release, "refused");
            }
        }
    }

    /** What the first report has become with local sessions: told Expired first, and then the session is born. */
    @Test
    void aNodeIsBornUnderASessionWhoseClientWasToldThatItIsDead() throws Exception {
        Gate preparation = leader.gate(Rules.HOLD_PREP_OF_CREATE_SESSION);
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/born");
                PlainHandle plain = PlainHandle.connect(follower.proxy().connectString())) {
            observer.awaitAbsent("/born", PATIENCE);
            preparation.closeFor(plain.session());
            CompletableFuture<Code> answer = plain.create("/born");
            preparation.awaitReached(plain.session(), PATIENCE);
            long session = plain.session();

            follower.proxy().cut();

            assertThat(plain.expired()).succeedsWithin(PATIENCE);
            isAnswered(answer, Code.CONNECTIONLOSS);
            assertThat(observer.everySpanOf("/born")).isEmpty();
            preparation.open();
            observer.awaitOwner("/born", session, PATIENCE);
            long born = System.nanoTime();
            observer.awaitAbsent("/born", PATIENCE);
            assertThat(Duration.ofNanos(System.nanoTime() - born))
                    .as(observer.toText())
                    .isGreaterThan(Member.SESSION_TIMEOUT.minus(Member.TICK.multipliedBy(2)));
            WhatServersDid.isWrittenDown("born-after-expired", release, "expired-then-stands");
        }
    }

    /** The second report: marked as closing, and not closed yet. */
    @Test
    void aNodeThatWasMetByTheNextSessionGoesWithTheSessionBefore() throws Exception {
        Gate expiry = leader.gate(Rules.HOLD_EXPIRE);
        Gate touches = leader.gate(Places.FORGET_TOUCHES);
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/adopted");
                PlainHandle before = PlainHandle.connect(follower.connectString());
                PlainHandle next = PlainHandle.connect(third.connectString())) {
            isAnswered(before.create("/adopted"), Code.OK);
            expiry.closeFor(before.session());
            touches.closeFor(before.session());
            expiry.awaitReached(before.session(), PATIENCE);

            isAnswered(next.create("/adopted"), Code.NODEEXISTS);
            expiry.open();

            observer.awaitAbsent("/adopted", PATIENCE);
            isAnswered(next.create("/adopted-session-lives"), Code.OK);
            assertThat(observer.ownerNow("/adopted").values()).allMatch(seen -> seen.state() == Sighting.State.ABSENT);
            WhatServersDid.isWrittenDown("adopted-node-deleted-by-close", release, "gone");
        }
    }

    private static Set<Long> ownersOf(String path, OwnerObserver observer) {
        return observer.everySpanOf(path).stream().map(Span::owner).collect(Collectors.toSet());
    }

    private static void awaitAt(Server server, String path, OwnerObserver observer, Sighting.State state) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        observer.ownerNow(path).get(server.id()).state())
                .as(observer.toText())
                .isEqualTo(state));
    }
}
