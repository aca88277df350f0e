// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.grant;

import static io.holdfast.guarantees.support.SmallTicks.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.guarantees.support.Member;
import io.holdfast.guarantees.support.Operator;
import io.holdfast.guarantees.support.QueueNodes;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.lock.FencedReadWriteLock;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.locks.InterProcessReadWriteLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Readers share, a writer is alone, and nobody passes a writer that was there before. */
class FencedReadWriteLockIT {

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
    void readersShareAndAWriterIsAloneAndNobodyPassesIt() throws Exception {
        FencedReadWriteLock ours = FencedReadWriteLock.at(one.client(), "/shared");
        FencedReadWriteLock theirs = FencedReadWriteLock.at(two.client(), "/shared");
        Grant first = ours.readLock().acquire();
        Grant second = theirs.readLock().tryAcquire(Duration.ZERO).orElseThrow();
        CompletableFuture<Grant> writer = ours.writeLock().acquireAsync();
        nodes.await("/shared", 3);
        assertThat(theirs.readLock().tryAcquire(Duration.ZERO))
                .as("a reader behind a waiting writer")
                .isEmpty();
        nodes.await("/shared", 3);
        CompletableFuture<Grant> later = theirs.readLock().acquireAsync();
        nodes.await("/shared", 4);

        second.release();
        assertThat(writer).isNotDone();
        first.release();

        Grant written = writer.get(30, TimeUnit.SECONDS);
        assertThat(written.token()).isGreaterThan(first.token()).isGreaterThan(second.token());
        assertThat(later).isNotDone();
        written.release();
        later.get(30, TimeUnit.SECONDS).release();
        nodes.await("/shared", 0);
    }

    @Test
    void aWriterThatGivesUpLetsTheReadersBehindItPass() throws Exception {
        FencedReadWriteLock ours = FencedReadWriteLock.at(one.client(), "/gives-up");
        FencedReadWriteLock theirs = FencedReadWriteLock.at(two.client(), "/gives-up");
        try (Grant reading = ours.readLock().acquire()) {
            CompletableFuture<Grant> writer = ours.writeLock().acquireAsync();
            nodes.await("/gives-up", 2);
            CompletableFuture<Grant> reader = theirs.readLock().acquireAsync();
            nodes.await("/gives-up", 3);

            writer.cancel(false);

            reader.get(30, TimeUnit.SECONDS).release();
            assertThat(reading.isHeld()).isTrue();
        }
    }

    @Test
    void aReaderThatIsDeletedKnowsBeforeTheWriterIsLetIn() throws Exception {
        FencedReadWriteLock ours = FencedReadWriteLock.at(one.client(), "/deleted");
        Grant reading = ours.readLock().acquire();
        CompletableFuture<Grant> writer =
                FencedReadWriteLock.at(two.client(), "/deleted").writeLock().acquireAsync();
        nodes.await("/deleted", 2);

        operator.delete(nodes.first("/deleted"));

        assertThat(writer.get(30, TimeUnit.SECONDS).isHeld()).isTrue();
        assertThat(reading.ended().toCompletableFuture())
                .succeedsWithin(PATIENCE)
                .isEqualTo(GrantEnd.NODE_LOST);
    }

    @Test
    void manyReadersAndWritersKeepTheRule() throws Exception {
        AtomicInteger readers = new AtomicInteger();
        AtomicInteger writers = new AtomicInteger();
        AtomicInteger mostReaders = new AtomicInteger();
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            boolean isWriter = i % 3 == 0;
            FencedReadWriteLock lock = FencedReadWriteLock.at((i % 2 == 0 ? one : two).client(), "/many");
            all.add(threads.submit(() -> {
                for (int round = 0; round < 8; round++) {
                    try (Grant grant = (isWriter ? lock.writeLock() : lock.readLock()).acquire()) {
                        int now = (isWriter ? writers : readers).incrementAndGet();
                        mostReaders.accumulateAndGet(isWriter ? 0 : now, Math::max);
                        assertThat(writers.get()).isEqualTo(isWriter ? 1 : 0);
                        assertThat(!isWriter || readers.get() == 0).isTrue();
                        grant.require(Duration.ZERO);
                        (isWriter ? writers : readers).decrementAndGet();
                    }
                }
                return null;
            }));
        }
        for (Future<?> each : all) {
            each.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();
        assertThat(mostReaders.get()).isPositive();
        nodes.await("/many", 0);
    }

    @Test
    void waitsInOneQueueWithCuratorsReadWriteLock() throws Exception {
        FencedReadWriteLock ours = FencedReadWriteLock.at(one.client(), "/mixed");
        try (CuratorFramework client =
                SmallTicks.curator(ensemble.connectString()).build()) {
            SmallTicks.start(client);
            InterProcessReadWriteLock theirs = new InterProcessReadWriteLock(client, "/mixed");
            theirs.readLock().acquire();
            Grant reading = ours.readLock().acquire();
            assertThat(ours.writeLock().tryAcquire(Duration.ZERO)).isEmpty();
            assertThat(theirs.writeLock().acquire(200, TimeUnit.MILLISECONDS)).isFalse();
            theirs.readLock().release();
            reading.release();

            Grant writing = ours.writeLock().acquire();
            assertThat(theirs.readLock().acquire(200, TimeUnit.MILLISECONDS)).isFalse();
            assertThat(theirs.writeLock().acquire(200, TimeUnit.MILLISECONDS)).isFalse();
            writing.release();

            theirs.writeLock().acquire();
            assertThat(ours.readLock().tryAcquire(Duration.ZERO)).isEmpty();
            CompletableFuture<Grant> next = ours.readLock().acquireAsync();
            nodes.await("/mixed", 2);
            theirs.writeLock().release();
            next.get(30, TimeUnit.SECONDS).release();
        }
    }
}
