// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.dropin;

import static io.holdfast.guarantees.support.SmallTicks.PATIENCE;
import static io.holdfast.guarantees.support.SmallTicks.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.curator.ConfirmingZookeeperFactory;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.wire.Handles;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.recipes.locks.StandardLockInternalsDriver;
import org.apache.curator.framework.recipes.nodes.GroupMember;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Unmodified Curator recipes do not mistake the nodes of a dead session for live ones once the drop-in is under them. */
class DropInUnderRecipesIT {

    private static final byte[] OLD = {0};
    private static final byte[] NEW = {1};
    private static final Duration SHORT_SESSION = Duration.ofSeconds(2);
    /** Long enough for a client that takes the old node for its own to say so on a slow machine; ours must say nothing. */
    private static final Duration UNTIL_PLAIN_CURATOR_IS_DECEIVED = Duration.ofSeconds(10);

    private static final Duration WHILE_THE_OLD_NODE_STANDS = Duration.ofMillis(1500);

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().byteman(Rules.HOLD_EXPIRE));

    private final Ensemble ensemble = SERVERS.ensemble();

    @ParameterizedTest(name = "{0} socket")
    @ValueSource(strings = {"NIO", "Netty"})
    void aPersistentNodeReportsOnlyANodeOfItsOwnSession(String socket) throws Exception {
        String path = "/persistent-node-" + socket;
        try (CuratorFramework plain = plain(socket).build();
                CuratorFramework confirming = confirming(socket).build()) {
            assertThat(ownerWhenReported(plain, path + "-plain", UNTIL_PLAIN_CURATOR_IS_DECEIVED)
                            .isNodeOfDeadSession())
                    .as("plain Curator reports the node of its dead session as created")
                    .isTrue();

            Report report = ownerWhenReported(confirming, path + "-confirming", WHILE_THE_OLD_NODE_STANDS);

            assertThat(report.isNodeOfDeadSession()).as(report.toString()).isFalse();
            assertThat(report.owner()).as(report.toString()).isEqualTo(report.session());
        }
    }

    @ParameterizedTest(name = "{0} socket, connection timeout {1} ms")
    @CsvSource({"NIO, 10000", "Netty, 300"})
    void aMutexIsNotHeldTwiceWhenItsSessionExpiresBetweenCreateAndList(String socket, int connectionTimeoutMillis)
            throws Exception {
        String path = "/mutex-" + socket + "-" + connectionTimeoutMillis;
        try (CuratorFramework rival = plain("NIO").build();
                CuratorFramework confirming = confirming(socket)
                        .connectionTimeoutMs(connectionTimeoutMillis)
                        .build()) {
            SmallTicks.start(rival);

            assertThat(isHeldTwice(confirming, rival, path, WHILE_THE_OLD_NODE_STANDS))
                    .isFalse();
        }
    }

    @Test
    void aMutexOfPlainCuratorIsHeldTwiceThere() throws Exception {
        try (CuratorFramework rival = plain("NIO").build();
                CuratorFramework plain = plain("NIO").build()) {
            SmallTicks.start(rival);

            assertThat(isHeldTwice(plain, rival, "/mutex-plain", UNTIL_PLAIN_CURATOR_IS_DECEIVED))
                    .as("CURATOR-604")
                    .isTrue();
        }
    }

    @Test
    void aLatchMovesOnWhenItsLeadersSessionEnds() throws Exception {
        try (CuratorFramework first = confirming("NIO").build();
                CuratorFramework second = confirming("NIO").build()) {
            SmallTicks.start(first);
            SmallTicks.start(second);
            try (LeaderLatch one = new LeaderLatch(first, "/latch", "one");
                    LeaderLatch two = new LeaderLatch(second, "/latch", "two")) {
                one.start();
                assertThat(one.await(10, TimeUnit.SECONDS)).isTrue();
                two.start();
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(one.getParticipants()).hasSize(2));

                Handles.abandon(SmallTicks.handle(first));

                assertThat(two.await(10, TimeUnit.SECONDS)).isTrue();
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(one.getParticipants()).hasSize(2));
                assertThat(one.hasLeadership()).isFalse();
            }
        }
    }

    @Test
    void aGroupKeepsItsMembersAcrossAnExpiry() throws Exception {
        try (OwnerObserver observer = OwnerObserver.of(ensemble);
                CuratorFramework first = confirming("NIO").build();
                CuratorFramework second = confirming("NIO").build()) {
            SmallTicks.start(first);
            SmallTicks.start(second);
            try (GroupMember one = new GroupMember(first, "/group", "one");
                    GroupMember two = new GroupMember(second, "/group", "two")) {
                one.start();
                two.start();
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(two.getCurrentMembers()).containsKeys("one", "two"));
                long before = session(first);

                Handles.abandon(SmallTicks.handle(first));

                await().atMost(PATIENCE)
                        .untilAsserted(
                                () -> assertThat(session(first)).isNotZero().isNotEqualTo(before));
                observer.awaitOwner("/group/one", session(first), PATIENCE);
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(two.getCurrentMembers()).containsKeys("one", "two"));
            }
        }
    }

    private record Report(long deadSession, long session, long owner) {
        boolean isNodeOfDeadSession() {
            return owner == deadSession;
        }
    }

    /** Lets the session expire while its node stays, registers anew as an application does, and says whose node it is told of. */
    private Report ownerWhenReported(CuratorFramework client, String path, Duration oldNodeStands) throws Exception {
        List<ConnectionState> states = SmallTicks.start(client);
        long dead = session(client);
        client.create().withMode(CreateMode.EPHEMERAL).forPath(path, OLD);
        Gate expiry = expireAndKeepTheNodes(dead);
        await("the client leaves the dead session").atMost(PATIENCE).until(() -> states.contains(ConnectionState.LOST));
        try (PersistentNode node = new PersistentNode(client, CreateMode.EPHEMERAL, false, path, NEW)) {
            node.start();
            boolean isReported = node.waitForInitialCreate(oldNodeStands.toMillis(), TimeUnit.MILLISECONDS);
            long owner = owner(path);
            expiry.open();
            if (!isReported) {
                assertThat(node.waitForInitialCreate(30, TimeUnit.SECONDS)).isTrue();
                owner = owner(path);
            }
            return new Report(dead, session(client), owner);
        }
    }

    /** Takes the lock with a session that expires between the create and the list, and tries it with the rival then. */
    private boolean isHeldTwice(CuratorFramework client, CuratorFramework rival, String path, Duration oldNodeStands)
            throws Exception {
        List<ConnectionState> states = SmallTicks.start(client);
        AtomicBoolean isFirst = new AtomicBoolean(true);
        Gate expiry = ensemble.gate(Rules.HOLD_EXPIRE);
        CompletableFuture<Void> isExpired = new CompletableFuture<>();
        InterProcessMutex mutex = new InterProcessMutex(client, path, new StandardLockInternalsDriver() {
            @Override
            public String createsTheLock(CuratorFramework same, String lockPath, byte[] bytes) throws Exception {
                String created = super.createsTheLock(same, lockPath, bytes);
                if (isFirst.getAndSet(false)) {
                    expireAndKeepTheNodes(session(client));
                    await("the client leaves the dead session")
                            .atMost(PATIENCE)
                            .until(() -> states.contains(ConnectionState.LOST));
                    isExpired.complete(null);
                }
                return created;
            }
        });
        CompletableFuture<Boolean> acquired = CompletableFuture.supplyAsync(() -> {
            try {
                return mutex.acquire(30, TimeUnit.SECONDS);
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        });
        isExpired.get(30, TimeUnit.SECONDS);
        Optional<Boolean> early = Optional.empty();
        try {
            early = Optional.of(acquired.get(oldNodeStands.toMillis(), TimeUnit.MILLISECONDS));
        } catch (java.util.concurrent.TimeoutException stillWaiting) {
            assertThat(acquired).isNotDone();
        }
        expiry.open();
        assertThat(acquired.get(30, TimeUnit.SECONDS)).isTrue();
        InterProcessMutex rivals = new InterProcessMutex(rival, path);
        boolean isHeldByRival = rivals.acquire(2, TimeUnit.SECONDS);
        if (isHeldByRival) {
            assertThat(early).as("granted while the dead node stood").isPresent();
            rivals.release();
        } else {
            Collection<String> nodes = mutex.getParticipantNodes();
            assertThat(nodes).hasSize(1);
            assertThat(owner(nodes.iterator().next())).isEqualTo(session(client));
        }
        return isHeldByRival;
    }

    private Gate expireAndKeepTheNodes(long session) throws InterruptedException {
        Gate expiry = ensemble.gate(Rules.HOLD_EXPIRE);
        expiry.closeFor(session);
        ensemble.proxies().forEach(FaultProxy::refuse);
        expiry.awaitReached(session, PATIENCE);
        ensemble.proxies().forEach(FaultProxy::accept);
        return expiry;
    }

    /** Asks past the proxies, with a client that has nothing to do with the test. */
    private long owner(String path) throws Exception {
        try (CuratorFramework witness =
                SmallTicks.curator(ensemble.leader().connectString()).build()) {
            witness.start();
            Stat stat = witness.checkExists().forPath(path);
            return stat == null ? 0 : stat.getEphemeralOwner();
        }
    }

    private CuratorFrameworkFactory.Builder plain(String socket) {
        return SmallTicks.curator(ensemble.proxiedConnectString())
                .sessionTimeoutMs((int) SHORT_SESSION.toMillis())
                .zkClientConfig(SmallTicks.socket(socket));
    }

    private CuratorFrameworkFactory.Builder confirming(String socket) {
        return plain(socket).zookeeperFactory(new ConfirmingZookeeperFactory());
    }
}
