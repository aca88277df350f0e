// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.view;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after the other, in the order in which they were given, on daemon threads that all recipes share: a recipe
 * at rest has no thread. What a task throws is logged and dropped. Thread-safe.
 */
public final class InOrder implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(InOrder.class);

    private static final Executor SHARED =
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(task, "holdfast-recipes");
                thread.setDaemon(true);
                return thread;
            });

    @GuardedBy("this")
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    @GuardedBy("this")
    private boolean isRunning;

    @Override
    public void execute(Runnable task) {
        synchronized (this) {
            tasks.add(task);
            if (isRunning) {
                return;
            }
            isRunning = true;
        }
        SHARED.execute(this::runAll);
    }

    /** Runs a task in turn once the delay is over. */
    public void after(Duration delay, Runnable task) {
        CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS, this)
                .execute(task);
    }

    private void runAll() {
        while (true) {
            Runnable next;
            synchronized (this) {
                next = tasks.poll();
                if (next == null) {
                    isRunning = false;
                    return;
                }
            }
            try {
                next.run();
            } catch (RuntimeException | Error e) { // an assertion of a listener's must not end the others' service
                LOG.warn("A listener or a step of a recipe failed", e);
            }
        }
    }
}
