// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.holdfast.error.FailureKind;
import io.holdfast.event.HoldfastObserver;
import io.holdfast.session.PaceSettings;
import io.holdfast.session.SessionOps;
import io.holdfast.session.SessionSettings;
import io.holdfast.spi.Ticker;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers that drop an unknown request also leave everything behind it unanswered, so none may be sent. */
class LegacyServersTest {

    private final SessionSupervisor supervisor = new SessionSupervisor(
            new SupervisorSettings(
                    SessionSettings.defaults(),
                    PaceSettings.defaults(),
                    false,
                    true,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()),
            new ClientThreads(),
            HoldfastObserver.all(List.of()),
            Ticker.system());

    private ZooKeeper handle;

    @BeforeEach
    void openAHandleThatReachesNobody() throws Exception {
        handle = supervisor.open("127.0.0.1:1", 6_000, event -> {}, false, null);
    }

    @AfterEach
    void close() throws InterruptedException {
        handle.close();
    }

    @Test
    void aContainerIsRefusedWithoutAsking() {
        assertUnimplemented(ops().create("/c", new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.CONTAINER));
    }

    @Test
    void aTransactionIsRefusedWithoutAsking() {
        assertUnimplemented(ops().multi(List.of(Op.delete("/c", -1))));
    }

    @Test
    void theListOfEphemeralsIsRefusedWithoutAsking() {
        assertUnimplemented(ops().ephemerals());
    }

    @Test
    void whatAUserOfTheHandleAsksForIsRefusedWithoutAskingToo() {
        assertThatExceptionOfType(KeeperException.UnimplementedException.class)
                .isThrownBy(
                        () -> handle.create("/c", new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL, new Stat()));
        assertThatExceptionOfType(KeeperException.UnimplementedException.class)
                .isThrownBy(() -> handle.create("/c", new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.CONTAINER));
        assertThatExceptionOfType(KeeperException.UnimplementedException.class)
                .isThrownBy(() -> handle.multi(List.of(Op.delete("/c", -1))));
        AtomicInteger answer = new AtomicInteger();
        handle.create(
                "/c",
                new byte[0],
                Ids.OPEN_ACL_UNSAFE,
                CreateMode.EPHEMERAL,
                (rc, path, context, name, stat) -> answer.set(rc),
                null);
        assertThat(answer).hasValue(Code.UNIMPLEMENTED.intValue());
        handle.multi(List.of(Op.delete("/d", -1)), (rc, path, context, results) -> answer.set(rc + 1), null);
        assertThat(answer).hasValue(Code.UNIMPLEMENTED.intValue() + 1);
    }

    private SessionOps ops() {
        return new HandleOps(
                (ConfirmingZooKeeper) handle,
                new OperationGate(() -> {}, () -> {}),
                () -> 0,
                sent -> {},
                ServerFeatures.of(true),
                new LongLists(() -> 0));
    }

    private static void assertUnimplemented(CompletionStage<?> answer) {
        assertThat(answer.toCompletableFuture()).isCompletedExceptionally().satisfies(done -> assertThat(
                        FailureKind.codeOf(
                                done.handle((value, failure) -> failure).join()))
                .isEqualTo(Code.UNIMPLEMENTED));
    }
}
