// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.session;

import static io.holdfast.guarantees.support.SmallTicks.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.guarantees.support.Evidence;
import io.holdfast.guarantees.support.Member;
import io.holdfast.guarantees.support.Operator;
import io.holdfast.guarantees.support.QueueNodes;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.lock.FencedLock;
import io.holdfast.session.Safety;
import io.holdfast.testing.ensemble.Backend;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Sighting;
import io.holdfast.testing.peer.OrdinaryClient;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What only a network between the servers can do to them: each runs in a container, and loses one network or both. */
class PartitionedServersIT {

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().backend(Backend.CONTAINERS));

    private final Ensemble ensemble = SERVERS.ensemble();

    /** The other side elects a leader, which expires the client's session without ever having heard of its heartbeats. */
    @Test
    void nobodyIsSafeWithALeaderThatHasLostItsFollowers(TestReporter reporter) throws InterruptedException {
        isolateWithItsClients(ensemble.leader(), reporter);
    }

    /** The leader expires the session, while the follower goes on answering the client and showing it the node. */
    @Test
    void nobodyIsSafeWithAFollowerThatHasLostItsLeader(TestReporter reporter) throws InterruptedException {
        isolateWithItsClients(ensemble.followers().get(0), reporter);
    }

    /** A follower that has lost its leader goes on answering the holder's client for longer than the session lives. */
    @Test
    void aLockIsHeldOnOneSideOfAPartitionAtATime(TestReporter reporter) throws Exception {
        Server isolated = ensemble.followers().get(0);
        String others = ensemble.servers().stream()
                .filter(server -> server != isolated)
                .map(Server::connectString)
                .collect(Collectors.joining(","));
        try (Operator operator = new Operator(ensemble);
                Member one = Member.start(isolated.connectString(), "smaller-side");
                Member two = Member.start(others, "larger-side")) {
            Grant grant = FencedLock.at(one.client(), "/split").acquire();
            CompletableFuture<Long> endedAt =
                    grant.ended().thenApply(why -> System.nanoTime()).toCompletableFuture();
            CompletableFuture<Grant> next =
                    FencedLock.at(two.client(), "/split").acquireAsync();
            CompletableFuture<Long> nextAt = next.thenApply(given -> System.nanoTime());
            new QueueNodes(operator).await("/split", 2);

            isolated.disconnectFromPeers();

            assertThat(nextAt).succeedsWithin(PATIENCE);
            assertThat(endedAt).as("the grant on the smaller side").isDone();
            long between = nextAt.join() - endedAt.join();
            reporter.publishEntry("nobody held it", Duration.ofNanos(between).toMillis() + " ms");
            assertThat(between).isPositive();
            assertThat(next.join().token()).isGreaterThan(grant.token());
        }
    }

    @Test
    void aServerThatLosesItsNetworkIsLeftForAnotherOne() throws InterruptedException {
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/left");
                OrdinaryClient ordinary = ordinary(ensemble.connectString(), "/left-ordinary");
                Member member = Member.start(ensemble.connectString(), "leaves")) {
            member.register("/left");
            member.awaitRegistered(PATIENCE);
            ordinary.awaitRegistered(PATIENCE);
            observer.awaitOwner("/left", member.session(), PATIENCE);
            Server silent = ensemble.server(serverOf(member.session()));

            silent.disconnect();
            await().atMost(PATIENCE).until(() -> !member.isRegistered());

            member.awaitRegistered(PATIENCE);
            observer.awaitOwner("/left", member.session(), PATIENCE);
            ensemble.heal();
            observer.awaitOwner("/left", member.session(), PATIENCE);
            ordinary.awaitRegistered(PATIENCE);
            Evidence.requireTruth(member, observer);
        }
    }

    @Test
    void aLeaderWhoseWholeMachineStoodStillBringsNoDeadNodeBack() throws InterruptedException {
        Server old = ensemble.leader();
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/frozen")) {
            try (Member member = Member.start(ensemble.connectString(), "frozen")) {
                member.register("/frozen");
                member.awaitRegistered(PATIENCE);
                observer.awaitOwner("/frozen", member.session(), PATIENCE);

                old.pause();
                assertThat(ensemble.leader()).isNotEqualTo(old);
                await().atMost(PATIENCE).until(member::isRegistered);
                Evidence.requireTruth(member, observer);
            }
            observer.awaitAbsent("/frozen", PATIENCE);
            old.resume();
            ensemble.awaitQuorum(PATIENCE);

            observer.awaitAbsent("/frozen", PATIENCE);
            assertThat(observer.ownerNow("/frozen")).containsOnlyKeys(1, 2, 3);
        }
    }

    private void isolateWithItsClients(Server isolated, TestReporter reporter) throws InterruptedException {
        String path = "/cut-off-with-" + isolated.id();
        String ordinaryPath = path + "-ordinary";
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch(path).watch(ordinaryPath);
                OrdinaryClient ordinary = ordinary(isolated.connectString(), ordinaryPath);
                Member member = Member.start(isolated.connectString(), "cut-off");
                Safety safety = member.client().awaitConfirmed(PATIENCE).safety()) {
            member.register(path);
            member.awaitRegistered(PATIENCE);
            ordinary.awaitRegistered(PATIENCE);
            long session = member.session();
            observer.awaitOwner(path, session, PATIENCE);
            assertThat(safety.await(PATIENCE)).isTrue();

            isolated.disconnectFromPeers();
            long safeUntil = lastSafeMomentBeforeTheNodeGoes(path, safety, observer);

            long gone = firstAbsence(path, observer).orElseThrow();
            reporter.publishEntry(
                    "its node went",
                    Duration.ofNanos(gone - safeUntil).toMillis() + " ms after the client had stopped to be safe");
            assertThat(gone - safeUntil).as(observer.toText()).isPositive();
            observer.awaitAbsent(ordinaryPath, PATIENCE);
            assertThat(ordinary.belief(ordinaryPath))
                    .as("what the ordinary client believes, whom nobody can tell")
                    .isPresent();
            assertThat(safety.isSafe()).isFalse();
            assertThat(member.isRegistered()).as(member.diary().toString()).isFalse();

            ensemble.heal();
            member.awaitRegistered(PATIENCE);
            observer.awaitOwner(path, member.session(), PATIENCE);
            assertThat(member.session()).isNotEqualTo(session);
            Evidence.requireTruth(member, observer);
        }
    }

    private static OrdinaryClient ordinary(String connectString, String path) {
        return OrdinaryClient.connectingTo(connectString)
                .registering(path)
                .sessionTimeout(Member.SESSION_TIMEOUT)
                .start();
    }

    /** Returns the last moment of which the client ever said that it would be safe by then. */
    private static long lastSafeMomentBeforeTheNodeGoes(String path, Safety safety, OwnerObserver observer) {
        long[] latest = {System.nanoTime()};
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(PATIENCE)
                .until(() -> {
                    Duration left = safety.remaining();
                    if (!left.isZero()) {
                        latest[0] = Math.max(latest[0], System.nanoTime() + left.toNanos());
                    }
                    return firstAbsence(path, observer).isPresent();
                });
        return latest[0];
    }

    /** Returns when some server first showed that it has the node no more. */
    private static OptionalLong firstAbsence(String path, OwnerObserver observer) {
        return observer.everySpanOf(path).stream()
                .flatMap(span -> observer.history(path).stream()
                        .filter(seen -> seen.server() == span.server())
                        .filter(seen -> seen.state() == Sighting.State.ABSENT)
                        .filter(seen -> seen.nanoTime() > span.fromNanos()))
                .mapToLong(Sighting::nanoTime)
                .min();
    }

    /** A session's id begins with that of the server that opened it. */
    private static int serverOf(long session) {
        return (int) (session >>> 56);
    }
}
