// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.curator.ConfirmingZookeeperFactory;
import io.holdfast.guarantees.support.Evidence;
import io.holdfast.guarantees.support.Member;
import io.holdfast.guarantees.support.Operator;
import io.holdfast.guarantees.support.SlowClose;
import io.holdfast.recipes.election.LeaderElection;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.junit.Stalls;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.proxy.FaultProxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.curator.retry.RetryForever;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The leader has expired a session and takes its time to close it. With a marker in that session, its client's next one takes
 * the nodes over at once, and the late close takes nothing.
 */
class OwnGhostIsTakenBackIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration AT_ONCE = Duration.ofSeconds(2);
    private static final String MARKERS = "/not/there/yet";

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Ensemble.builder()
            .localSessions(true)
            .localSessionsUpgrading(true)
            .byteman(Rules.HOLD_EXPIRE, Rules.DROP_TOUCHES));

    private final Ensemble ensemble = SERVERS.ensemble();

    /** A follower: what the leader hears of its sessions can be dropped. */
    private final FaultProxy servers = ensemble.followers().get(0).proxy();

    @Test
    void itsNodesAreOwnedAgainAtOnceNeverAbsentAndTheLateCloseTakesNothing() throws Exception {
        int nodes = 20;
        try (OwnerObserver observer = OwnerObserver.of(ensemble);
                Member member = start("taken-back")) {
            for (int i = 0; i < nodes; i++) {
                observer.watch("/taken-back-" + i);
                member.register("/taken-back-" + i);
            }
            member.awaitRegistered(PATIENCE);
            awaitMarkers(1);
            long old = member.session();
            Gate expiry = expireUpToItsClosing(old);

            await().atMost(PATIENCE).until(() -> member.session() != old && member.isRegistered());
            long registered = System.nanoTime();
            assertThat(Duration.ofNanos(registered
                            - member.diary().confirmationOf(member.session()).orElseThrow()))
                    .as(member.diary().toString())
                    .isLessThan(AT_ONCE.plus(Stalls.longest()));
            for (int i = 0; i < nodes; i++) {
                observer.awaitOwner("/taken-back-" + i, member.session(), PATIENCE);
                assertThat(observer.everySpanOf("/taken-back-" + i))
                        .as(observer.toText())
                        .allMatch(span -> span.owner() == old || span.owner() == member.session());
            }
            assertThat(expiry.waiting()).contains(old);
            expiry.open();

            await().during(Member.GHOST_LIFE).atMost(PATIENCE).untilAsserted(() -> {
                assertThat(member.isRegistered()).as(member.diary().toString()).isTrue();
                for (int i = 0; i < nodes; i++) {
                    assertThat(observer.ownerNow("/taken-back-" + i).values())
                            .as(observer.toText())
                            .allMatch(seen -> seen.isOwnedBy(member.session()));
                }
            });
            Evidence.requireTruth(member, observer);
            awaitMarkers(1); // the old session's went with it
        }
    }

    @Test
    void whereNoMarkerCanBeMadeTheCloseIsWaitedFor() throws Exception {
        try (Operator operator = new Operator(ensemble)) {
            operator.create("/no-markers");
            operator.setAcl("/no-markers", List.of(new ACL(Perms.READ | Perms.ADMIN, Ids.ANYONE_ID_UNSAFE)));
        }
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/without");
                Member member = Member.start(
                        servers.connectString(), "without", settings -> settings.sessionMarkers("/no-markers"))) {
            member.register("/without");
            member.awaitRegistered(PATIENCE);
            long old = member.session();
            Gate expiry = expireUpToItsClosing(old);
            await().atMost(PATIENCE)
                    .until(() -> member.session() != old
                            && member.diary().confirmationOf(member.session()).isPresent());
            assertThat(member.isRegistered()).isFalse();

            expiry.open();

            await().atMost(PATIENCE).until(member::isRegistered);
            observer.awaitOwner("/without", member.session(), PATIENCE);
            Evidence.requireTruth(member, observer);
        }
    }

    @Test
    void aMemberThatStartsAgainTakesItsNodeFromTheRunBefore(@TempDir Path journal) throws Exception {
        Member first = Member.start(servers.connectString(), "journaled", settings -> settings.sessionMarkers(MARKERS)
                .journal(journal.resolve("j")));
        first.register("/journaled");
        first.awaitRegistered(PATIENCE);
        long old = first.session();
        awaitMarkers(1);
        Path copied = Files.createDirectory(journal.resolve("copied"));
        Gate expiry = SlowClose.unheard(ensemble, old, PATIENCE);
        // what a killed process leaves behind: its journal, and no lock on it
        Files.setPosixFilePermissions(copied, PosixFilePermissions.fromString("rwx------"));
        try (var files = Files.list(journal.resolve("j"))) {
            for (Path file : files.toList()) {
                Files.copy(file, copied.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        servers.refuse();
        try (Member second = Member.start(
                ensemble.followers().get(1).connectString(), "journaled", settings -> settings.sessionMarkers(MARKERS)
                        .journal(copied))) {
            second.register("/journaled");
            second.awaitRegistered(PATIENCE);

            assertThat(expiry.waiting()).contains(old);
            assertThat(second.isRegistered()).isTrue();
            expiry.open();
            await().during(Member.GHOST_LIFE).atMost(PATIENCE).until(second::isRegistered);
        } finally {
            servers.accept();
            first.close();
        }
    }

    @Test
    void aCandidateDoesNotWaitBehindItsOwnDeadPlace() throws Exception {
        try (Member member = start("candidate");
                LeaderElection election = LeaderElection.queued(member.client(), "/candidates", new byte[0])) {
            Grant term = election.campaign();
            awaitMarkers(1);
            long old = member.session();
            Gate expiry = expireUpToItsClosing(old);
            await().atMost(PATIENCE).until(() -> !term.isHeld() && member.session() != old);

            CompletableFuture<Grant> next = election.campaignAsync();

            try (Grant again = next.get(AT_ONCE.plus(Stalls.longest()).toMillis(), TimeUnit.MILLISECONDS)) {
                assertThat(again.token().value()).isGreaterThan(term.token().value());
                assertThat(expiry.waiting()).contains(old);
            }
            expiry.open();
        }
    }

    @Test
    void aRecipeOfCuratorsDoesNotWaitEither() throws Exception {
        var factory = ConfirmingZookeeperFactory.builder()
                .sessionMarkers("/curators-markers", Ids.OPEN_ACL_UNSAFE)
                .build();
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/curators");
                CuratorFramework curator = CuratorFrameworkFactory.builder()
                        .connectString(servers.connectString())
                        .sessionTimeoutMs((int) Member.SESSION_TIMEOUT.toMillis())
                        .retryPolicy(new RetryForever(100))
                        .zookeeperFactory(factory)
                        .build()) {
            curator.start();
            try (PersistentNode node =
                    new PersistentNode(curator, CreateMode.EPHEMERAL, false, "/curators", new byte[] {1})) {
                node.start();
                assertThat(node.waitForInitialCreate(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
                long old = curator.getZookeeperClient().getZooKeeper().getSessionId();
                observer.awaitOwner("/curators", old, PATIENCE);
                await().atMost(PATIENCE)
                        .until(() -> !children("/curators-markers").isEmpty());
                Gate expiry = expireUpToItsClosing(old);

                await().atMost(PATIENCE)
                        .until(() -> curator.getZookeeperClient().getZooKeeper().getSessionId() != old
                                && curator.checkExists().forPath("/curators") != null
                                && curator.checkExists().forPath("/curators").getEphemeralOwner()
                                        == curator.getZookeeperClient()
                                                .getZooKeeper()
                                                .getSessionId());

                assertThat(expiry.waiting()).contains(old);
                expiry.open();
            }
        }
    }

    private Member start(String memberId) {
        return Member.start(servers.connectString(), memberId, settings -> settings.sessionMarkers(MARKERS));
    }

    private void awaitMarkers(int count) {
        await().atMost(PATIENCE).until(() -> children(MARKERS).size() == count);
    }

    private List<String> children(String path) throws Exception {
        try (Operator operator = new Operator(ensemble)) {
            return operator.exists(path) ? operator.children(path) : List.of();
        }
    }

    private Gate expireUpToItsClosing(long session) throws InterruptedException {
        return SlowClose.of(ensemble, servers, session, PATIENCE);
    }
}
