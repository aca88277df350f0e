// SPDX-License-Identifier: Apache-2.0
package io.holdfast.hazards;

import static io.holdfast.hazards.PlainHandle.PATIENCE;
import static io.holdfast.hazards.PlainHandle.isAnswered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.guarantees.support.Evidence;
import io.holdfast.guarantees.support.Member;
import io.holdfast.session.Safety;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Release;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Sighting;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The leader has decided to close a session whose client is well and connected (H5): what of all that the client can ask
 * tells it so. A client that looks at its node to see whether it still has its right is told that it has.
 */
class ClosingSessionIT {

    private static final String CURRENT = Release.current().version();

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Places.ensembleOf(CURRENT)
            .byteman(
                    Places.FORGET_TOUCHES,
                    Places.CREATE_PREPARED,
                    Rules.HOLD_EXPIRE,
                    Rules.HOLD_COMMIT_OF_CLOSE_SESSION));

    private final Ensemble ensemble = SERVERS.ensemble();

    @Test
    void throughAFollowerOnlyAWriteTellsIt() throws Exception {
        try (PlainHandle plain = PlainHandle.connect(ensemble.followers().get(0).connectString())) {
            isAnswered(plain.create("/seen"), Code.OK);
            Gate expiry = markAsClosing(plain.session());

            isAnswered(plain.sync("/seen"), Code.OK);
            assertThat(plain.look("/seen"))
                    .as("it is told that it has its node, and with it its right")
                    .hasValueSatisfying(
                            seen -> assertThat(seen.getEphemeralOwner()).isEqualTo(plain.session()));
            isAnswered(plain.ephemerals(), Code.OK);
            isAnswered(plain.probe(), Code.SESSIONEXPIRED);
            isAnswered(plain.selfCancelling("/cancelled"), Code.SESSIONEXPIRED);
            isAnswered(plain.setData("/"), Code.SESSIONEXPIRED);
            isAnswered(plain.sync("/seen"), Code.OK);
            assertThat(plain.disconnections()).isZero();
            WhatServersDid.isWrittenDown(
                    "reads-do-not-see-closing-session-write-does", CURRENT, "read-ok-sync-ok-write-expired");

            expiry.open();
            assertThat(plain.expired()).succeedsWithin(PATIENCE);
        }
    }

    @Test
    void oursIsToldByItsNextHeartbeatThroughAFollower() throws Exception {
        oursIsToldInTime(ensemble.followers().get(0), "/told-at-follower");
    }

    /** The leader notes that the session is closing and drops whatever its own client sends, without an answer. */
    @Test
    void attachedToTheLeaderNothingIsAnswered() throws Exception {
        Server leader = ensemble.leader();
        try (PlainHandle plain = PlainHandle.connect(leader.connectString())) {
            isAnswered(plain.create("/dropped"), Code.OK);
            Gate expiry = markAsClosing(plain.session());

            List<CompletableFuture<Code>> answers =
                    List.of(plain.exists("/dropped"), plain.sync("/dropped"), plain.ephemerals(), plain.probe());

            assertThat(answers).allSatisfy(answer -> isAnswered(answer, Code.CONNECTIONLOSS));
            assertThat(expiry.waiting()).contains(plain.session());
            WhatServersDid.isWrittenDown("closing-session-at-leader-is-dropped", CURRENT, "silent");
            expiry.open();
            assertThat(plain.expired()).succeedsWithin(PATIENCE);
        }
    }

    @Test
    void oursDoesNotWaitForAnAnswerOfTheLeader() throws Exception {
        oursIsToldInTime(ensemble.leader(), "/told-at-leader");
    }

    /** All but the client's own server have carried it out; that one still answers reads. */
    @Test
    void nothingIsAnsweredBehindACloseThatIsCommittedButNotApplied() throws Exception {
        Server follower = ensemble.followers().get(0);
        Server other = ensemble.followers().get(1);
        Gate commit = follower.gate(Rules.HOLD_COMMIT_OF_CLOSE_SESSION);
        Gate touches = ensemble.leader().gate(Places.FORGET_TOUCHES);
        try (OwnerObserver observer =
                        OwnerObserver.of(ensemble).watch("/behind").watch("/ours-behind");
                PlainHandle plain = PlainHandle.connect(follower.connectString());
                Member member = Member.start(follower.proxy().connectString(), "behind");
                Safety safety = member.client().awaitConfirmed(PATIENCE).safety()) {
            isAnswered(plain.create("/behind"), Code.OK);
            member.register("/ours-behind").awaitRegistered(PATIENCE);
            assertThat(safety.await(PATIENCE)).isTrue();
            long closed = member.session();
            commit.closeFor(plain.session(), closed);
            touches.closeFor(plain.session(), closed);
            commit.awaitReached(PATIENCE);
            awaitGone(other, "/behind", observer);
            assertThat(plain.look("/behind")).as("the follower still shows it").isPresent();
            awaitGone(other, "/ours-behind", observer);
            long gone = System.nanoTime();

            Gate prepared = ensemble.leader().gate(Places.CREATE_PREPARED);
            prepared.closeFor(plain.session());
            List<CompletableFuture<Code>> answers =
                    List.of(plain.sync("/behind"), plain.setData("/"), plain.selfCancelling("/never"));
            prepared.awaitReached(plain.session(), PATIENCE);
            await().atMost(PATIENCE).until(() -> !safety.isSafe());
            assertThat(sinceThen(gone)).as(member.diary().toString()).isLessThan(Member.SESSION_TIMEOUT);
            commit.open();
            touches.open();

            assertThat(answers).allSatisfy(answer -> isAnswered(answer, Code.CONNECTIONLOSS));
            WhatServersDid.isWrittenDown("nothing-is-answered-behind-a-close", CURRENT, "connection-loss");
            await().atMost(PATIENCE).until(() -> member.isRegistered() && member.session() != closed);
            observer.awaitOwner("/ours-behind", member.session(), PATIENCE);
            Evidence.nothingIsCreatedUnconfirmed(member, ensemble);
        }
    }

    /** An ephemeral below a parent that does not exist: all that it takes to make a session global. */
    @Test
    void theProbeMakesTheSessionGlobalAndLeavesNothing() throws Exception {
        try (PlainHandle reader = PlainHandle.connect(ensemble.leader().connectString());
                PlainHandle plain =
                        PlainHandle.connect(ensemble.followers().get(0).connectString())) {
            String session = plain.toString();
            assertThat(ensemble.leader().fourLetterWord("dump")).doesNotContain(session);
            Stat before = root(reader);

            isAnswered(plain.probe(), Code.NONODE);

            await().atMost(PATIENCE).untilAsserted(() -> {
                for (Server server : ensemble.servers()) {
                    assertThat(server.fourLetterWord("dump")).contains(session);
                }
            });
            assertThat(root(reader)).as("no child came or went").isEqualTo(before);
            isAnswered(plain.selfCancelling("/shortly"), Code.OK);
            assertThat(root(reader).getPzxid())
                    .as("which a node that came and went does not leave as it was")
                    .isGreaterThan(before.getPzxid());
            WhatServersDid.isWrittenDown("probe-makes-session-global", CURRENT, "global-and-no-node");
        }
    }

    private void oursIsToldInTime(Server server, String path) throws Exception {
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch(path);
                Member member = Member.start(server.proxy().connectString(), "told");
                Safety safety = member.client().awaitConfirmed(PATIENCE).safety()) {
            member.register(path).awaitRegistered(PATIENCE);
            assertThat(safety.await(PATIENCE)).isTrue();
            long closing = member.session();
            Gate expiry = markAsClosing(closing);
            long marked = System.nanoTime();

            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() ->
                            !safety.isSafe() || member.diary().endOf(closing).isPresent());
            assertThat(sinceThen(marked)).as(member.diary().toString()).isLessThan(Member.SESSION_TIMEOUT);
            assertThat(expiry.waiting()).as("nothing has been closed yet").contains(closing);
            expiry.open();

            await().atMost(PATIENCE).until(() -> member.isRegistered() && member.session() != closing);
            observer.awaitOwner(path, member.session(), PATIENCE);
            Evidence.claimsAreTrue(member, observer);
        }
    }

    /** Returns when the leader takes the session for over and has not begun to close it. */
    private Gate markAsClosing(long session) throws InterruptedException {
        Gate expiry = ensemble.leader().gate(Rules.HOLD_EXPIRE);
        Gate touches = ensemble.leader().gate(Places.FORGET_TOUCHES);
        expiry.closeFor(session);
        touches.closeFor(session);
        expiry.awaitReached(session, PATIENCE);
        touches.open();
        return expiry;
    }

    private static Stat root(PlainHandle reader) {
        isAnswered(reader.sync("/"), Code.OK);
        return reader.look("/").orElseThrow();
    }

    private static void awaitGone(Server server, String path, OwnerObserver observer) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        observer.ownerNow(path).get(server.id()).state())
                .as(observer.toText())
                .isEqualTo(Sighting.State.ABSENT));
    }

    private static Duration sinceThen(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
