// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.error.FailureKind;
import io.holdfast.internal.time.SteppedTime;
import io.holdfast.session.LittleTree;
import io.holdfast.session.LittleTree.Call;
import io.holdfast.session.Znode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SharedWritesTest {

    private static final long SESSION = 0x51;
    private static final long OTHER = 0x99;
    private static final List<ACL> OPEN = ZooDefs.Ids.OPEN_ACL_UNSAFE;

    private final SteppedTime loop = new SteppedTime();
    private final LittleTree tree = new LittleTree();
    private SharedWrites writes;

    @BeforeEach
    void parents() {
        tree.put("/a", new byte[0], 0);
        writes = writes(100, 10_000, 1_000);
    }

    @Test
    void aLoneWriteIsSentAtOnceAndAsItIs() {
        CompletionStage<?> created = create("/a/1");

        assertThat(tree.takeRequests()).containsExactly("CREATE /a/1");
        settle();
        assertThat(created).isCompleted();
        assertThat(writes.isIdle()).isTrue();
    }

    @Test
    void whatIsAskedForMeanwhileSharesTheNextTransaction() {
        List<CompletionStage<?>> created = createAll("/a/1", "/a/2", "/a/3");

        settle();

        assertThat(tree.takeRequests()).containsExactly("CREATE /a/1", "MULTI /a/2,/a/3");
        assertThat(created).allSatisfy(each -> assertThat(each).isCompleted());
        assertThat(tree.ephemeralsOf(SESSION)).containsExactly("/a/1", "/a/2", "/a/3");
    }

    @Test
    void writesOfAllKindsShareOne() {
        create("/a/1");
        settle();
        tree.takeRequests();

        CompletionStage<?> first = create("/a/2");
        CompletionStage<Znode> written = writes.setData("/a/1", new byte[] {7}, 0);
        CompletionStage<?> deleted = writes.delete("/a/1", 1);
        settle();

        assertThat(tree.takeRequests()).containsExactly("CREATE /a/2", "MULTI /a/1,/a/1");
        assertThat(first).isCompleted();
        assertThat(written)
                .isCompletedWithValueMatching(
                        node -> node.version() == 1 && node.path().equals("/a/1"));
        assertThat(deleted).isCompleted();
        assertThat(tree.node("/a/1")).isEmpty();
    }

    @Test
    void onlyTheOneThatIsRefusedFails() {
        tree.put("/a/1", new byte[0], SESSION);

        create("/a/0");
        CompletionStage<?> before = create("/a/2");
        CompletionStage<?> refused = writes.delete("/a/1", 7);
        CompletionStage<?> behind = create("/a/3");
        settle();

        assertThat(before).isCompleted();
        assertThat(codeOf(refused)).isEqualTo(Code.BADVERSION);
        assertThat(behind).isCompleted();
        assertThat(tree.ephemeralsOf(SESSION)).contains("/a/0", "/a/1", "/a/2", "/a/3");
    }

    @Test
    void whereOneNodeExistsThoseBehindItAreToBeReadFirst() {
        tree.put("/a/2", new byte[0], OTHER);

        create("/a/0");
        CompletionStage<?> before = create("/a/1");
        CompletionStage<?> refused = create("/a/2");
        CompletionStage<?> behind = create("/a/3");
        settle();

        assertThat(before).isCompleted();
        assertThat(codeOf(refused)).isEqualTo(Code.NODEEXISTS);
        assertThat(NotTriedException.is(failureOf(behind))).isTrue();
        assertThat(tree.node("/a/3")).isEmpty();
    }

    @Test
    void aMarkerThatIsGoneFailsAllWhoCheckItAtOnce() {
        tree.put("/a/1", new byte[0], OTHER);
        tree.put("/a/2", new byte[0], OTHER);

        create("/a/0");
        CompletionStage<?> one = writes.replaceUnderMarker("/marker", "/a/1", 0, new byte[0], OPEN);
        CompletionStage<?> two = writes.replaceUnderMarker("/marker", "/a/2", 0, new byte[0], OPEN);
        settle();

        assertThat(tree.takeRequests()).containsExactly("CREATE /a/0", "MULTI /marker,/a/1,/a/1,/marker,/a/2,/a/2");
        assertThat(codeOf(one)).isEqualTo(Code.NONODE);
        assertThat(codeOf(two)).isEqualTo(Code.NONODE);
    }

    @Test
    void nodesAreReplacedTogetherWhileTheMarkerExists() {
        tree.put("/marker", new byte[0], OTHER);
        tree.put("/a/1", new byte[0], OTHER);
        tree.put("/a/2", new byte[0], OTHER);

        create("/a/0");
        CompletionStage<?> one = writes.replaceUnderMarker("/marker", "/a/1", 0, new byte[0], OPEN);
        CompletionStage<?> two = writes.replaceUnderMarker("/marker", "/a/2", 0, new byte[0], OPEN);
        settle();

        assertThat(one).isCompleted();
        assertThat(two).isCompleted();
        assertThat(tree.ephemeralsOf(SESSION)).contains("/a/1", "/a/2");
    }

    @Test
    void aLostAnswerIsUnknownToAllOfTheTransactionAndNothingIsSentBehindIt() {
        writes = writes(2, 10_000, 3);
        tree.pass(Call.CREATE);
        tree.loseAnswer(Call.MULTI);

        List<CompletionStage<?>> created = createAll("/a/1", "/a/2", "/a/3", "/a/4", "/a/5", "/a/6");
        settle();

        assertThat(created.get(0)).isCompleted();
        assertThat(created.subList(1, 6))
                .allSatisfy(each -> assertThat(codeOf(each)).isEqualTo(Code.CONNECTIONLOSS));
        assertThat(tree.takeRequests()).containsExactly("CREATE /a/1", "MULTI /a/2,/a/3");
        assertThat(writes.isIdle()).isTrue();
    }

    @Test
    void aReadDoesNotOvertakeTheWriteOfItsPath() {
        create("/a/1");
        create("/a/2");
        create("/a/3");

        writes.beforeReading("/a/9");
        assertThat(tree.takeRequests()).containsExactly("CREATE /a/1");
        writes.beforeReading("/a/3");
        assertThat(tree.takeRequests()).containsExactly("MULTI /a/2,/a/3");
    }

    @Test
    void aTransactionHasItsLimits() {
        writes = writes(3, 10_000, 1_000);
        createAll("/a/1", "/a/2", "/a/3", "/a/4", "/a/5");
        settle();
        assertThat(tree.takeRequests()).containsExactly("CREATE /a/1", "MULTI /a/2,/a/3,/a/4", "CREATE /a/5");

        writes = writes(100, 200, 1_000);
        createAll("/a/11", "/a/12", "/a/13", "/a/14", "/a/15");
        settle();
        assertThat(tree.takeRequests()).containsExactly("CREATE /a/11", "MULTI /a/12,/a/13", "MULTI /a/14,/a/15");
    }

    @Test
    void onlySoManyWritesAreUnderWay() {
        writes = writes(2, 10_000, 4);
        Runnable release = tree.holdAnswers();

        createAll("/a/1", "/a/2", "/a/3", "/a/4", "/a/5", "/a/6", "/a/7");

        assertThat(tree.takeRequests()).as("three of four").containsExactly("CREATE /a/1", "MULTI /a/2,/a/3");
        release.run();
        settle();
        assertThat(tree.ephemeralsOf(SESSION)).hasSize(7);
    }

    @Test
    void aSlowEnsembleIsAskedForLessAndLater() {
        writes = writes(100, 1_000_000, 1_000);
        Runnable release = tree.holdAnswers();
        for (int i = 0; i < 150; i++) {
            create("/a/" + i);
        }
        loop.advance(Duration.ofSeconds(4));
        tree.takeRequests();

        release.run();
        tree.deliver();
        loop.runDue();

        assertThat(tree.takeRequests()).as("nothing at once").isEmpty();
        CompletionStage<?> asked = create("/a/later");
        assertThat(tree.takeRequests()).as("nobody passes those who wait").isEmpty();
        loop.advance(Duration.ofSeconds(2));
        settle();
        assertThat(asked).isCompleted();
        assertThat(tree.ephemeralsOf(SESSION)).hasSize(151);
    }

    @Test
    void everythingIsSentAloneToServersWithoutTransactions() {
        tree.unimplemented(Call.MULTI);

        List<CompletionStage<?>> created = createAll("/a/1", "/a/2", "/a/3");
        settle();
        CompletionStage<?> later = create("/a/4");

        assertThat(created).allSatisfy(each -> assertThat(each).isCompleted());
        assertThat(writes.isIdle()).isTrue();
        settle();
        assertThat(later).isCompleted();
        assertThat(tree.takeRequests())
                .containsExactly("CREATE /a/1", "MULTI /a/2,/a/3", "CREATE /a/2", "CREATE /a/3", "CREATE /a/4");
    }

    @Test
    void missingParentsAreCreatedOnceForAllWhoAsk() {
        CompletionStage<?> one =
                writes.createParents("/b/1", CreateMode.PERSISTENT, path -> CompletableFuture.completedFuture(OPEN));
        CompletionStage<?> two =
                writes.createParents("/b/2", CreateMode.PERSISTENT, path -> CompletableFuture.completedFuture(OPEN));
        settle();

        assertThat(tree.takeRequests()).containsExactly("CREATE /b");
        assertThat(one).isCompleted();
        assertThat(two).isCompleted();
    }

    @Test
    void theWatchesOfATransactionsNodesAreSetTogether() {
        List<String> set = new ArrayList<>();
        CompletableFuture<Void> answer = new CompletableFuture<>();
        List<String> asked = new ArrayList<>();
        writes = new SharedWrites(
                tree.ops(SESSION), loop, loop, new WriteLimits(0, 100, 10_000, 1_000), (zxid, watchers) -> {
                    assertThat(tree.node("/a/2").orElseThrow().czxid()).isEqualTo(zxid);
                    asked.addAll(watchers.keySet());
                    return Optional.of(answer);
                });
        tree.createInOneTransaction();
        int[] events = {0};
        List<CompletionStage<Optional<Znode>>> created = new ArrayList<>();
        for (String path : List.of("/a/1", "/a/2", "/a/3", "/a/4", "/a/5")) {
            created.add(writes.createWatched(
                    path,
                    new byte[0],
                    OPEN,
                    new NodeWatch(event -> {}, () -> set.add(path), () -> path.equals("/a/4") ? events[0] : 0)));
        }
        settle();

        assertThat(tree.takeRequests())
                .containsExactly(
                        "CREATE /a/1", "EXISTS /a/1", "MULTI /a/2,/a/3,/a/4,/a/5", "EXISTS /a/2", "EXISTS /a/5");
        assertThat(asked).containsExactlyInAnyOrder("/a/2", "/a/3", "/a/4", "/a/5");
        assertThat(created.get(1)).as("before the watches are set").isNotCompleted();

        events[0]++; // the watcher of one node is told of its deletion instead
        answer.complete(null);
        settle();

        assertThat(created).allSatisfy(each -> assertThat(each)
                .isCompletedWithValueMatching(node -> node.orElseThrow().owner() == SESSION));
        assertThat(set).containsExactly("/a/1", "/a/2", "/a/3", "/a/5");
    }

    @Test
    void eachNodeIsReadByItselfWhereNodesOfATransactionDoNotLookLikeIt() {
        writes = new SharedWrites(
                tree.ops(SESSION), loop, loop, new WriteLimits(0, 100, 10_000, 1_000), (zxid, watchers) -> {
                    throw new AssertionError("nothing is known of the transaction");
                });
        List<CompletionStage<Optional<Znode>>> created = new ArrayList<>();
        for (String path : List.of("/a/1", "/a/2", "/a/3", "/a/4", "/a/5")) {
            created.add(writes.createWatched(path, new byte[0], OPEN, new NodeWatch(event -> {}, () -> {}, () -> 0)));
        }
        settle();

        assertThat(created).allSatisfy(each -> assertThat(each)
                .isCompletedWithValueMatching(node -> node.orElseThrow().owner() == SESSION));
        assertThat(tree.count(Call.EXISTS)).isEqualTo(1 + 2 + 4);
    }

    private SharedWrites writes(int together, int bytes, int underWay) {
        return new SharedWrites(
                tree.ops(SESSION), loop, loop, new WriteLimits(0, together, bytes, underWay), ManyWatches.NONE);
    }

    private CompletionStage<?> create(String path) {
        return writes.create(path, new byte[0], OPEN);
    }

    private List<CompletionStage<?>> createAll(String... paths) {
        List<CompletionStage<?>> all = new ArrayList<>();
        Arrays.stream(paths).forEach(path -> all.add(create(path)));
        return all;
    }

    private void settle() {
        do {
            loop.runDue();
        } while (tree.deliver());
    }

    private static Throwable failureOf(CompletionStage<?> stage) {
        assertThat(stage.toCompletableFuture()).isCompletedExceptionally();
        return stage.handle((done, failure) -> failure).toCompletableFuture().join();
    }

    private static Code codeOf(CompletionStage<?> stage) {
        return FailureKind.codeOf(failureOf(stage));
    }
}
