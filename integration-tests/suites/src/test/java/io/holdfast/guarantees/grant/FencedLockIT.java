// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.grant;

import static io.holdfast.guarantees.support.SmallTicks.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.holdfast.HoldfastClientBuilder;
import io.holdfast.error.FencedException;
import io.holdfast.error.OwnershipConflictException;
import io.holdfast.event.HoldfastEvent.WaitingInQueue;
import io.holdfast.guarantees.support.Member;
import io.holdfast.guarantees.support.Operator;
import io.holdfast.guarantees.support.QueueNodes;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.recipes.grant.FencingToken;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.grant.GrantState;
import io.holdfast.recipes.lock.FencedLock;
import io.holdfast.session.Session;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.proxy.Trap;
import io.holdfast.testing.wire.OpCode;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A lock has one holder at a time, who knows when it is no longer the holder; whoever leaves leaves nothing behind. */
class FencedLockIT {

    private static final Duration WHILE_THE_DEAD_NODE_STANDS = Duration.ofMillis(1500);
    private static final Duration AT_ONCE = Duration.ofSeconds(2);

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().byteman(Rules.HOLD_EXPIRE));

    private final Ensemble ensemble = SERVERS.ensemble();
    private Operator operator;
    private QueueNodes nodes;

    @BeforeEach
    void callOperator() throws Exception {
        operator = new Operator(ensemble);
        nodes = new QueueNodes(operator);
    }

    @AfterEach
    void dismissOperator() {
        operator.close();
    }

    @Test
    void nothingRemembersAGrantThatIsOver() throws Exception {
        try (Member member = member("forgetful")) {
            FencedLock lock = FencedLock.at(member.client(), "/forgotten");
            List<WeakReference<Grant>> grants = new ArrayList<>();
            for (int round = 0; round < 20; round++) {
                Grant grant = lock.acquire();
                grants.add(new WeakReference<>(grant));
                grant.release();
            }
            await("the session goes on, and they are gone")
                    .atMost(Member.SESSION_TIMEOUT.multipliedBy(4))
                    .untilAsserted(() -> {
                        System.gc();
                        assertThat(grants)
                                .filteredOn(grant -> grant.get() != null)
                                .hasSizeLessThan(2);
                    });
            assertThat(member.diary().sessions()).hasSize(1);
        }
    }

    @Test
    void aClientOfWhichNothingIsCertainAfterAPauseAsksTwiceAndGetsIn() throws Exception {
        Consumer<HoldfastClientBuilder> hardlyEnough =
                settings -> settings.serverTick(Duration.ofSeconds(1)).safetyMargin(Duration.ofMillis(1600));
        try (Member idle = Member.start(ensemble.proxiedConnectString(), "idle", hardlyEnough)) {
            Session session = idle.client().awaitConfirmed(Duration.ofSeconds(20));
            await().atMost(Member.SESSION_TIMEOUT.multipliedBy(2))
                    .until(() -> session.remaining().isZero());

            Optional<Grant> grant = FencedLock.at(idle.client(), "/idle").tryAcquire(Duration.ofSeconds(10));

            assertThat(grant).isPresent();
            assertThat(grant.get().remaining()).isPositive();
            grant.get().release();
        }
    }

    @Test
    void oneHoldsItAtATimeAndTokensGrow() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        List<FencingToken> tokens = Collections.synchronizedList(new ArrayList<>());
        ExecutorService threads = Executors.newCachedThreadPool();
        try (Member one = member("one");
                Member two = member("two");
                Member three = member("three")) {
            List<Future<?>> all = new ArrayList<>();
            for (Member member : List.of(one, two, three)) {
                FencedLock lock = FencedLock.at(member.client(), "/one-at-a-time");
                for (int i = 0; i < 2; i++) {
                    all.add(threads.submit(() -> {
                        for (int round = 0; round < 10; round++) {
                            try (Grant grant = lock.acquire()) {
                                assertThat(inside.incrementAndGet()).isEqualTo(1);
                                assertThat(grant.holder())
                                        .isEqualTo(member.client().memberId());
                                tokens.add(grant.token());
                                grant.require(Duration.ZERO);
                                inside.decrementAndGet();
                            }
                        }
                        return null;
                    }));
                }
            }
            for (Future<?> each : all) {
                each.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(tokens).hasSize(60).isSorted().doesNotHaveDuplicates();
        assertThat(operator.children("/one-at-a-time")).isEmpty();
    }

    @Test
    void tokensGrowAlsoWhenEverythingWasDeletedInBetween() throws Exception {
        try (Member member = member("deleted")) {
            FencedLock lock = FencedLock.at(member.client(), "/deleted/in-between");
            FencingToken first;
            try (Grant grant = lock.acquire()) {
                first = grant.token();
            }
            operator.delete("/deleted/in-between");
            operator.delete("/deleted");

            try (Grant grant = lock.acquire()) {
                assertThat(grant.token()).isGreaterThan(first);
            }
        }
    }

    @Test
    void aNodeLostUnderALiveSessionEndsTheGrantAtOnceAndTheNextOneGetsIn() throws Exception {
        try (Member one = member("one");
                Member two = member("two")) {
            Grant grant = FencedLock.at(one.client(), "/lost").acquire();
            CompletableFuture<Grant> next = FencedLock.at(two.client(), "/lost").acquireAsync();
            nodes.await("/lost", 2);

            operator.delete(nodes.first("/lost"));

            assertThat(grant.ended().toCompletableFuture())
                    .succeedsWithin(AT_ONCE)
                    .isEqualTo(GrantEnd.NODE_LOST);
            assertThat(grant.isHeld()).isFalse();
            assertThatExceptionOfType(FencedException.class).isThrownBy(grant::release);
            assertThat(next).succeedsWithin(AT_ONCE);
            assertThat(next.join().token()).isGreaterThan(grant.token());
            assertThat(one.client().sessions())
                    .as("its session goes on")
                    .singleElement()
                    .satisfies(session -> assertThat(session.state().isOver()).isFalse());
        }
    }

    @Test
    void aWaitingPlaceThatIsDeletedIsTakenAgainAtTheEnd() throws Exception {
        try (Member one = member("one");
                Member two = member("two");
                Member three = member("three")) {
            Grant holder = FencedLock.at(one.client(), "/again").acquire();
            CompletableFuture<Grant> second =
                    FencedLock.at(two.client(), "/again").acquireAsync();
            nodes.await("/again", 2);
            String seconds = nodes.last("/again");
            CompletableFuture<Grant> third =
                    FencedLock.at(three.client(), "/again").acquireAsync();
            nodes.await("/again", 3);

            operator.delete(seconds);
            nodes.await("/again", 3);
            holder.release();

            assertThat(third).succeedsWithin(PATIENCE);
            assertThat(second).isNotDone();
            third.join().release();
            assertThat(second).succeedsWithin(PATIENCE);
        }
    }

    @Test
    void aSessionThatExpiresBetweenCreateAndListHoldsNothing() throws Exception {
        try (Member member = unmarked("expiring");
                Member rival = direct("rival")) {
            member.client().awaitConfirmed(PATIENCE);
            FencedLock lock = FencedLock.at(member.client(), "/expiry");
            Expiry expiry = expiry("/expiry", member.session(), lock::acquireAsync, WHILE_THE_DEAD_NODE_STANDS);

            assertThat(expiry.isGrantedEarly())
                    .as("granted while the dead node stood")
                    .isFalse();
            expiry.gate().open();
            Grant grant = (Grant) expiry.acquired().get(30, TimeUnit.SECONDS);
            assertThat(grant.session().value()).isEqualTo(member.session());
            assertThat(operator.stat(nodes.first("/expiry")).getCzxid())
                    .isEqualTo(grant.token().value());
            assertThat(FencedLock.at(rival.client(), "/expiry").tryAcquire(Duration.ofSeconds(1)))
                    .isEmpty();
            assertThat(grant.isHeld()).isTrue();
        }
    }

    /** CURATOR-604: the same script. */
    @Test
    void aMutexOfCuratorsIsHeldTwiceThere() throws Exception {
        try (CuratorFramework client =
                        SmallTicks.curator(ensemble.proxiedConnectString()).build();
                CuratorFramework rival =
                        SmallTicks.curator(ensemble.connectString()).build()) {
            SmallTicks.start(client);
            SmallTicks.start(rival);
            InterProcessMutex mutex = new InterProcessMutex(client, "/expiry-mutex");
            Expiry expiry = expiry(
                    "/expiry-mutex",
                    SmallTicks.session(client),
                    () -> CompletableFuture.supplyAsync(() -> acquired(mutex)),
                    PATIENCE);

            assertThat(expiry.isGrantedEarly())
                    .as("granted while the dead node stood")
                    .isTrue();
            expiry.gate().open();
            assertThat(new InterProcessMutex(rival, "/expiry-mutex").acquire(10, TimeUnit.SECONDS))
                    .as("and a second time when it was gone")
                    .isTrue();
            assertThat(mutex.isAcquiredInThisProcess()).isTrue();
        }
    }

    /** The answer is under way for so long that the session may be over, and the node is gone meanwhile. */
    @Test
    void aListThatIsOlderThanTheDeadlineIsNotBelieved() throws Exception {
        try (Member member = unmarked("slow");
                Member rival = direct("rival")) {
            Session session = member.client().awaitConfirmed(PATIENCE);
            ensemble.proxies().forEach(proxy -> proxy.toClient().hold(OpCode.GET_CHILDREN));
            CompletableFuture<Grant> acquired =
                    FencedLock.at(member.client(), "/old-list").acquireAsync();
            nodes.await("/old-list", 1);
            awaitRequests(OpCode.GET_CHILDREN, 1);
            operator.delete(nodes.first("/old-list"));
            Grant rivals = FencedLock.at(rival.client(), "/old-list").acquire();
            await().atMost(PATIENCE).until(() -> session.remaining().isZero());
            assertThat(requests(OpCode.MULTI)).isZero();

            ensemble.proxies().forEach(proxy -> proxy.toClient().open());

            awaitRequests(OpCode.MULTI, 1);
            nodes.await("/old-list", 2);
            assertThat(acquired).isNotDone();
            assertThat(rivals.isHeld()).isTrue();
            rivals.release();
            assertThat(acquired.get(30, TimeUnit.SECONDS).token()).isGreaterThan(rivals.token());
        }
    }

    @Test
    void costsThreeRequestsWhereNobodyWaitsAndOneMoreWhereSomebodyDoes() throws Exception {
        operator.create("/costs");
        try (Member one = unmarked("one");
                Member two = direct("two")) {
            one.client().awaitConfirmed(PATIENCE);
            FencedLock lock = FencedLock.at(one.client(), "/costs");
            ensemble.proxies().forEach(FaultProxy::resetCounts);
            Grant grant = lock.acquire();
            assertThat(requests(OpCode.CREATE2)).isEqualTo(1);
            assertThat(requests(OpCode.EXISTS)).as("the watch on the own node").isEqualTo(1);
            assertThat(requests(OpCode.GET_CHILDREN)).isEqualTo(1);
            assertThat(requests(OpCode.MULTI)).isZero();
            grant.release();
            assertThat(requests(OpCode.DELETE)).isEqualTo(1);

            Grant theirs = FencedLock.at(two.client(), "/costs").acquire();
            CompletableFuture<Grant> waiting = lock.acquireAsync();
            nodes.await("/costs", 2);
            awaitRequests(OpCode.EXISTS, 3);
            theirs.release();
            waiting.get(30, TimeUnit.SECONDS).release();
            assertThat(requests(OpCode.MULTI)).as("asks the quorum once").isEqualTo(1);
            assertThat(requests(OpCode.GET_CHILDREN)).isEqualTo(3);
        }
    }

    @Test
    void aReleaseWakesOneOnly() throws Exception {
        try (Member holder = direct("holder");
                Member waiters = member("waiters")) {
            Grant grant = FencedLock.at(holder.client(), "/herd").acquire();
            FencedLock lock = FencedLock.at(waiters.client(), "/herd");
            List<CompletableFuture<Grant>> waiting = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                waiting.add(lock.acquireAsync());
            }
            nodes.await("/herd", 11);
            awaitRequests(OpCode.EXISTS, 20);
            ensemble.proxies().forEach(FaultProxy::resetCounts);

            grant.release();

            await().atMost(PATIENCE)
                    .until(() ->
                            waiting.stream().filter(CompletableFuture::isDone).count() == 1);
            assertThat(requests(OpCode.GET_CHILDREN)).isEqualTo(1);
            waiting.forEach(each -> each.cancel(false));
        }
    }

    @Test
    void aCutConnectionPutsTheGrantInDoubtAndItsReturnTakesTheDoubtAway() throws Exception {
        try (Member member = member("cut")) {
            Grant grant = FencedLock.at(member.client(), "/cut").acquire();
            String node = nodes.first("/cut");
            for (int round = 0; round < 3; round++) {
                ensemble.proxies().forEach(FaultProxy::refuse);
                await().atMost(PATIENCE).until(() -> grant.state() instanceof GrantState.InDoubt);
                assertThat(grant.isHeld()).isTrue();
                assertThat(grant.remaining()).isPositive().isLessThan(Member.SESSION_TIMEOUT);

                ensemble.proxies().forEach(FaultProxy::accept);
                await().atMost(PATIENCE).until(() -> grant.state() instanceof GrantState.Held);
            }
            assertThat(nodes.first("/cut")).isEqualTo(node);
            assertThat(operator.stat(node).getCzxid()).isEqualTo(grant.token().value());
            grant.release();
            assertThat(nodes.at("/cut")).isEmpty();
        }
    }

    @Test
    void aHolderThatIsCutOffStopsBeforeTheNextOneGetsIn() throws Exception {
        try (Member one = member("one");
                Member two = direct("two")) {
            Grant grant = FencedLock.at(one.client(), "/deadline").acquire();
            CompletableFuture<Long> endedAt =
                    grant.ended().thenApply(why -> System.nanoTime()).toCompletableFuture();
            CompletableFuture<Long> nextAt =
                    FencedLock.at(two.client(), "/deadline").acquireAsync().thenApply(next -> System.nanoTime());
            nodes.await("/deadline", 2);

            ensemble.proxies().forEach(FaultProxy::refuse);

            assertThat(grant.ended().toCompletableFuture())
                    .succeedsWithin(PATIENCE)
                    .isEqualTo(GrantEnd.DEADLINE_PASSED);
            assertThat(nextAt).as("the servers wait longer").isNotDone();
            assertThat(nextAt).succeedsWithin(PATIENCE);
            assertThat(nextAt.join() - endedAt.join()).isPositive();
            ensemble.proxies().forEach(FaultProxy::accept);
        }
    }

    @Test
    void aReleaseWhoseConnectionIsLostLeavesNothing() throws Exception {
        FaultProxy proxy = ensemble.server(1).proxy();
        try (Member one = Member.start(proxy.connectString(), "one")) {
            FencedLock lock = FencedLock.at(one.client(), "/release");
            for (boolean isDone : List.of(true, false)) {
                Grant grant = lock.acquire();
                Trap lost = isDone ? proxy.dropNextReply(OpCode.DELETE) : proxy.cutBeforeNext(OpCode.DELETE);

                grant.release();

                lost.awaitSprung(PATIENCE); // the watch may tell of the deletion before its answer would have
                assertThat(grant.state()).isEqualTo(new GrantState.Ended(GrantEnd.RELEASED));
                await().atMost(AT_ONCE).until(() -> nodes.at("/release").isEmpty());
            }
        }
    }

    @Test
    void aLostAnswerToTheCreateMakesNoSecondNode() throws Exception {
        FaultProxy proxy = ensemble.server(1).proxy();
        operator.create("/lost-create");
        try (Member one = Member.start(proxy.connectString(), "one")) {
            one.client().awaitConfirmed(PATIENCE);
            Trap lost = proxy.dropNextReply(OpCode.CREATE2);

            Grant grant = FencedLock.at(one.client(), "/lost-create").acquire();

            assertThat(lost.isSprung()).isTrue();
            assertThat(nodes.at("/lost-create")).hasSize(1);
            grant.release();
            assertThat(nodes.at("/lost-create")).isEmpty();
        }
    }

    @Test
    void aCancelledWaitLeavesNoNode() throws Exception {
        try (Member one = member("one");
                Member two = member("two")) {
            FencedLock waiters = FencedLock.at(two.client(), "/cancel");
            try (Grant grant = FencedLock.at(one.client(), "/cancel").acquire()) {
                CompletableFuture<Grant> waiting = waiters.acquireAsync();
                CompletableFuture<Optional<Grant>> trying = waiters.tryAcquireAsync(Duration.ofMinutes(1));
                Future<?> blocked = Executors.newSingleThreadExecutor().submit(waiters::acquire);
                nodes.await("/cancel", 4);
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(two.diary().events(WaitingInQueue.class))
                                .extracting(WaitingInQueue::ahead)
                                .contains(1, 2, 3));

                waiting.cancel(false);
                trying.cancel(false);
                blocked.cancel(true);

                nodes.await("/cancel", 1);
                assertThat(grant.isHeld()).isTrue();
            }
            CompletableFuture<Grant> soon = waiters.acquireAsync();
            soon.cancel(false); // before anything was answered
            nodes.await("/cancel", 0);
        }
    }

    @Test
    void aTryThatRunsOutOfTimeLeavesNoNode() throws Exception {
        try (Member one = member("one");
                Member two = member("two")) {
            FencedLock tries = FencedLock.at(two.client(), "/try");
            try (Grant grant = FencedLock.at(one.client(), "/try").acquire()) {
                assertThat(tries.tryAcquire(Duration.ofMillis(300))).isEmpty();
                assertThat(tries.tryAcquire(Duration.ZERO)).isEmpty();
                nodes.await("/try", 1);
                assertThat(grant.isHeld()).isTrue();
            }
            try (Grant grant = tries.tryAcquire(Duration.ZERO).orElseThrow()) {
                assertThat(grant.isHeld()).isTrue();
            }
            assertThat(tries.tryAcquireAsync(Duration.ofSeconds(10)))
                    .succeedsWithin(PATIENCE)
                    .satisfies(grant -> grant.orElseThrow().release());
        }
    }

    @Test
    void waitsInOneQueueWithCuratorsMutex() throws Exception {
        ExecutorService curators = Executors.newSingleThreadExecutor();
        try (Member member = member("mixed");
                CuratorFramework client =
                        SmallTicks.curator(ensemble.proxiedConnectString()).build()) {
            SmallTicks.start(client);
            InterProcessMutex mutex = new InterProcessMutex(client, "/mixed");
            FencedLock lock = FencedLock.at(member.client(), "/mixed");
            FencingToken last = new FencingToken(1);
            for (int round = 0; round < 3; round++) {
                curators.submit(() -> acquired(mutex)).get(30, TimeUnit.SECONDS);
                assertThat(lock.tryAcquire(Duration.ZERO)).isEmpty();
                CompletableFuture<Grant> ours = lock.acquireAsync();
                await().atMost(PATIENCE).until(() -> nodes.at("/mixed").size() >= 2);
                assertThat(ours).isNotDone();
                curators.submit(() -> {
                            mutex.release();
                            return null;
                        })
                        .get(30, TimeUnit.SECONDS);

                Grant grant = ours.get(30, TimeUnit.SECONDS);
                assertThat(grant.token()).isGreaterThan(last);
                last = grant.token();
                assertThat(curators.submit(() -> mutex.acquire(300, TimeUnit.MILLISECONDS))
                                .get(30, TimeUnit.SECONDS))
                        .isFalse();
                Future<Boolean> theirs = curators.submit(() -> acquired(mutex));
                await().atMost(PATIENCE).until(() -> nodes.at("/mixed").size() >= 2);
                grant.release();
                assertThat(theirs.get(30, TimeUnit.SECONDS)).isTrue();
                curators.submit(() -> {
                            mutex.release();
                            return null;
                        })
                        .get(30, TimeUnit.SECONDS);
            }
        } finally {
            curators.shutdownNow();
        }
    }

    @Test
    void aThreadMayHoldTheReentrantViewSeveralTimes() throws Exception {
        try (Member one = member("one");
                Member two = member("two")) {
            var lock = FencedLock.at(one.client(), "/reentrant").reentrant();
            FencedLock other = FencedLock.at(two.client(), "/reentrant");
            Grant outer = lock.acquire();
            Grant inner = lock.tryAcquire(Duration.ZERO).orElseThrow();
            assertThat(inner.token()).isEqualTo(outer.token());
            assertThat(nodes.at("/reentrant")).hasSize(1);

            inner.release();
            assertThat(inner.isHeld()).isFalse();
            assertThat(outer.isHeld()).isTrue();
            assertThat(other.tryAcquire(Duration.ZERO)).isEmpty();
            outer.release();
            other.tryAcquire(Duration.ofSeconds(10)).orElseThrow().release();

            Grant lost = lock.acquire();
            operator.delete(nodes.first("/reentrant"));
            assertThat(lost.ended().toCompletableFuture()).succeedsWithin(AT_ONCE);
            assertThat(lock.isHeldByCurrentThread()).isFalse();
            Grant anew = lock.acquire();
            assertThat(anew.token()).isGreaterThan(lost.token());
            assertThatExceptionOfType(FencedException.class).isThrownBy(lost::release);
            assertThat(anew.isHeld()).isTrue();
        }
    }

    @Test
    void misuseIsNamedForWhatItIs() throws Exception {
        Member member = member("misuse");
        FencedLock lock = FencedLock.at(member.client(), "/misuse");
        Grant grant = lock.acquire();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> lock.tryAcquire(Duration.ofMillis(-1)))
                .withMessage("atMost must be zero or more, but was PT-0.001S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FencedLock.at(member.client(), "misuse"))
                .withMessageContaining("path must be an absolute ZooKeeper path");
        try (LeaderLatch latch = new LeaderLatch(member.client().unwrap(CuratorFramework.class), "/misuse-latch")) {
            latch.start();
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
            assertThatExceptionOfType(OwnershipConflictException.class)
                    .isThrownBy(() ->
                            FencedLock.at(member.client(), "/misuse-latch").acquire())
                    .withMessageContaining("/misuse-latch is held by another recipe");
            assertThat(latch.hasLeadership()).isTrue();
            nodes.await("/misuse-latch", 1);
        }
        grant.release();
        assertThatIllegalStateException().isThrownBy(grant::release).withMessageContaining("released before");

        Grant last = lock.acquire();
        CompletableFuture<Grant> waiting = lock.acquireAsync();
        nodes.await("/misuse", 2);
        member.close();
        assertThat(last.ended().toCompletableFuture()).succeedsWithin(PATIENCE).isEqualTo(GrantEnd.CLIENT_CLOSED);
        assertThat(waiting)
                .failsWithin(PATIENCE)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(IllegalStateException.class)
                .withMessageContaining("was closed while it waited in the queue at /misuse");
        assertThatIllegalStateException().isThrownBy(lock::acquire).withMessageContaining("closed");
        nodes.await("/misuse", 0);
    }

    private record Expiry(boolean isGrantedEarly, CompletableFuture<?> acquired, Gate gate) {}

    /** Lets a session expire after the lock's node was created and before it was listed, and keeps the node for a while. */
    private Expiry expiry(String path, long session, Supplier<CompletableFuture<?>> acquire, Duration watched)
            throws Exception {
        ensemble.proxies().forEach(proxy -> proxy.toClient().hold(OpCode.GET_CHILDREN, OpCode.GET_CHILDREN2));
        CompletableFuture<?> acquired = acquire.get();
        nodes.await(path, 1);
        Gate gate = ensemble.gate(Rules.HOLD_EXPIRE);
        gate.closeFor(session);
        ensemble.proxies().forEach(FaultProxy::refuse);
        gate.awaitReached(session, PATIENCE);
        assertThat(acquired).isNotDone();
        ensemble.proxies().forEach(proxy -> proxy.toClient().open());
        ensemble.proxies().forEach(FaultProxy::accept);
        boolean isGrantedEarly;
        try {
            acquired.get(watched.toMillis(), TimeUnit.MILLISECONDS);
            isGrantedEarly = true;
        } catch (TimeoutException e) {
            isGrantedEarly = false;
        }
        assertThat(operator.stat(nodes.first(path)).getEphemeralOwner())
                .as("the dead node still exists")
                .isEqualTo(session);
        return new Expiry(isGrantedEarly, acquired, gate);
    }

    private static boolean acquired(InterProcessMutex mutex) {
        try {
            return mutex.acquire(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    private int requests(OpCode opCode) {
        return ensemble.proxies().stream()
                .mapToInt(proxy -> proxy.count(opCode))
                .sum();
    }

    private void awaitRequests(OpCode opCode, int number) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(requests(opCode)).isGreaterThanOrEqualTo(number));
    }

    private Member member(String id) {
        return Member.start(ensemble.proxiedConnectString(), id);
    }

    /** A client that waits for the end of its dead sessions, and sends nothing but what its recipes need. */
    private Member unmarked(String id) {
        return Member.start(ensemble.proxiedConnectString(), id, HoldfastClientBuilder::withoutSessionMarkers);
    }

    /** A client that no proxy gets between. */
    private Member direct(String id) {
        return Member.start(ensemble.connectString(), id);
    }
}
