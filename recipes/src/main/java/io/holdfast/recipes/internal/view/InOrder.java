// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.view;

import io.holdfast.spi.SerialExecutor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs tasks one after the other, in the order in which they were given, on daemon threads that all recipes share: a recipe
 * at rest has no thread. What a task throws is logged and dropped. Thread-safe.
 */
public final class InOrder implements Executor {

    private static final Executor SHARED =
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(task, "holdfast-recipes");
                thread.setDaemon(true);
                return thread;
            });

    private final Executor turns = new SerialExecutor(SHARED);

    @Override
    public void execute(Runnable task) {
        turns.execute(task);
    }

    /** Runs a task in turn once the delay is over. */
    public void after(Duration delay, Runnable task) {
        CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS, this)
                .execute(task);
    }
}
