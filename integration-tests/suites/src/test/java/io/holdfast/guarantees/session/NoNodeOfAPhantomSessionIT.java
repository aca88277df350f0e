// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.curator.ConfirmingZookeeperFactory;
import io.holdfast.guarantees.support.Evidence;
import io.holdfast.guarantees.support.Member;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Span;
import io.holdfast.testing.peer.OrdinaryClient;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.proxy.RecordedRequest;
import io.holdfast.testing.wire.OpCode;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The answer to a ConnectRequest is lost, and the Netty socket has already sent behind it what was queued: a session that
 * the client never learns of owns a node (H4).
 */
class NoNodeOfAPhantomSessionIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().localSessions(true).localSessionsUpgrading(true));

    private final Ensemble ensemble = SERVERS.ensemble();

    @Test
    void nothingIsSentIntoASessionThatTheClientMayNeverLearnOf() throws Exception {
        FaultProxy proxy = ensemble.followers().get(0).proxy();
        FaultProxy theOther = ensemble.followers().get(1).proxy();
        proxy.muteConnectResponses();
        theOther.muteConnectResponses();
        try (OwnerObserver observer = OwnerObserver.of(ensemble)
                        .watch("/ordinary")
                        .watch("/holdfast")
                        .watch("/application");
                OrdinaryClient ordinary = OrdinaryClient.connectingTo(theOther.connectString())
                        .registering("/ordinary")
                        .sessionTimeout(Member.SESSION_TIMEOUT)
                        .overNetty()
                        .creatingBeforeConnected()
                        .start();
                Member member = Member.start(
                        proxy.connectString(), "netty", settings -> settings.zkClientConfig(nettySocket()))) {
            member.register("/holdfast");
            member.client()
                    .unwrap(CuratorFramework.class)
                    .create()
                    .withMode(CreateMode.EPHEMERAL)
                    .inBackground()
                    .forPath("/application");
            observer.awaitEverywhere("/ordinary", seen -> seen.owner() != 0, "owned", PATIENCE);
            Span phantom = observer.everySpanOf("/ordinary").get(0);
            theOther.heal();
            proxy.awaitRequests(OpCode.CONNECT, 2, PATIENCE);
            assertThat(proxy.requests()).filteredOn(RecordedRequest::ephemeral).isEmpty();

            proxy.heal();

            ordinary.awaitRegistered(PATIENCE);
            member.awaitRegistered(PATIENCE);
            observer.awaitAbsent("/ordinary", PATIENCE);
            assertThat(ordinary.sessions()).doesNotContain(phantom.owner());
            assertThat(ordinary.belief("/ordinary"))
                    .as("lost for good, and the client does not know")
                    .hasValueSatisfying(
                            belief -> assertThat(belief.foundExisting()).isTrue());
            observer.awaitOwner("/holdfast", member.session(), PATIENCE);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                            observer.ownerNow("/application").values())
                    .as("what the application had queued is created, in the confirmed session")
                    .allMatch(seen -> seen.isOwnedBy(member.session())));
            assertThat(observer.everySpanOf("/holdfast"))
                    .extracting(Span::owner)
                    .containsOnly(member.session());
            requireProbesOnlyBeforeConfirmation(member, proxy);
            Evidence.requireTruth(member, observer);
            Evidence.nothingIsCreatedUnconfirmed(member, ensemble);
        }
    }

    /** The drop-in's handle, used as ordinary clients use theirs: create first, connect later. */
    @Test
    void aHandleOfTheDropInSendsNothingBeforeItIsConnected() throws Exception {
        FaultProxy proxy = ensemble.followers().get(0).proxy();
        proxy.muteConnectResponses();
        ZooKeeper handle = ConfirmingZookeeperFactory.builder()
                .withoutSessionMarkers()
                .build()
                .newZooKeeper(
                        proxy.connectString(),
                        (int) Member.SESSION_TIMEOUT.toMillis(),
                        event -> {},
                        false,
                        nettySocket());
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/piped")) {
            CompletableFuture<Integer> early = create(handle, "/piped");
            proxy.awaitRequests(OpCode.CONNECT, 2, PATIENCE);
            assertThat(early)
                    .as("as a plain handle answers what it has not sent when no connection comes about")
                    .succeedsWithin(PATIENCE)
                    .isEqualTo(Code.CONNECTIONLOSS.intValue());
            assertThat(proxy.requests()).filteredOn(RecordedRequest::ephemeral).isEmpty();

            proxy.heal();

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(create(handle, "/piped"))
                    .succeedsWithin(PATIENCE)
                    .isEqualTo(Code.OK.intValue()));
            observer.awaitOwner("/piped", handle.getSessionId(), PATIENCE);
            assertThat(proxy.requests())
                    .filteredOn(RecordedRequest::ephemeral)
                    .extracting(Evidence::isProbe)
                    .containsExactly(true, true, false);
        } finally {
            handle.close();
        }
    }

    private static CompletableFuture<Integer> create(ZooKeeper handle, String path) {
        CompletableFuture<Integer> created = new CompletableFuture<>();
        handle.create(
                path,
                new byte[0],
                ZooDefs.Ids.OPEN_ACL_UNSAFE,
                CreateMode.EPHEMERAL,
                (rc, asked, context, name) -> created.complete(rc),
                null);
        return created;
    }

    /** Not even a session that the diary does not know of has been sent an ephemeral of ours. */
    private static void requireProbesOnlyBeforeConfirmation(Member member, FaultProxy proxy) {
        Set<Long> owners = proxy.requests().stream()
                .filter(request -> Set.of("/holdfast", "/application").contains(String.valueOf(request.path())))
                .filter(RecordedRequest::ephemeral)
                .map(RecordedRequest::sessionId)
                .collect(Collectors.toSet());
        assertThat(owners).containsExactly(member.session());
    }

    private static ZKClientConfig nettySocket() {
        ZKClientConfig config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
        return config;
    }
}
