// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.client;

import io.holdfast.internal.time.HandDrivenExecutor;
import io.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The one thread and the clock of a member. Work that is due is done at once; timers go off when the explorer says so. The
 * jitter of retries is rounded away, because a trace must do the same each time it is played.
 */
final class ModelClock extends HandDrivenExecutor implements Ticker {

    private static final long COARSE = Duration.ofMillis(100).toNanos();
    private static final long JITTERED = Duration.ofMillis(700).toNanos();
    private static final int ENDLESS = 10_000;

    private final Deque<Runnable> due = new ArrayDeque<>();
    private final PriorityQueue<Timer<?>> timers = new PriorityQueue<>(
            Comparator.<Timer<?>>comparingLong(timer -> timer.at).thenComparingLong(timer -> timer.number));
    private long now;
    private long made;

    @Override
    public long read() {
        return now;
    }

    @Override
    public void execute(Runnable command) {
        due.add(command);
    }

    /** Does all that is due. */
    void settle() {
        int done = 0;
        for (Runnable next = due.poll(); next != null; next = due.poll()) {
            next.run();
            if (done++ > ENDLESS) {
                throw new AssertionError("the loop never comes to rest");
            }
        }
    }

    boolean hasTimers() {
        return !timers.isEmpty();
    }

    /** Returns when the next timer goes off; a very long time from now if there is none. */
    long next() {
        return timers.isEmpty() ? Long.MAX_VALUE : timers.element().at;
    }

    /** Lets time pass until then, timers that go off on the way included. */
    void moveTo(long then) {
        while (next() <= then) {
            Timer<?> timer = timers.remove();
            now = Math.max(now, timer.at);
            timer.goOff();
            settle();
        }
        now = Math.max(now, then);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return add(command, Executors.callable(command), delay, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        return add(task, task, delay, unit);
    }

    private <V> Timer<V> add(Object what, Callable<V> task, long delay, TimeUnit unit) {
        Timer<V> timer = new Timer<>(what.getClass(), task, now + rounded(unit.toNanos(delay)), made++);
        timers.add(timer);
        return timer;
    }

    /** Takes the jitter off a delay: within what a retry may vary, all delays are the same. */
    static long rounded(long delay) {
        if (delay <= 0 || delay >= JITTERED) {
            return Math.max(0, delay);
        }
        long coarse = COARSE;
        while (coarse <= delay) {
            coarse *= 2;
        }
        return coarse;
    }

    void describe(StringBuilder text) {
        text.append(now / 1_000_000);
        timers.stream()
                .sorted(timers.comparator())
                .forEach(timer -> text.append(' ').append(timer.at / 1_000_000).append(timer.what.getSimpleName()));
    }

    private final class Timer<V> extends CompletableFuture<V> implements ScheduledFuture<V> {

        private final Class<?> what;
        private final Callable<V> task;
        private final long at;
        private final long number;

        Timer(Class<?> what, Callable<V> task, long at, long number) {
            this.what = what;
            this.task = task;
            this.at = at;
            this.number = number;
        }

        void goOff() {
            try {
                complete(task.call());
            } catch (Exception e) {
                throw new AssertionError("a timer failed", e);
            }
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            timers.remove(this);
            return super.cancel(mayInterruptIfRunning);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(at - now, TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }
}
