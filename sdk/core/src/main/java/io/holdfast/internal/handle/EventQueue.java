// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.event.HoldfastEvent;
import io.holdfast.event.HoldfastObserver;
import io.holdfast.internal.time.Guarded;
import io.holdfast.spi.SerialExecutor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the events of one client from whichever thread something happened on, and gives them to the observers on a background
 * thread, in order: an observer that blocks, such as a log on a disk that is stuck, holds up no session. Thread-safe.
 */
public final class EventQueue implements HoldfastObserver {

    /** What 100,000 registrations that come back at once may leave behind a slow log; about 100 bytes each. */
    static final int LIMIT = 500_000;

    private static final Logger LOG = LoggerFactory.getLogger(EventQueue.class);

    private final HoldfastObserver observer;
    private final SerialExecutor serial;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean isFull = new AtomicBoolean();
    private volatile @Nullable Thread delivering;

    public EventQueue(ClientThreads threads, HoldfastObserver observer) {
        this.observer = observer;
        this.serial = new SerialExecutor(threads.background());
    }

    @Override
    public void onEvent(HoldfastEvent event) {
        if (waiting.incrementAndGet() > LIMIT) {
            waiting.decrementAndGet();
            if (isFull.compareAndSet(false, true)) {
                Guarded.run(
                        LOG,
                        "A log appender",
                        () -> LOG.warn(
                                "An observer is {} events behind; events are dropped until it goes on, {} first",
                                LIMIT,
                                event));
            }
            return;
        }
        serial.execute(() -> deliver(event));
    }

    private void deliver(HoldfastEvent event) {
        delivering = Thread.currentThread();
        try {
            observer.onEvent(event);
        } finally {
            delivering = null;
            if (waiting.decrementAndGet() == 0) {
                isFull.set(false);
            }
        }
    }

    /** Waits until the observers have the events so far; at most this long, and not at all in an observer. */
    public void flush(Duration atMost) {
        if (delivering == Thread.currentThread()) {
            return;
        }
        CompletableFuture<Void> delivered = new CompletableFuture<>();
        serial.execute(() -> delivered.complete(null));
        try {
            delivered.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            // an observer that blocks gets them when it goes on
        } catch (ExecutionException e) {
            throw new AssertionError("nothing fails it", e);
        }
    }
}
