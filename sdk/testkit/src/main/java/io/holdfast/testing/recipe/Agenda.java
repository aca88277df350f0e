// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.recipe;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** What is still to happen, in order: tasks that are due, and timers on a clock that only {@link #advance} moves. */
final class Agenda {

    /** More tasks than any test has; whoever gets here feeds itself. */
    private static final int NEVER_AT_REST = 1_000_000;

    private record Timer(long dueNanos, long number, Runnable task, CompletableFuture<Void> isCancelled) {}

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::dueNanos).thenComparingLong(Timer::number));
    private long nowNanos;
    private long timersSoFar;

    long now() {
        return nowNanos;
    }

    void execute(Runnable task) {
        tasks.add(task);
    }

    Future<?> after(Duration delay, Runnable task) {
        CompletableFuture<Void> handle = new CompletableFuture<>();
        long due = saturated(delay.isNegative() ? Duration.ZERO : delay);
        timers.add(new Timer(due, timersSoFar++, task, handle));
        return handle;
    }

    private long saturated(Duration delay) {
        try {
            return Math.addExact(nowNanos, delay.toNanos());
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    boolean runOne() {
        fireTimers();
        Runnable next = tasks.poll();
        if (next != null) {
            next.run();
        }
        return next != null;
    }

    void runAll() {
        int ran = 0;
        while (runOne()) {
            if (++ran > NEVER_AT_REST) {
                throw new AssertionError("tasks go on for ever without time passing");
            }
        }
    }

    void advance(Duration by) {
        runAll();
        long until = nowNanos + by.toNanos();
        while (!timers.isEmpty() && timers.element().dueNanos() <= until) {
            nowNanos = Math.max(nowNanos, timers.element().dueNanos());
            runAll();
        }
        nowNanos = until;
    }

    private void fireTimers() {
        while (!timers.isEmpty() && timers.element().dueNanos() <= nowNanos) {
            Timer due = timers.remove();
            if (!due.isCancelled().isCancelled()) {
                due.isCancelled().complete(null);
                tasks.add(due.task());
            }
        }
    }
}
