// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.holdfast.curator.ConfirmingZookeeperFactory;
import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.guarantees.support.Member;
import io.holdfast.guarantees.support.Operator;
import io.holdfast.hazards.PlainHandle;
import io.holdfast.hazards.WhatServersDid;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationState;
import io.holdfast.session.Safety;
import io.holdfast.session.SessionState;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Release;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.proxy.FaultProxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.KeeperException.EphemeralOnLocalSessionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Local sessions that must not become global: no client can own an ephemeral node, which only a setting can mend. */
class RefusalNamesTheSettingIT {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String SETTING = "localSessionsUpgradingEnabled";

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().localSessions(true).localSessionsUpgrading(false));

    private final Ensemble ensemble = SERVERS.ensemble();
    private String parent;

    /** Leader and follower find out in different places. */
    enum Attached {
        TO_THE_LEADER,
        TO_A_FOLLOWER
    }

    @BeforeEach
    void makeSomethingToRead(TestInfo test) throws Exception {
        parent = "/" + test.getTestMethod().orElseThrow().getName();
        try (Operator operator = new Operator(ensemble)) {
            if (!operator.exists(parent)) {
                operator.create(parent);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theClientIsToldAndItsReadsGoOn(Attached attached) throws Exception {
        try (Member member = Member.start(server(attached).connectString(), "refused")) {
            Registration before = member.register(parent + "/before");

            assertThatThrownBy(() -> member.client().awaitConfirmed(PATIENCE))
                    .isInstanceOf(RefusedByEnsembleException.class)
                    .hasMessageContaining(SETTING);
            assertThatThrownBy(() -> before.awaitRegistered(PATIENCE))
                    .isInstanceOf(RefusedByEnsembleException.class)
                    .hasMessageContaining(SETTING)
                    .hasMessageContaining(parent + "/before");
            assertThat(before.state()).isInstanceOf(RegistrationState.Failed.class);
            assertThat(member.client().sessions().get(0).state()).isInstanceOf(SessionState.Refused.class);
            assertThat(member.client()
                            .unwrap(CuratorFramework.class)
                            .getChildren()
                            .forPath(parent))
                    .isEmpty();
            assertThat(member.client()
                            .unwrap(CuratorFramework.class)
                            .create()
                            .forPath(parent + "/persistent-" + attached))
                    .isNotNull();
            member.client().unwrap(CuratorFramework.class).delete().forPath(parent + "/persistent-" + attached);
        }
    }

    /** Of a transaction a follower says the same that it says when a session is over. */
    @ParameterizedTest
    @EnumSource
    void aPlainClientIsToldInATransactionThatItsSessionHasExpiredWhichIsWell(Attached attached) throws Exception {
        String release = Release.current().version();
        try (PlainHandle plain = PlainHandle.connect(server(attached).connectString())) {
            PlainHandle.isAnswered(plain.create(parent + "/single"), Code.EPHEMERALONLOCALSESSION);
            WhatServersDid.isWrittenDown("upgrade-disabled-create", release, "ephemeral-on-local-session");
            if (attached == Attached.TO_THE_LEADER) {
                PlainHandle.isAnswered(
                        plain.multi(PlainHandle.creation(parent + "/multi")), Code.EPHEMERALONLOCALSESSION);
                WhatServersDid.isWrittenDown("upgrade-disabled-multi-at-leader", release, "ephemeral-on-local-session");
            } else {
                PlainHandle.isAnswered(plain.multi(PlainHandle.creation(parent + "/multi")), Code.SESSIONEXPIRED);
                WhatServersDid.isWrittenDown("upgrade-disabled-multi-at-follower", release, "session-expired");
            }
            PlainHandle.isAnswered(plain.setData(parent), Code.OK);
            assertThat(plain.expired()).isNotDone();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsRegisteredLaterIsToldTheSame(Attached attached) throws Exception {
        try (Member member = Member.start(server(attached).connectString(), "late")) {
            assertThatThrownBy(() -> member.client().awaitConfirmed(PATIENCE))
                    .isInstanceOf(RefusedByEnsembleException.class);

            Registration after = member.register(parent + "/after");

            assertThatThrownBy(() -> after.awaitRegistered(PATIENCE))
                    .isInstanceOf(RefusedByEnsembleException.class)
                    .hasMessageContaining(SETTING);
            try (Safety safety = member.client().sessions().get(0).safety()) {
                assertThat(safety.isSafe()).isFalse();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theApplicationsOwnEphemeralsFailAtOnce(Attached attached) {
        try (Member member = Member.start(server(attached).connectString(), "own")) {
            requireEphemeralsRefused(member.client().unwrap(CuratorFramework.class));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anApplicationThatOnlyHasTheFactoryIsToldByZooKeepersOwnError(Attached attached) throws Exception {
        try (CuratorFramework curator = dropIn(server(attached).connectString())) {
            curator.start();
            assertThat(curator.blockUntilConnected(10, TimeUnit.SECONDS))
                    .as("Curator hears of the connection")
                    .isTrue();

            requireEphemeralsRefused(curator);

            assertThat(curator.getChildren().forPath(parent)).isEmpty();
            assertThat(curator.checkExists().forPath(parent)).isNotNull();
        }
    }

    @Test
    void aBrokenConnectionChangesNothingOfIt() throws Exception {
        FaultProxy proxy = ensemble.followers().get(0).proxy();
        List<ConnectionState> states = new CopyOnWriteArrayList<>();
        try (CuratorFramework curator = dropIn(proxy.connectString())) {
            curator.getConnectionStateListenable().addListener((client, state) -> states.add(state));
            curator.start();
            assertThat(curator.blockUntilConnected(10, TimeUnit.SECONDS)).isTrue();
            requireEphemeralsRefused(curator);
            long session = curator.getZookeeperClient().getZooKeeper().getSessionId();

            proxy.cut();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(states)
                    .containsExactly(
                            ConnectionState.CONNECTED, ConnectionState.SUSPENDED, ConnectionState.RECONNECTED));

            requireEphemeralsRefused(curator);
            assertThat(curator.getChildren().forPath(parent)).isEmpty();
            assertThat(curator.getZookeeperClient().getZooKeeper().getSessionId())
                    .isEqualTo(session);
        }
    }

    private static CuratorFramework dropIn(String connectString) {
        return CuratorFrameworkFactory.builder()
                .connectString(connectString)
                .sessionTimeoutMs((int) Member.SESSION_TIMEOUT.toMillis())
                .connectionTimeoutMs((int) Member.SESSION_TIMEOUT.toMillis())
                .retryPolicy(new RetryOneTime(100))
                .zookeeperFactory(new ConfirmingZookeeperFactory())
                .build();
    }

    private void requireEphemeralsRefused(CuratorFramework curator) {
        assertTimeoutPreemptively(PATIENCE, () -> {
            assertThatThrownBy(() ->
                            curator.create().withMode(CreateMode.EPHEMERAL).forPath(parent + "/single"))
                    .isInstanceOf(EphemeralOnLocalSessionException.class);
            assertThatThrownBy(() -> curator.transaction()
                            .forOperations(curator.transactionOp()
                                    .create()
                                    .withMode(CreateMode.EPHEMERAL)
                                    .forPath(parent + "/multi")))
                    .isInstanceOf(EphemeralOnLocalSessionException.class);
            CompletableFuture<Integer> answer = new CompletableFuture<>();
            curator.create()
                    .withMode(CreateMode.EPHEMERAL_SEQUENTIAL)
                    .inBackground((client, event) -> answer.complete(event.getResultCode()))
                    .forPath(parent + "/background");
            assertThat(answer.get()).isEqualTo(Code.EPHEMERALONLOCALSESSION.intValue());
        });
    }

    private Server server(Attached attached) {
        return attached == Attached.TO_THE_LEADER
                ? ensemble.leaderNow().orElseThrow()
                : ensemble.followers().get(0);
    }
}
