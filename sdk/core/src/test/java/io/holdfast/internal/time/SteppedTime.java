// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.time;

import io.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A clock and a single-threaded scheduler that move only when the test says so. A task that throws, and tasks that go on
 * making tasks without time passing, fail the test instead of vanishing in a future.
 */
public final class SteppedTime extends HandDrivenExecutor implements Ticker {

    private static final int ENDLESS = 20_000;

    private final PriorityQueue<Task<?>> tasks = new PriorityQueue<>(
            Comparator.<Task<?>>comparingLong(task -> task.at).thenComparingLong(task -> task.number));
    private long now = Long.MAX_VALUE - Duration.ofSeconds(30).toNanos(); // overflows early in most tests
    private long origin = now;
    private long made;

    @Override
    public synchronized long read() {
        return now;
    }

    /** Returns how far the clock has been moved. */
    public Duration elapsed() {
        return Duration.ofNanos(read() - origin);
    }

    /** Returns how many tasks wait for their time. */
    public synchronized int waiting() {
        return tasks.size();
    }

    /** Runs what is due now, and what that makes due. */
    public void runDue() {
        for (int ran = 0; runOne(); ran++) {
            if (ran > ENDLESS) {
                throw new AssertionError("the scheduler never comes to rest");
            }
        }
    }

    /** Moves the clock, running each task at its time. */
    public void advance(Duration by) {
        advance(by, () -> {});
    }

    /** As {@link #advance(Duration)}; {@code settle} brings the rest of the test's world to rest after each step. */
    public void advance(Duration by, Runnable settle) {
        long until = elapsed().plus(by).toNanos();
        runDue();
        settle.run();
        while (moveToNext(until)) {
            runDue();
            settle.run();
        }
        synchronized (this) {
            now = origin + until;
        }
        runDue();
        settle.run();
    }

    private synchronized boolean moveToNext(long until) {
        Task<?> next = tasks.peek();
        if (next == null || next.at > until) {
            return false;
        }
        now = origin + Math.max(next.at, now - origin);
        return true;
    }

    private boolean runOne() {
        Task<?> next;
        synchronized (this) {
            next = tasks.peek();
            if (next == null || next.at > now - origin) {
                return false;
            }
            tasks.remove();
        }
        next.run();
        if (next.thrown != null) {
            throw new AssertionError("a task failed", next.thrown);
        }
        return true;
    }

    @Override
    public void execute(Runnable command) {
        var unused = schedule(command, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return schedule(
                () -> {
                    command.run();
                    return null;
                },
                delay,
                unit);
    }

    @Override
    public synchronized <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        Task<V> task = new Task<>(callable, now - origin + Math.max(0, unit.toNanos(delay)), made++);
        tasks.add(task);
        return task;
    }

    private final class Task<V> extends FutureTask<V> implements ScheduledFuture<V> {

        private final long at;
        private final long number;
        private Throwable thrown;

        Task(Callable<V> callable, long at, long number) {
            super(callable);
            this.at = at;
            this.number = number;
        }

        @Override
        protected void setException(Throwable failure) {
            thrown = failure;
            super.setException(failure);
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            synchronized (SteppedTime.this) {
                tasks.remove(this);
            }
            return super.cancel(mayInterruptIfRunning);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(at - (read() - origin), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }
}
