// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.internal.time.Guarded;
import io.holdfast.internal.time.GuardedScheduler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of one client besides those of its ZooKeeper handle: a timer that never blocks, and short-lived ones for what
 * has to block (closing a session, attaching to one, writing the journal). All are daemons and go away when idle, so that
 * a drop-in has nothing to close. What a task throws on any of them is logged and ends nothing but that task.
 *
 * @see "docs/threads.md"
 * @see "docs/adr/0010-one-loop-thread.md"
 */
public final class ClientThreads {

    private static final Logger LOG = LoggerFactory.getLogger(ClientThreads.class);
    private static final long IDLE_SECONDS = 10;

    private final ScheduledExecutorService timer;
    private final Executor background;

    public ClientThreads() {
        timer = new GuardedScheduler(daemons("holdfast-timer"));
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                daemons("holdfast-background"));
        background = task -> threads.execute(() -> Guarded.run(LOG, "A task in the background", task));
    }

    /** Returns the timer; a task on it must not block, and runs no code of users. */
    public ScheduledExecutorService timer() {
        return timer;
    }

    /** Returns the executor for what has to block. */
    public Executor background() {
        return background;
    }

    /**
     * Returns the executor for code of users: the one that the user gave, or else background threads. It keeps no order; a
     * {@link io.holdfast.spi.SerialExecutor} on it does. What the given one refuses to run is run on a background thread, so
     * that nobody waits for ever for news.
     */
    public Executor callbacks(Optional<Executor> given) {
        return given.<Executor>map(executor -> task -> {
                    try {
                        executor.execute(() -> Guarded.run(LOG, "A callback", task));
                    } catch (RuntimeException | Error e) {
                        Guarded.warn(LOG, "The executor for callbacks", e);
                        background.execute(task);
                    }
                })
                .orElse(background);
    }

    /** Runs a task that may block, after a delay. */
    public void later(Duration delay, Runnable task) {
        var unused = timer.schedule(() -> background.execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static ThreadFactory daemons(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
