// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.time;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A timer with one thread that logs what its tasks throw, Errors included: the JDK's own keeps that in a future which nobody
 * reads. A periodic task that throws is run again after its period, while the JDK's would end without a word.
 *
 * <p>Its thread goes away while nothing is scheduled. Tasks must not block.
 */
public final class GuardedScheduler extends ScheduledThreadPoolExecutor {

    private static final Logger LOG = LoggerFactory.getLogger(GuardedScheduler.class);
    private static final String TASK = "A task on the timer";
    private static final long IDLE_SECONDS = 10;

    public GuardedScheduler(ThreadFactory threads) {
        super(1, threads);
        setRemoveOnCancelPolicy(true);
        setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        allowCoreThreadTimeOut(true);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return super.scheduleAtFixedRate(() -> Guarded.run(LOG, TASK, task), initialDelay, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initialDelay, long delay, TimeUnit unit) {
        return super.scheduleWithFixedDelay(() -> Guarded.run(LOG, TASK, task), initialDelay, delay, unit);
    }

    @Override
    protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
        super.afterExecute(task, thrown);
        if (thrown != null) {
            Guarded.warn(LOG, TASK, thrown);
        } else if (task instanceof Future<?> future && future.isDone()) {
            try {
                future.get();
            } catch (ExecutionException e) {
                Guarded.warn(LOG, TASK, e.getCause() == null ? e : e.getCause());
            } catch (CancellationException e) {
                // nobody waits for it
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
