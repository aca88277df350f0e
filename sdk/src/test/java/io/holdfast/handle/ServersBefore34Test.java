// SPDX-License-Identifier: Apache-2.0
package io.holdfast.handle;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.observability.HoldfastObserver;
import io.holdfast.resilience.PaceSettings;
import io.holdfast.session.SessionSettings;
import io.holdfast.time.Ticker;
import io.holdfast.zookeeper.FailureKind;
import io.holdfast.zookeeper.SessionOps;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers that drop an unknown request also leave everything behind it unanswered, so none may be sent. */
class ServersBefore34Test {

    private final HandleLine line = new HandleLine(
            new LineSettings(SessionSettings.defaults(), PaceSettings.defaults(), false, true, Optional.empty()),
            HoldfastObserver.all(List.of()),
            Ticker.system());

    private ZooKeeper handle;

    @BeforeEach
    void openAHandleThatReachesNobody() throws Exception {
        handle = line.open("127.0.0.1:1", 6_000, event -> {}, false, null);
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

    private SessionOps ops() {
        return new HandleOps(
                (ConfirmingZooKeeper) handle, new OperationGate(() -> {}, () -> {}), () -> 0, sent -> {}, true);
    }

    private static void assertUnimplemented(CompletionStage<?> answer) {
        assertThat(answer.toCompletableFuture()).isCompletedExceptionally().satisfies(done -> assertThat(
                        FailureKind.codeOf(
                                done.handle((value, failure) -> failure).join()))
                .isEqualTo(Code.UNIMPLEMENTED));
    }
}
