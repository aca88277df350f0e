// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.HoldfastClientBuilder;
import io.holdfast.curator.ConfirmingZookeeperFactory;
import io.holdfast.event.HoldfastEvent.SessionConfirmed;
import io.holdfast.guarantees.support.Evidence;
import io.holdfast.guarantees.support.Member;
import io.holdfast.session.ConfirmMode;
import io.holdfast.session.SessionState;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.wire.OpCode;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What confirmation costs: nothing for who only reads, and for the others what the protocol says and no more. */
class ReaderStaysLocalIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().localSessions(true).localSessionsUpgrading(true));

    private final Ensemble ensemble = SERVERS.ensemble();
    private final FaultProxy proxy = ensemble.followers().get(0).proxy();

    @Test
    void aClientIsUnknownToTheLeaderUntilItsFirstRegistration() throws Exception {
        try (Member member = Member.start(proxy.connectString(), "reader")) {
            CuratorFramework curator = member.client().unwrap(CuratorFramework.class);
            assertThat(curator.getChildren().forPath("/")).isNotEmpty();
            curator.create().forPath("/reader-persistent");
            curator.setData().forPath("/reader-persistent", new byte[] {1});
            long session = member.session();
            assertThat(member.client().sessions().get(0).state()).isInstanceOf(SessionState.Unconfirmed.class);
            requireLocal(session);

            member.register("/reader-ephemeral");

            member.awaitRegistered(PATIENCE);
            assertThat(member.session()).isEqualTo(session);
            assertThat(knownToTheLeader(session)).isTrue();
        }
    }

    @Test
    void aReaderThatLosesItsSessionStaysLocalInTheNextOne() throws Exception {
        try (Member member = Member.start(proxy.connectString(), "unlucky-reader")) {
            await().atMost(PATIENCE).until(() -> member.session() != 0);
            long session = member.session();
            proxy.refuse();
            await().atMost(PATIENCE).until(() -> member.diary().endOf(session).isPresent());
            proxy.accept();

            assertThat(member.client()
                            .unwrap(CuratorFramework.class)
                            .getChildren()
                            .forPath("/"))
                    .isNotEmpty();

            assertThat(member.session()).isNotEqualTo(session);
            requireLocal(member.session());
        }
    }

    @Test
    void theDropInStaysLocalTooIfItIsToldTo() throws Exception {
        try (CuratorFramework curator = CuratorFrameworkFactory.builder()
                .connectString(proxy.connectString())
                .sessionTimeoutMs((int) Member.SESSION_TIMEOUT.toMillis())
                .connectionTimeoutMs((int) Member.SESSION_TIMEOUT.toMillis())
                .retryPolicy(new RetryOneTime(100))
                .zookeeperFactory(ConfirmingZookeeperFactory.builder()
                        .confirm(ConfirmMode.ON_FIRST_EPHEMERAL)
                        .withoutSessionMarkers()
                        .build())
                .build()) {
            curator.start();
            assertThat(curator.blockUntilConnected(10, TimeUnit.SECONDS)).isTrue();
            curator.getChildren().forPath("/");
            long session = curator.getZookeeperClient().getZooKeeper().getSessionId();
            requireLocal(session);

            curator.create().withMode(CreateMode.EPHEMERAL).forPath("/drop-in-ephemeral");

            assertThat(curator.getZookeeperClient().getZooKeeper().getSessionId())
                    .isEqualTo(session);
            assertThat(knownToTheLeader(session)).isTrue();
            assertThat(proxy.requests())
                    .filteredOn(request -> request.ephemeral() && request.sessionId() == session)
                    .extracting(Evidence::isProbe)
                    .containsExactly(true, true, false);
        }
    }

    @Test
    void confirmationCostsTwoProbesPerSessionAndOnePerReconnectAndARegistrationOneWriteAndOneWatch()
            throws InterruptedException {
        try (Member member =
                Member.start(proxy.connectString(), "counted", HoldfastClientBuilder::withoutSessionMarkers)) {
            member.register("/counted-0");
            member.awaitRegistered(PATIENCE);
            long session = member.session();
            assertThat(probes(session)).isEqualTo(2);
            proxy.resetCounts();

            for (int i = 1; i <= 10; i++) {
                member.register("/counted-" + i).awaitRegistered(PATIENCE); // together they would share a transaction
            }
            assertThat(proxy.count(OpCode.CREATE2)).isEqualTo(10);
            assertThat(proxy.count(OpCode.EXISTS)).isEqualTo(10);
            assertThat(withoutPings()).isEqualTo(20);
            proxy.resetCounts();

            await().during(Member.SESSION_TIMEOUT).atMost(PATIENCE).until(() -> withoutPings() == 0);
            proxy.cut();
            await().atMost(PATIENCE)
                    .until(() -> member.diary().events(SessionConfirmed.class).size() == 2 && member.isRegistered());

            assertThat(probes(session)).isEqualTo(1);
            assertThat(proxy.count(OpCode.GET_EPHEMERALS)).isEqualTo(1);
            assertThat(proxy.count(OpCode.CREATE2, OpCode.MULTI, OpCode.EXISTS, OpCode.GET_DATA))
                    .as(String.valueOf(proxy.requests()))
                    .isZero();
        }
    }

    private void requireLocal(long session) throws IOException, InterruptedException {
        assertThat(knownToTheLeader(session)).isFalse();
        assertThat(proxy.requests())
                .filteredOn(request -> request.sessionId() == session && request.ephemeral())
                .isEmpty();
    }

    /** The leader lists every global session, and of the local ones only its own. */
    private boolean knownToTheLeader(long session) throws IOException, InterruptedException {
        return ensemble.leader().fourLetterWord("dump").contains("0x" + Long.toHexString(session));
    }

    private long probes(long session) {
        return proxy.requests().stream()
                .filter(request -> request.sessionId() == session && Evidence.isProbe(request))
                .count();
    }

    private long withoutPings() {
        return proxy.requests().stream()
                .filter(request -> request.opCode() != OpCode.PING)
                .count();
    }
}
