// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.wire.OpCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.KeeperException.ConnectionLossException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The faults of the network, on a real connection. */
class FaultProxyIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final byte[] DATA = "x".getBytes(StandardCharsets.UTF_8);

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().servers(1));

    private final FaultProxy proxy = SERVERS.ensemble().server(1).proxy();
    private ZooKeeper client;

    @BeforeEach
    void connect() throws IOException {
        client = new ZooKeeper(proxy.connectString(), 6_000, event -> {});
        awaitConnected();
        proxy.resetCounts();
    }

    @AfterEach
    void disconnect() throws InterruptedException {
        proxy.heal();
        client.close(1_000);
    }

    @Test
    void recordsEachRequestWithItsPathAndWhetherItCreatesAnEphemeral() throws Exception {
        create("/recorded", CreateMode.PERSISTENT);
        client.exists("/recorded", false);
        client.multi(List.of(
                Op.check("/recorded", 0),
                Op.create("/recorded/a", DATA, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL)));

        assertThat(proxy.requests())
                .filteredOn(request -> request.opCode() != OpCode.PING)
                .extracting(RecordedRequest::opCode, RecordedRequest::path, RecordedRequest::ephemeral)
                .containsExactly(
                        tuple(OpCode.CREATE, "/recorded", false),
                        tuple(OpCode.EXISTS, "/recorded", false),
                        tuple(OpCode.MULTI, "/recorded", true));
        assertThat(proxy.requests())
                .allSatisfy(request -> assertThat(request.sessionId()).isEqualTo(client.getSessionId()));
        assertThat(proxy.count(OpCode.CREATE, OpCode.MULTI)).isEqualTo(2);
    }

    @Test
    void deliversHeldRequestsInOrderWhenReleased() {
        proxy.toServer().hold();
        CompletableFuture<Code> parent = createAsync("/held", CreateMode.PERSISTENT);
        CompletableFuture<Code> child = createAsync("/held/child", CreateMode.PERSISTENT);
        await().atMost(PATIENCE).until(() -> proxy.count(OpCode.CREATE) == 2);
        assertThat(parent).isNotDone();

        proxy.toServer().release();

        assertThat(parent).succeedsWithin(PATIENCE).isEqualTo(Code.OK);
        assertThat(child).succeedsWithin(PATIENCE).isEqualTo(Code.OK);
    }

    @Test
    void keepsTheConnectionAliveWhileOnlyTheAnswerToOneOperationIsHeld() {
        proxy.toClient().hold(OpCode.CREATE);
        CompletableFuture<Code> created = createAsync("/silent", CreateMode.PERSISTENT);

        // Twice the time after which a client that hears nothing gives its connection up.
        await().pollDelay(Duration.ofSeconds(8)).atMost(PATIENCE).until(() -> proxy.count(OpCode.PING) >= 3);
        assertThat(created).isNotDone();
        assertThat(proxy.connections()).hasSize(1);
        proxy.toClient().release();

        assertThat(created).succeedsWithin(PATIENCE).isEqualTo(Code.OK);
    }

    @Test
    void losesTheAnswerOfARequestThatTheServerHasCarriedOut() throws Exception {
        Trap trap = proxy.dropNextReply(OpCode.CREATE);

        assertThatThrownBy(() -> create("/lost-answer", CreateMode.PERSISTENT))
                .isInstanceOf(ConnectionLossException.class);

        trap.awaitSprung(PATIENCE);
        awaitConnected();
        assertThat(client.exists("/lost-answer", false)).isNotNull();
    }

    @Test
    void keepsARequestFromTheServer() throws Exception {
        Trap trap = proxy.cutBeforeNext(OpCode.CREATE);

        assertThatThrownBy(() -> create("/never-sent", CreateMode.PERSISTENT))
                .isInstanceOf(ConnectionLossException.class);

        trap.awaitSprung(PATIENCE);
        awaitConnected();
        assertThat(client.exists("/never-sent", false)).isNull();
    }

    @Test
    void cutsTheConnectionAfterTheRequestThatWasCounted() throws Exception {
        Trap trap = proxy.cutAfter(OpCode.CREATE, 2);

        create("/first", CreateMode.PERSISTENT);
        assertThat(trap.isSprung()).isFalse();
        assertThat(createAsync("/second", CreateMode.PERSISTENT))
                .succeedsWithin(PATIENCE)
                .isEqualTo(Code.CONNECTIONLOSS);

        trap.awaitSprung(PATIENCE);
        awaitConnected();
        assertThat(client.exists("/second", false)).isNotNull();
    }

    @Test
    void refusesConnectionsUntilItAcceptsAgain() {
        long session = client.getSessionId();

        proxy.refuse();
        await().atMost(PATIENCE).until(() -> !client.getState().isConnected());
        assertThat(proxy.connection(session)).isEmpty();
        proxy.accept();

        awaitConnected();
        assertThat(client.getSessionId()).isEqualTo(session);
    }

    @Test
    void dropsWhatFallsIntoABlackHoleUntilItIsHealed() {
        proxy.toServer().blackhole();
        CompletableFuture<Code> created = createAsync("/black-hole", CreateMode.PERSISTENT);
        await().atMost(PATIENCE).until(() -> proxy.count(OpCode.CREATE) == 1);

        proxy.heal();

        assertThat(created).succeedsWithin(PATIENCE).isEqualTo(Code.CONNECTIONLOSS);
        awaitConnected();
    }

    @Test
    void delaysEveryAnswer() {
        proxy.toClient().delay(Duration.ofMillis(300));
        long start = System.nanoTime();

        assertThat(createAsync("/delayed", CreateMode.PERSISTENT))
                .succeedsWithin(PATIENCE)
                .isEqualTo(Code.OK);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void cutsOneConnectionAndLeavesTheOthers() throws Exception {
        ZooKeeper other = new ZooKeeper(proxy.connectString(), 6_000, event -> {});
        await().atMost(PATIENCE).until(() -> other.getState().isConnected());
        ProxiedConnection victim = proxy.connection(other.getSessionId()).orElseThrow();
        ProxiedConnection bystander = proxy.connection(client.getSessionId()).orElseThrow();

        victim.cut();

        assertThat(victim.isOpen()).isFalse();
        assertThat(bystander.isOpen()).isTrue();
        other.close(1_000);
    }

    private void awaitConnected() {
        await().atMost(PATIENCE).until(() -> client.getState().isConnected());
    }

    private void create(String path, CreateMode mode) throws Exception {
        var unused = client.create(path, DATA, ZooDefs.Ids.OPEN_ACL_UNSAFE, mode);
    }

    private CompletableFuture<Code> createAsync(String path, CreateMode mode) {
        CompletableFuture<Code> result = new CompletableFuture<>();
        client.create(
                path,
                DATA,
                ZooDefs.Ids.OPEN_ACL_UNSAFE,
                mode,
                (rc, asked, context, name) -> result.complete(Code.get(rc)),
                null);
        return result;
    }
}
