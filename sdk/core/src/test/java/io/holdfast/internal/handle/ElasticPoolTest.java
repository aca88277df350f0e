// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ElasticPoolTest {

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger started = new AtomicInteger();
    private final ElasticPool pool = new ElasticPool(
            task -> {
                started.incrementAndGet();
                Thread thread = new Thread(task, "elastic");
                thread.setDaemon(true);
                return thread;
            },
            timer);

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void aBurstOfShortTasksStartsFewThreads() {
        AtomicInteger ran = new AtomicInteger();

        IntStream.range(0, 10_000).forEach(task -> pool.execute(ran::incrementAndGet));

        await().until(() -> ran.get() == 10_000);
        assertThat(started).hasValueLessThanOrEqualTo(ElasticPool.USUAL);
    }

    @Test
    void oneTaskAfterTheOtherStartsOneThread() {
        for (int i = 1; i <= 5; i++) {
            AtomicInteger ran = new AtomicInteger();
            pool.execute(ran::incrementAndGet);
            await().until(() -> ran.get() == 1);
        }

        assertThat(started).hasValue(1);
    }

    @Test
    void tasksBehindOnesThatBlockAreRun() {
        CountDownLatch released = new CountDownLatch(1);
        int blocked = ElasticPool.USUAL * 5;
        AtomicInteger ran = new AtomicInteger();

        IntStream.range(0, blocked)
                .forEach(task -> pool.execute(() -> {
                    try {
                        released.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
        pool.execute(ran::incrementAndGet);

        await().until(() -> ran.get() == 1);
        released.countDown();
    }
}
