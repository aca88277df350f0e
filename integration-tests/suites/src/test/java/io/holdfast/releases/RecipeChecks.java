// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import static io.holdfast.releases.Stage.PATIENCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.HoldfastClient;
import io.holdfast.error.FencedException;
import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.recipes.broker.Broker;
import io.holdfast.recipes.broker.BrokerRegistration;
import io.holdfast.recipes.broker.BrokerRegistry;
import io.holdfast.recipes.election.LeaderElection;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.grant.TransactionOutcome.Committed;
import io.holdfast.recipes.grant.TransactionOutcome.Rejected;
import io.holdfast.recipes.group.Group;
import io.holdfast.recipes.group.Member;
import io.holdfast.recipes.group.Membership;
import io.holdfast.recipes.lock.FencedLock;
import io.holdfast.recipes.lock.FencedReadWriteLock;
import io.holdfast.recipes.lock.FencedSemaphore;
import io.holdfast.recipes.view.LiveView;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.wire.OpCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;

/** What the recipes do for two clients that compete. */
final class RecipeChecks {

    private RecipeChecks() {}

    /** Something that one client has at a time. */
    private interface Exclusive {
        CompletableFuture<Grant> ask(HoldfastClient client);
    }

    static Finding lock(Stage stage, Socket socket) throws Exception {
        String path = "/lock-" + socket.segment();
        return oneAfterTheOther(
                stage, socket, client -> FencedLock.at(client, path).acquireAsync());
    }

    static Finding readWriteLock(Stage stage, Socket socket) throws Exception {
        String path = "/read-write-" + socket.segment();
        return allowed(stage, socket, (one, two) -> {
            Grant first = got(FencedReadWriteLock.at(one, path).readLock().acquireAsync());
            Grant second = got(FencedReadWriteLock.at(two, path).readLock().acquireAsync());
            CompletableFuture<Grant> writer =
                    FencedReadWriteLock.at(two, path).writeLock().acquireAsync();
            first.release();
            assertThat(writer).isNotDone();
            second.release();
            Grant written = got(writer);
            assertThat(written.token()).isGreaterThan(first.token()).isGreaterThan(second.token());
            written.release();
        });
    }

    static Finding semaphore(Stage stage, Socket socket) throws Exception {
        String path = "/semaphore-" + socket.segment();
        return allowed(stage, socket, (one, two) -> {
            Grant first = got(FencedSemaphore.at(one, path, 2).acquireAsync());
            Grant second = got(FencedSemaphore.at(two, path, 2).acquireAsync());
            CompletableFuture<Grant> third = FencedSemaphore.at(two, path, 2).acquireAsync();
            assertThat(second.isHeld()).isTrue();
            assertThat(third).isNotDone();
            first.release();
            got(third).release();
            second.release();
        });
    }

    static Finding queuedElection(Stage stage, Socket socket) throws Exception {
        String path = "/in-line-" + socket.segment();
        return oneAfterTheOther(stage, socket, client -> LeaderElection.queued(client, path, payload(client))
                .campaignAsync());
    }

    static Finding electionAtNode(Stage stage, Socket socket) throws Exception {
        String path = "/at-node-" + socket.segment();
        return oneAfterTheOther(stage, socket, client -> LeaderElection.atNode(client, path, payload(client))
                .campaignAsync());
    }

