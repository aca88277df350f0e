// SPDX-License-Identifier: Apache-2.0
package io.holdfast.spi;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after the other, in order, on threads borrowed from another executor: it keeps none while idle.
 * On {@code Runnable::run} the thread of whoever calls while no task runs is used, and no task is run with a lock held. What a task
 * throws, Errors included, is logged and dropped; so is what the log appender throws then. Thread-safe.
 */
public final class SerialExecutor implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(SerialExecutor.class);

    private final Executor threads;

    /** Not there while it is idle: there may be one for each of many registrations. */
    @GuardedBy("this")
    private @Nullable ArrayDeque<Runnable> tasks;

    @GuardedBy("this")
    private boolean isRunning;

    public SerialExecutor(Executor threads) {
        this.threads = threads;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (this) {
            ArrayDeque<Runnable> queue = tasks == null ? new ArrayDeque<>() : tasks;
            tasks = queue;
            queue.add(task);
            if (isRunning) {
                return;
            }
            isRunning = true;
        }
        try {
            threads.execute(this::runAll);
        } catch (RuntimeException | Error e) {
            synchronized (this) {
                isRunning = false;
            }
            throw e;
        }
    }

    private static void warn(Throwable failure) {
        try {
            LOG.warn("A task failed", failure);
        } catch (RuntimeException | Error ignored) {
            // a log appender that throws must not end the service of all others either
        }
    }

    private void runAll() {
        while (true) {
            @Nullable Runnable next;
            synchronized (this) {
                next = tasks == null ? null : tasks.poll();
                if (next == null) {
                    tasks = null;
                    isRunning = false;
                    return;
                }
            }
            try {
                next.run();
            } catch (RuntimeException | Error e) { // the tasks behind it are run all the same
                warn(e);
            }
        }
    }
}
