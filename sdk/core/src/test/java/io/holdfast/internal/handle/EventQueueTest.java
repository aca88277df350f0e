// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.event.HoldfastEvent;
import io.holdfast.event.HoldfastEvent.EarlierSessionEnded;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EventQueueTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final ClientThreads threads = new ClientThreads();
    private final CountDownLatch released = new CountDownLatch(1);

    @Test
    void deliversInOrderAndFlushWaitsForIt() {
        List<Long> seen = new CopyOnWriteArrayList<>();
        EventQueue queue = new EventQueue(threads, event -> seen.add(event.sessionId()));

        LongStream.range(0, 500).forEach(id -> queue.onEvent(event(id)));
        queue.flush(LONG);

        assertThat(seen)
                .containsExactlyElementsOf(LongStream.range(0, 500).boxed().toList());
    }

    @Test
    void anObserverThatBlocksHoldsUpNobodyWhoReports() {
        EventQueue queue = new EventQueue(threads, event -> awaitRelease());

        LongStream.range(0, 10).forEach(id -> queue.onEvent(event(id)));
        queue.flush(Duration.ofMillis(10)); // returns although nothing is delivered

        released.countDown();
        queue.flush(LONG);
    }

    @Test
    void flushInTheObserverDoesNotWaitForItself() {
        AtomicReference<EventQueue> queue = new AtomicReference<>();
        AtomicLong took = new AtomicLong(-1);
        queue.set(new EventQueue(threads, event -> {
            long begun = System.nanoTime();
            queue.get().flush(LONG);
            took.set(System.nanoTime() - begun);
        }));

        queue.get().onEvent(event(1));

        await().until(() -> took.get() >= 0);
        assertThat(took.get()).isLessThan(LONG.toNanos());
    }

    @Test
    void dropsWhatComesAfterTheLimitUntilTheObserverHasCaughtUp() {
        AtomicLong seen = new AtomicLong();
        EventQueue queue = new EventQueue(threads, event -> {
            awaitRelease();
            seen.incrementAndGet();
        });

        LongStream.range(0, EventQueue.LIMIT + 10L).forEach(id -> queue.onEvent(event(id)));
        released.countDown();
        queue.flush(LONG);
        assertThat(seen).hasValue(EventQueue.LIMIT);

        queue.onEvent(event(1));
        queue.flush(LONG);
        assertThat(seen).hasValue(EventQueue.LIMIT + 1L);
    }

    private void awaitRelease() {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static HoldfastEvent event(long session) {
        return new EarlierSessionEnded(session, "closed", Duration.ZERO);
    }
}
