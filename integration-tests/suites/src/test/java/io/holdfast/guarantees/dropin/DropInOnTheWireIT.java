// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.dropin;

import static io.holdfast.guarantees.support.SmallTicks.PATIENCE;
import static io.holdfast.guarantees.support.SmallTicks.SESSION_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.curator.ConfirmingZookeeperFactory;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.proxy.RecordedRequest;
import io.holdfast.testing.wire.OpCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The drop-in's gate, seen from the network: nothing ephemeral passes before both probes are answered, whatever the overload. */
class DropInOnTheWireIT {

    private static final String PROBE = "/holdfast.no-such-parent.";
    private static final byte[] DATA = "a".getBytes(StandardCharsets.UTF_8);

    /** How late every answer is, which shows whether a request waited for one. */
    private static final Duration LATE = Duration.ofMillis(100);

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().servers(1));

    private final FaultProxy proxy = SERVERS.ensemble().server(1).proxy();

    /** One way to create an ephemeral node through a handle; completes with the answer. */
    private interface Creation {
        CompletableFuture<Code> with(ZooKeeper handle, String path);
    }

    private static final Creation BLOCKING = blocking((zk, path) -> zk.create(path, DATA, Ids.OPEN_ACL_UNSAFE, mode()));

    private static final Creation BACKGROUND = (zk, path) -> {
        CompletableFuture<Code> answer = new CompletableFuture<>();
        zk.create(path, DATA, Ids.OPEN_ACL_UNSAFE, mode(), (rc, p, ctx, name) -> answer.complete(Code.get(rc)), null);
        return answer;
    };

    static Stream<Arguments> creations() {
        return Stream.of(
                creation("create", BLOCKING),
                creation(
                        "create with a Stat",
                        blocking((zk, path) -> zk.create(path, DATA, Ids.OPEN_ACL_UNSAFE, mode(), new Stat()))),
                creation(
                        "create with a time to live",
                        blocking((zk, path) -> zk.create(path, DATA, Ids.OPEN_ACL_UNSAFE, mode(), new Stat(), -1))),
                creation("create in the background", BACKGROUND),
                creation("create with a Stat in the background", (zk, path) -> {
                    CompletableFuture<Code> answer = new CompletableFuture<>();
                    zk.create(
                            path,
                            DATA,
                            Ids.OPEN_ACL_UNSAFE,
                            mode(),
                            (rc, p, ctx, name, stat) -> answer.complete(Code.get(rc)),
                            null);
                    return answer;
                }),
                creation("create with a time to live in the background", (zk, path) -> {
                    CompletableFuture<Code> answer = new CompletableFuture<>();
                    zk.create(
                            path,
                            DATA,
                            Ids.OPEN_ACL_UNSAFE,
                            mode(),
                            (rc, p, ctx, name, stat) -> answer.complete(Code.get(rc)),
                            null,
                            -1);
                    return answer;
                }),
                creation("multi", blocking((zk, path) -> zk.multi(List.of(check(), create(path))))),
                creation("multi in the background", (zk, path) -> {
                    CompletableFuture<Code> answer = new CompletableFuture<>();
                    zk.multi(
                            List.of(check(), create(path)),
                            (rc, p, ctx, results) -> answer.complete(Code.get(rc)),
                            null);
                    return answer;
                }),
                creation("transaction", blocking((zk, path) -> zk.transaction()
                        .check("/", -1)
                        .create(path, DATA, Ids.OPEN_ACL_UNSAFE, mode())
                        .commit())),
                creation("transaction in the background", (zk, path) -> {
                    CompletableFuture<Code> answer = new CompletableFuture<>();
                    zk.transaction()
                            .check("/", -1)
                            .create(path, DATA, Ids.OPEN_ACL_UNSAFE, mode())
                            .commit((rc, p, ctx, results) -> answer.complete(Code.get(rc)), null);
                    return answer;
                }));
    }

    /** On a loaded machine, loading Netty's native code takes longer than these handles wait for a connection. */
    @BeforeAll
    static void loadNetty() throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper handle = new ZooKeeper(
                SERVERS.ensemble().connectString(),
                (int) PATIENCE.toMillis(),
                event -> connected.countDown(),
                SmallTicks.socket("Netty"));
        assertThat(connected.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        handle.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("creations")
    void nothingEphemeralIsSentBeforeBothProbesAreAnswered(String name, Creation creation) throws Exception {
        String path = "/" + name.replace(' ', '-');
        proxy.toClient().delay(LATE);
        ZooKeeper handle = open("NIO");
        try {
            CompletableFuture<Code> answer = creation.with(handle, path);

            assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(Code.OK);

            List<RecordedRequest> ephemerals =
                    proxy.requests().stream().filter(RecordedRequest::ephemeral).toList();
            assertThat(ephemerals).hasSize(3);
            assertThat(ephemerals.get(0).path()).startsWith(PROBE);
            assertThat(ephemerals.get(1).path()).startsWith(PROBE);
            assertThat(after(ephemerals.get(0), ephemerals.get(1)))
                    .as("the second probe waits for the answer to the first")
                    .isGreaterThanOrEqualTo(LATE);
            assertThat(after(ephemerals.get(1), ephemerals.get(2)))
                    .as("the create waits for the answer to the second probe")
                    .isGreaterThanOrEqualTo(LATE);
        } finally {
            proxy.toClient().open();
            handle.close();
        }
    }

    @ParameterizedTest(name = "{0} socket")
    @ValueSource(strings = {"NIO", "Netty"})
    void whatIsCalledBehindAWaitingCreateKeepsItsPlace(String socket) throws Exception {
        String path = "/in-order-" + socket;
        List<String> answers = new CopyOnWriteArrayList<>();
        CompletableFuture<byte[]> read = new CompletableFuture<>();
        ZooKeeper handle = open(socket);
        try {
            handle.create(
                    path,
                    DATA,
                    Ids.OPEN_ACL_UNSAFE,
                    mode(),
                    (rc, p, ctx, name) -> answers.add("create " + Code.get(rc)),
                    null);
            handle.setData(
                    path,
                    "b".getBytes(StandardCharsets.UTF_8),
                    0,
                    (rc, p, ctx, stat) -> answers.add("setData " + Code.get(rc)),
                    null);
            handle.getData(
                    path,
                    false,
                    (rc, p, ctx, data, stat) -> {
                        answers.add("getData " + Code.get(rc));
                        read.complete(data);
                    },
                    null);

            assertThat(read.get(30, TimeUnit.SECONDS)).asString().isEqualTo("b");
            assertThat(answers).containsExactly("create OK", "setData OK", "getData OK");
            assertThat(sent().stream().map(RecordedRequest::opCode))
                    .containsExactly(
                            OpCode.CONNECT,
                            OpCode.CREATE,
                            OpCode.CREATE,
                            OpCode.CREATE,
                            OpCode.SET_DATA,
                            OpCode.GET_DATA);
        } finally {
            handle.close();
        }
    }

    @ParameterizedTest(name = "{0} socket")
    @ValueSource(strings = {"NIO", "Netty"})
    void nothingIsSentBeforeTheSessionIsOpen(String socket) throws Exception {
        proxy.toClient().delay(LATE);
        ZooKeeper handle = open(socket);
        try {
            handle.create(
                    "/behind-connect-" + socket, DATA, Ids.OPEN_ACL_UNSAFE, mode(), (rc, p, ctx, name) -> {}, null);

            proxy.awaitRequests(OpCode.CREATE, 1, PATIENCE);

            assertThat(after(sent().get(0), sent().get(1))).isGreaterThanOrEqualTo(LATE);
        } finally {
            proxy.toClient().open();
            handle.close();
        }
    }

    @Test
    void aSessionIsConfirmedAgainAfterAReconnectionBeforeAnythingEphemeralPasses() throws Exception {
        ZooKeeper handle = open("NIO");
        try {
            handle.create("/before-reconnection", DATA, Ids.OPEN_ACL_UNSAFE, mode());
            long session = handle.getSessionId();
            proxy.resetCounts();
            proxy.toClient().delay(LATE);

            proxy.cut();
            await().atMost(PATIENCE).until(() -> !handle.getState().isConnected());
            CompletableFuture<Code> answer = new CompletableFuture<>();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(proxy.connection(session)).isPresent());
            handle.create(
                    "/after-reconnection",
                    DATA,
                    Ids.OPEN_ACL_UNSAFE,
                    mode(),
                    (rc, p, ctx, name) -> answer.complete(Code.get(rc)),
                    null);

            assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(Code.OK);
            List<RecordedRequest> ephemerals =
                    proxy.requests().stream().filter(RecordedRequest::ephemeral).toList();
            assertThat(ephemerals).hasSize(2);
            assertThat(ephemerals.get(0).path()).startsWith(PROBE);
            assertThat(after(ephemerals.get(0), ephemerals.get(1))).isGreaterThanOrEqualTo(LATE);
        } finally {
            proxy.toClient().open();
            handle.close();
        }
    }

    @Test
    @Timeout(60)
    void aCreateFailsWithConnectionLossWhileNoServerCanBeReachedAsItDoesWithoutTheDropIn() throws Exception {
        proxy.refuse();
        ZooKeeper plain = new ZooKeeper(proxy.connectString(), (int) SESSION_TIMEOUT.toMillis(), event -> {});
        ZooKeeper confirming = open("NIO");
        try {
            for (ZooKeeper handle : List.of(plain, confirming)) {
                for (Creation creation : List.of(BLOCKING, BACKGROUND)) {
                    CompletableFuture<Code> answer = creation.with(handle, "/unreachable");

                    assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(Code.CONNECTIONLOSS);
                }
            }
        } finally {
            plain.close();
            confirming.close();
        }
    }

    @Test
    void curatorsOwnCreatesPassTheSameGate() throws Exception {
        try (CuratorFramework client = SmallTicks.curator(proxy.connectString())
                .zookeeperFactory(ConfirmingZookeeperFactory.builder()
                        .withoutSessionMarkers()
                        .build())
                .build()) {
            SmallTicks.start(client);
            client.create().withMode(CreateMode.EPHEMERAL).forPath("/curator-plain", DATA);
            client.create()
                    .withProtection()
                    .withMode(CreateMode.EPHEMERAL_SEQUENTIAL)
                    .forPath("/curator-protected-", DATA);
            client.transaction()
                    .forOperations(
                            client.transactionOp().check().forPath("/"),
                            client.transactionOp()
                                    .create()
                                    .withMode(CreateMode.EPHEMERAL)
                                    .forPath("/curator-transaction", DATA));

            assertThat(sent().stream()
                            .filter(RecordedRequest::ephemeral)
                            .limit(2)
                            .map(RecordedRequest::path))
                    .allMatch(path -> path.startsWith(PROBE));
        }
    }

    @Test
    void aBlockingCreateOnTheEventThreadFailsAtOnceInsteadOfWaitingForItself() throws Exception {
        CompletableFuture<ZooKeeper> handle = new CompletableFuture<>();
        CompletableFuture<Code> answer = new CompletableFuture<>();
        ZooKeeper opened = ConfirmingZookeeperFactory.builder()
                .withoutSessionMarkers()
                .build()
                .newZooKeeper(
                        proxy.connectString(),
                        (int) SESSION_TIMEOUT.toMillis(),
                        event -> {
                            if (event.getState() == org.apache.zookeeper.Watcher.Event.KeeperState.Disconnected) {
                                try {
                                    handle.join().create("/on-event-thread", DATA, Ids.OPEN_ACL_UNSAFE, mode());
                                    answer.complete(Code.OK);
                                } catch (KeeperException e) {
                                    answer.complete(e.code());
                                } catch (InterruptedException e) {
                                    answer.completeExceptionally(e);
                                }
                            }
                        },
                        false);
        handle.complete(opened);
        try {
            await().atMost(PATIENCE).until(() -> opened.getState().isConnected());
            proxy.cut();

            assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(Code.CONNECTIONLOSS);
        } finally {
            opened.close();
        }
    }

    @Test
    void badArgumentsAreRefusedAsTheyAreWithoutTheDropIn() throws Exception {
        ZooKeeper handle = open("NIO");
        try {
            assertThatThrownBy(() -> handle.create(
                            "relative", DATA, Ids.OPEN_ACL_UNSAFE, mode(), (rc, p, ctx, name) -> {}, null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Path must start with /");
            assertThatThrownBy(() -> handle.create("relative", DATA, Ids.OPEN_ACL_UNSAFE, mode()))
                    .isInstanceOf(IllegalArgumentException.class);
        } finally {
            handle.close();
        }
    }

    private ZooKeeper open(String socket) throws Exception {
        return ConfirmingZookeeperFactory.builder()
                .withoutSessionMarkers()
                .build()
                .newZooKeeper(
                        proxy.connectString(),
                        (int) SESSION_TIMEOUT.toMillis(),
                        event -> {},
                        false,
                        SmallTicks.socket(socket));
    }

    private List<RecordedRequest> sent() {
        return proxy.requests().stream()
                .filter(request -> request.opCode() != OpCode.PING)
                .toList();
    }

    private static Duration after(RecordedRequest first, RecordedRequest second) {
        return Duration.ofNanos(second.nanoTime() - first.nanoTime());
    }

    private static CreateMode mode() {
        return CreateMode.EPHEMERAL;
    }

    private static Op check() {
        return Op.check("/", -1);
    }

    private static Op create(String path) {
        return Op.create(path, DATA, Ids.OPEN_ACL_UNSAFE, mode());
    }

    private static Arguments creation(String name, Creation creation) {
        return Arguments.of(name, creation);
    }

    private interface Call {
        Object on(ZooKeeper handle, String path) throws KeeperException, InterruptedException;
    }

    private static Creation blocking(Call call) {
        return (handle, path) -> CompletableFuture.supplyAsync(() -> {
            try {
                call.on(handle, path);
                return Code.OK;
            } catch (KeeperException e) {
                return e.code();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }
}
