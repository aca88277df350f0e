// SPDX-License-Identifier: Apache-2.0
package io.holdfast.spi;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after the other, in order, on threads borrowed from another executor: it keeps none while idle. What a task
 * throws is logged and dropped. Thread-safe.
 */
public final class SerialExecutor implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(SerialExecutor.class);

    private final Executor threads;

    @GuardedBy("this")
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    @GuardedBy("this")
    private boolean isRunning;

    public SerialExecutor(Executor threads) {
        this.threads = threads;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (this) {
            tasks.add(task);
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
            } catch (RuntimeException | Error e) { // an assertion of the listener's must not end all others' service
                LOG.warn("A listener failed", e);
            }
        }
    }
}
