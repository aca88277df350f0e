// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.event.HoldfastEvent.ReplicasDiverge;
import io.holdfast.guarantees.support.Evidence;
import io.holdfast.guarantees.support.Member;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Sighting;
import io.holdfast.testing.peer.OrdinaryClient;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.proxy.ProxiedConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.NodeExistsException;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * One follower still holds a node that all other servers have deleted, and no session there is will ever delete it: what
 * ZOOKEEPER-5010, -4837 and -4541 leave behind (H9).
 */
class DivergentReplicaIsHealedIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().byteman(Rules.KEEP_NODES_OF_ENDED_SESSION));

    private final Ensemble ensemble = SERVERS.ensemble();

    @Test
    void anOrdinaryCreateThroughThatServerSaysNodeExistsAndLeavesTheOrphan() throws Exception {
        String path = "/ordinary";
        Server divergent = ensemble.followers().get(0);
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch(path)) {
            long orphan = plantOrphan(path, divergent, observer);
            try (CuratorFramework ordinary =
                    SmallTicks.curator(divergent.proxy().connectString()).build()) {
                SmallTicks.start(ordinary);
                ZooKeeper handle = SmallTicks.handle(ordinary);

                assertThatThrownBy(() -> handle.create(path, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL))
                        .isInstanceOf(NodeExistsException.class);

                requireThatOnlyTheOthersHold(path, handle.getSessionId(), orphan, divergent, observer);
            }
        }
    }

    /** Such a server has no Stat to answer with, fails while it writes the answer, and goes on without. */
    @Test
    void anOrdinaryCreateThatAsksForTheStatIsNotAnsweredAtAll() throws Exception {
        String path = "/unanswered";
        Server divergent = ensemble.followers().get(0);
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch(path)) {
            long orphan = plantOrphan(path, divergent, observer);
            try (CuratorFramework ordinary =
                    SmallTicks.curator(divergent.proxy().connectString()).build()) {
                SmallTicks.start(ordinary);
                ZooKeeper handle = SmallTicks.handle(ordinary);
                CompletableFuture<Integer> answer = new CompletableFuture<>();

                handle.create(
                        path,
                        new byte[0],
                        Ids.OPEN_ACL_UNSAFE,
                        CreateMode.EPHEMERAL,
                        (rc, p, context, name, stat) -> answer.complete(rc),
                        null);

                requireThatOnlyTheOthersHold(path, handle.getSessionId(), orphan, divergent, observer);
                await().during(SmallTicks.SESSION_TIMEOUT).atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(answer).isNotDone();
                    assertThat(handle.getState()).isEqualTo(ZooKeeper.States.CONNECTED);
                });
            }
        }
    }

    /** The unanswered create costs it the connection, and with another server all looks well until it comes back. */
    @Test
    void holdfastNamesTheServerHealsItAndOwnsTheNodeEverywhere() throws Exception {
        String path = "/healed";
        Server divergent = ensemble.followers().get(0);
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch(path)) {
            long orphan = plantOrphan(path, divergent, observer);
            try (Member member = attachedTo(divergent, "healing")) {
                member.register(path);
                member.awaitRegistered(PATIENCE);

                attach(member, divergent);

                requireHealed(member, path, orphan, divergent, observer);
            }
            observer.awaitAbsent(path, PATIENCE);
        }
    }

    @Test
    void aMemberThatComesToThatServerOnlyLaterHealsItToo() throws Exception {
        String path = "/later";
        Server divergent = ensemble.followers().get(0);
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch(path)) {
            long orphan = plantOrphan(path, divergent, observer);
            divergent.proxy().refuse();
            try (Member member = Member.start(ensemble.proxiedConnectString(), "later")) {
                member.register(path);
                member.awaitRegistered(PATIENCE);
                requireThatOnlyTheOthersHold(path, member.session(), orphan, divergent, observer);
                divergent.proxy().accept();

                attach(member, divergent);

                requireHealed(member, path, orphan, divergent, observer);
            }
        }
    }

    @Test
    void itsOwnEarlierNodeThatOneServerForgotToDeleteIsHealedAsWell() throws Exception {
        String path = "/own";
        Server divergent = ensemble.followers().get(0);
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch(path);
                Member member = attachedTo(divergent, "own")) {
            long old = member.register(path).awaitRegistered(PATIENCE).session().value();
            observer.awaitOwner(path, old, PATIENCE);
            Gate forgetting = divergent.gate(Rules.KEEP_NODES_OF_ENDED_SESSION);
            forgetting.closeFor(old);
            ensemble.proxies().forEach(FaultProxy::refuse);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(others(divergent, path, observer))
                    .allMatch(seen -> seen.state() == Sighting.State.ABSENT));
            ensemble.proxies().forEach(FaultProxy::accept);
            await().atMost(PATIENCE).until(() -> member.session() != old && member.isRegistered());

            attach(member, divergent);

            requireHealed(member, path, old, divergent, observer);
        }
    }

    /** Returns the session that owned the node, ended everywhere; only the divergent server still has the node. */
    private long plantOrphan(String path, Server divergent, OwnerObserver observer) throws InterruptedException {
        long session;
        try (OrdinaryClient planting = OrdinaryClient.connectingTo(ensemble.connectString())
                .registering(path)
                .sessionTimeout(Member.SESSION_TIMEOUT)
                .start()) {
            planting.awaitRegistered(PATIENCE);
            session = planting.sessionId();
            observer.awaitOwner(path, session, PATIENCE);
            divergent.gate(Rules.KEEP_NODES_OF_ENDED_SESSION).closeFor(session);
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(others(divergent, path, observer))
                .allMatch(seen -> seen.state() == Sighting.State.ABSENT));
        assertThat(at(divergent, path, observer).isOwnedBy(session))
                .as(observer.toText())
                .isTrue();
        return session;
    }

    /** Returns a member whose confirmed session is served by that server, and which can reach the others as well. */
    private Member attachedTo(Server server, String memberId) throws InterruptedException {
        othersThan(server).forEach(FaultProxy::refuse);
        Member member = Member.start(ensemble.proxiedConnectString(), memberId);
        member.client().awaitConfirmed(PATIENCE);
        othersThan(server).forEach(FaultProxy::accept);
        return member;
    }

    /** Breaks the member's connections to the others until it comes to this server or has been there. */
    private void attach(Member member, Server server) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(() -> {
            if (!member.diary().events(ReplicasDiverge.class).isEmpty()) {
                return true;
            }
            othersThan(server)
                    .forEach(other -> other.connection(member.session()).ifPresent(ProxiedConnection::cut));
            return server.proxy()
                    .connection(member.session())
                    .filter(ProxiedConnection::isOpen)
                    .isPresent();
        });
    }

    private static void requireThatOnlyTheOthersHold(
            String path, long session, long orphan, Server divergent, OwnerObserver observer) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(others(divergent, path, observer))
                .as(observer.toText())
                .allMatch(seen -> seen.isOwnedBy(session)));
        assertThat(at(divergent, path, observer).isOwnedBy(orphan))
                .as(observer.toText())
                .isTrue();
    }

    private static void requireHealed(Member member, String path, long orphan, Server divergent, OwnerObserver observer)
            throws InterruptedException {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(member.isRegistered())
                .as(member.diary().toString())
                .isTrue());
        observer.awaitOwner(path, member.session(), PATIENCE);
        assertThat(observer.ownerNow(path)).hasSize(3);
        assertThat(observer.everySpanOf(path))
                .as(observer.toText())
                .filteredOn(span -> span.owner() == orphan)
                .allMatch(span -> span.toNanos().isPresent());
        assertThat(member.diary().events(ReplicasDiverge.class))
                .as(member.diary().toString())
                .isNotEmpty()
                .allSatisfy(event -> {
                    assertThat(event.path()).isEqualTo(path);
                    assertThat(event.server()).isEqualTo(divergent.proxy().connectString());
                });
        Evidence.claimsAreTrue(member, observer);
    }

    private List<FaultProxy> othersThan(Server server) {
        return ensemble.proxies().stream()
                .filter(proxy -> proxy.port() != server.proxy().port())
                .toList();
    }

    private static List<Sighting> others(Server divergent, String path, OwnerObserver observer) {
        return observer.ownerNow(path).values().stream()
                .filter(seen -> seen.server() != divergent.id())
                .toList();
    }

    private static Sighting at(Server server, String path, OwnerObserver observer) {
        return observer.ownerNow(path).get(server.id());
    }
}