    static Finding brokers(Stage stage, Socket socket) throws Exception {
        String path = "/brokers-" + socket.segment();
        return allowed(stage, socket, (one, two) -> {
            try (LiveView<Integer, Broker> view = BrokerRegistry.at(two, path).watch();
                    BrokerRegistration broker = BrokerRegistry.at(one, path).register(7, payload(one))) {
                Grant first = broker.awaitRegistered(PATIENCE);
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(view.entry(7))
                        .hasValueSatisfying(seen ->
                                assertThat(seen.epoch()).isEqualTo(first.token().value())));
                assertThat(broker.updateAsync("new".getBytes(UTF_8))).succeedsWithin(PATIENCE);
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(view.entry(7))
                        .hasValueSatisfying(seen -> assertThat(seen.payload()).isEqualTo("new".getBytes(UTF_8))));

                try (PlainClient operator = PlainClient.connect(stage.ensemble().connectString(), Socket.NIO)) {
                    operator.delete(path + "/7");
                }
                assertThat(first.ended()).succeedsWithin(PATIENCE).isEqualTo(GrantEnd.NODE_LOST);
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                                broker.awaitRegistered(PATIENCE).token())
                        .isGreaterThan(first.token()));
            }
        });
    }

    /** Being in a group is no right, so it needs no transaction and works on every release. */
    static Finding group(Stage stage, Socket socket) throws Exception {
        String path = "/group-" + socket.segment();
        try (OurClient one = stage.ours("one", socket);
                OurClient two = stage.ours("two", socket);
                LiveView<String, Member> view = Group.at(two.client(), path).watch()) {
            Membership member = Group.at(one.client(), path).join("1".getBytes(UTF_8));
            member.awaitJoined(PATIENCE);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(view.entries()).containsOnlyKeys("one"));
            member.update("2".getBytes(UTF_8), PATIENCE);
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(view.entries().get("one").payload()).isEqualTo("2".getBytes(UTF_8)));
            member.leave();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(view.entries()).isEmpty());
        }
        return Finding.works();
    }

    static Finding transaction(Stage stage, Socket socket) throws Exception {
        String path = "/transaction-" + socket.segment();
        return allowed(stage, socket, (one, two) -> {
            Grant old = got(FencedLock.at(one, path).acquireAsync());
            assertThat(old.transaction()
                            .create(path + "-kept", new byte[] {1})
                            .create(path + "-s", new byte[0], CreateMode.PERSISTENT_SEQUENTIAL)
                            .setData(path + "-kept", new byte[] {2}, 0)
                            .check(path + "-kept", 1)
                            .commit())
                    .isInstanceOf(Committed.class);
            assertThat(old.transaction().create(path + "-kept", new byte[0]).commit())
                    .isEqualTo(new Rejected(0, path + "-kept", Code.NODEEXISTS));
            try (PlainClient operator = PlainClient.connect(stage.ensemble().connectString(), Socket.NIO)) {
                operator.delete(path + "/" + operator.children(path).get(0));
            }
            Grant newer = got(FencedLock.at(two, path).acquireAsync());
            assertThatExceptionOfType(FencedException.class)
                    .isThrownBy(() -> old.transaction().delete(path + "-kept").commit());
            assertThat(newer.transaction().delete(path + "-kept").commit()).isInstanceOf(Committed.class);
            newer.release();
        });
    }

    /** Lets two clients ask for the same, one after the other. */
    private static Finding oneAfterTheOther(Stage stage, Socket socket, Exclusive right) throws Exception {
        return allowed(stage, socket, (one, two) -> {
            Grant first = got(right.ask(one));
            CompletableFuture<Grant> next = right.ask(two);
            assertThat(first.isHeld()).isTrue();
            assertThat(next).isNotDone();
            first.release();
            Grant second = got(next);
            assertThat(second.token()).isGreaterThan(first.token());
            assertThat(first.isHeld()).isFalse();
            second.release();
        });
    }

    private interface Play {
        void with(HoldfastClient one, HoldfastClient two) throws Exception;
    }

    /** Plays it, or has it refused where there are no transactions. */
    private static Finding allowed(Stage stage, Socket socket, Play play) throws Exception {
        try (OurClient one = stage.ours("one", socket);
                OurClient two = stage.ours("two", socket)) {
            stage.ensemble().proxies().forEach(FaultProxy::resetCounts);
            if (!stage.release().leavesUnknownUnanswered()) {
                play.with(one.client(), two.client());
                return Finding.works();
            }
            RefusedByEnsembleException refusal =
                    catchThrowableOfType(RefusedByEnsembleException.class, () -> play.with(one.client(), two.client()));
            assertThat(refusal).hasMessageContaining("transactions").hasMessageContaining("before 3.4");
            assertThat(stage.ensemble().proxies())
                    .as("nothing was sent")
                    .allMatch(proxy -> proxy.count(OpCode.CREATE, OpCode.CREATE2, OpCode.MULTI) == 0);
            return Finding.refused(refusal);
        }
    }

    private static byte[] payload(HoldfastClient client) {
        return client.memberId().getBytes(UTF_8);
    }

    private static Grant got(CompletableFuture<Grant> grant) throws Exception {
        return grant.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}
