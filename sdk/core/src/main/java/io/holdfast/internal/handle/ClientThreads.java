// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of one client besides those of its ZooKeeper handle: a timer that never blocks, and short-lived ones for what
 * has to block (closing a session, attaching to one, writing the journal). All are daemons and go away when idle, so that
 * a drop-in has nothing to close.
 *
 * @see "docs/adr/0010-one-loop-thread.md"
 */
public final class ClientThreads {

    private static final long IDLE_SECONDS = 10;

    private final ScheduledThreadPoolExecutor timer;
    private final ThreadPoolExecutor background;

    ClientThreads() {
        timer = new ScheduledThreadPoolExecutor(1, daemons("holdfast-timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        background = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                daemons("holdfast-background"));
    }

    /** Returns the timer; a task on it must not block. */
    public ScheduledExecutorService timer() {
        return timer;
    }

    /** Returns the executor for what has to block. */
    public Executor background() {
        return background;
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
