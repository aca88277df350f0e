// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A few threads for many short tasks, and more only while those that there are make no progress: tasks may block, and a burst of
 * ten thousand does not start ten thousand threads. An idle thread is used before a new one is started; idle threads end.
 * Thread-safe.
 */
final class ElasticPool implements Executor {

    /** How many there are at most when nothing blocks. */
    static final int USUAL = 4;

    private static final Duration IDLE = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofMillis(50);

    private final ThreadPoolExecutor threads;
    private final ScheduledExecutorService timer;
    private final AtomicBoolean isWatched = new AtomicBoolean();

    ElasticPool(ThreadFactory factory, ScheduledExecutorService timer) {
        this.timer = timer;
        IdleFirst queue = new IdleFirst();
        this.threads = new ThreadPoolExecutor(
                0, USUAL, IDLE.toNanos(), TimeUnit.NANOSECONDS, queue, factory, (task, busy) -> queue.comeBack(task));
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Takes a task at once only if a thread is idle; the pool then starts a thread as long as it may, and else comes back.
     * Not a transfer queue: its idle threads spin.
     */
    private static final class IdleFirst extends LinkedBlockingQueue<Runnable> {

        private static final long serialVersionUID = 1L;

        private final AtomicInteger idle = new AtomicInteger();

        @Override
        public boolean offer(Runnable task) {
            return idle.get() > size() && super.offer(task);
        }

        @Override
        public @Nullable Runnable poll(long timeout, TimeUnit unit) throws InterruptedException {
            idle.incrementAndGet();
            try {
                return super.poll(timeout, unit);
            } finally {
                idle.decrementAndGet();
            }
        }

        void comeBack(Runnable task) {
            super.offer(task);
        }
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
        watch();
    }

    private void watch() {
        if (!threads.getQueue().isEmpty() && isWatched.compareAndSet(false, true)) {
            checkLater(threads.getCompletedTaskCount());
        }
    }

    private void checkLater(long done) {
        var unused = timer.schedule(() -> check(done), PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void check(long doneBefore) {
        if (threads.getQueue().isEmpty()) {
            threads.setCorePoolSize(0);
            threads.setMaximumPoolSize(USUAL);
            isWatched.set(false);
            watch(); // one may have come in between
            return;
        }
        long done = threads.getCompletedTaskCount();
        if (done == doneBefore) {
            int more = Math.max(USUAL, threads.getPoolSize() * 2);
            threads.setMaximumPoolSize(more);
            threads.setCorePoolSize(more);
        }
        checkLater(done);
    }
}
