// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.grant;

import static io.holdfast.guarantees.support.SmallTicks.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.guarantees.support.Member;
import io.holdfast.guarantees.support.Operator;
import io.holdfast.guarantees.support.QueueNodes;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.recipes.grant.FencingToken;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.lock.FencedSemaphore;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.locks.InterProcessSemaphoreV2;
import org.apache.curator.framework.recipes.locks.Lease;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No more than so many hold a permit at a time, and whoever leaves lets the next one in. */
class FencedSemaphoreIT {

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Ensemble.builder());

    private final Ensemble ensemble = SERVERS.ensemble();
    private Operator operator;
    private QueueNodes nodes;
    private Member one;
    private Member two;

    @BeforeEach
    void start() throws Exception {
        operator = new Operator(ensemble);
        nodes = new QueueNodes(operator);
        one = Member.start(ensemble.connectString(), "one");
        two = Member.start(ensemble.connectString(), "two");
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
        operator.close();
    }

    @Test
    void neverMoreThanItsPermitsAreHeldAndTokensGrow() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<FencingToken> tokens = Collections.synchronizedList(new ArrayList<>());
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            FencedSemaphore semaphore = FencedSemaphore.at((i % 2 == 0 ? one : two).client(), "/permits", 2);
            all.add(threads.submit(() -> {
                for (int round = 0; round < 6; round++) {
                    try (Grant grant = semaphore.acquire()) {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        tokens.add(grant.token());
                        inside.decrementAndGet();
                    }
                }
                return null;
            }));
        }
        for (Future<?> each : all) {
            each.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();
        assertThat(most.get()).isBetween(1, 2);
        assertThat(tokens).hasSize(36).doesNotHaveDuplicates();
        nodes.await("/permits/leases", 0);
        nodes.await("/permits/locks", 0);
    }

    @Test
    void aPermitIsFreeWhenItIsReleasedAndWhenItsNodeIsLost() throws Exception {
        FencedSemaphore ours = FencedSemaphore.at(one.client(), "/free", 2);
        FencedSemaphore theirs = FencedSemaphore.at(two.client(), "/free", 2);
        Grant first = ours.acquire();
        Grant second = ours.tryAcquire(Duration.ZERO).orElseThrow();
        assertThat(second.token()).isGreaterThan(first.token());
        assertThat(theirs.tryAcquire(Duration.ZERO)).isEmpty();
        assertThat(theirs.tryAcquire(Duration.ofMillis(300))).isEmpty();
        nodes.await("/free/leases", 2);
        nodes.await("/free/locks", 0);

        CompletableFuture<Grant> third = theirs.acquireAsync();
        nodes.await("/free/leases", 3);
        operator.delete(nodes.first("/free/leases"));
        assertThat(third.get(30, TimeUnit.SECONDS).token()).isGreaterThan(second.token());
        assertThat(first.ended().toCompletableFuture()).succeedsWithin(PATIENCE).isEqualTo(GrantEnd.NODE_LOST);

        CompletableFuture<Grant> fourth = theirs.acquireAsync();
        nodes.await("/free/leases", 3);
        second.release();
        assertThat(fourth.get(30, TimeUnit.SECONDS).isHeld()).isTrue();
        assertThat(third.join().isHeld()).isTrue();
    }

    @Test
    void aContenderThatLosesEitherPlaceStartsOver() throws Exception {
        FencedSemaphore ours = FencedSemaphore.at(one.client(), "/over", 1);
        Grant holder = ours.acquire();
        CompletableFuture<Grant> waiting =
                FencedSemaphore.at(two.client(), "/over", 1).acquireAsync();
        for (String line : List.of("/over/leases", "/over/locks")) {
            nodes.await("/over/leases", 2);
            nodes.await("/over/locks", 1);
            String lease = nodes.last("/over/leases");
            String entrance = nodes.last("/over/locks");
            operator.delete(nodes.last(line));
            org.awaitility.Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(nodes.at("/over/leases")).hasSize(2);
                assertThat(nodes.last("/over/leases")).isNotEqualTo(lease);
                assertThat(nodes.at("/over/locks")).hasSize(1);
                assertThat(nodes.last("/over/locks")).isNotEqualTo(entrance);
            });
        }
        assertThat(waiting).isNotDone();
        holder.release();
        waiting.get(30, TimeUnit.SECONDS).release();
        nodes.await("/over/leases", 0);
        nodes.await("/over/locks", 0);
    }

    @Test
    void aCancelledWaitLeavesNoNode() throws Exception {
        FencedSemaphore ours = FencedSemaphore.at(one.client(), "/cancel", 1);
        try (Grant grant = ours.acquire()) {
            CompletableFuture<Grant> amongLeases = ours.acquireAsync();
            nodes.await("/cancel/leases", 2);
            CompletableFuture<Grant> atEntrance = ours.acquireAsync();
            nodes.await("/cancel/locks", 2);

            atEntrance.cancel(false);
            nodes.await("/cancel/locks", 1);
            amongLeases.cancel(false);

            nodes.await("/cancel/leases", 1);
            nodes.await("/cancel/locks", 0);
            assertThat(grant.isHeld()).isTrue();
        }
    }

    @Test
    void worksTogetherWithCuratorsSemaphore() throws Exception {
        FencedSemaphore ours = FencedSemaphore.at(one.client(), "/mixed", 2);
        try (CuratorFramework client =
                SmallTicks.curator(ensemble.connectString()).build()) {
            SmallTicks.start(client);
            InterProcessSemaphoreV2 theirs = new InterProcessSemaphoreV2(client, "/mixed", 2);
            Lease lease = theirs.acquire();
            Grant grant = ours.acquire();
            assertThat(ours.tryAcquire(Duration.ZERO)).isEmpty();
            assertThat(theirs.acquire(300, TimeUnit.MILLISECONDS)).isNull();
            nodes.await("/mixed/leases", 2);

            CompletableFuture<Grant> next = ours.acquireAsync();
            nodes.await("/mixed/leases", 3);
            theirs.returnLease(lease);
            Grant later = next.get(30, TimeUnit.SECONDS);
            grant.release();
            Lease again = theirs.acquire(30, TimeUnit.SECONDS);
            assertThat(again).isNotNull();
            assertThat(ours.tryAcquire(Duration.ZERO)).isEmpty();
            later.release();
            theirs.returnLease(again);
        }
    }

    @Test
    void badInputIsRefusedBeforeAnythingIsSent() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FencedSemaphore.at(one.client(), "/bad", 0))
                .withMessage("permits of /bad must be 1 or more, but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FencedSemaphore.at(one.client(), "/", 1))
                .withMessageContaining("path must not be the root");
    }
}
