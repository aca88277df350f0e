// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.internal.time.Guarded;
import io.holdfast.internal.time.GuardedScheduler;
import io.holdfast.internal.time.WaitGuard;
import io.holdfast.spi.SerialExecutor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
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

    private final ScheduledExecutorService timer;
    private final Executor background;
    private final Executor callbacks;
    private final Executor suppliers;
    private final WaitGuard waits = new WaitGuard();

    public ClientThreads() {
        timer = new GuardedScheduler(task -> {
            Thread thread = daemon(task, "holdfast-timer");
            waits.serves(thread, "the timer of the client changes its registrations on it");
            return thread;
        });
        background = guarded("A task in the background", new ElasticPool(daemons("holdfast-background"), timer));
        callbacks = guarded("A callback", new ElasticPool(daemons("holdfast-callbacks"), timer));
        SerialExecutor oneAtATime = new SerialExecutor(background);
        suppliers = task -> oneAtATime.execute(() ->
                waits.serving("registrations wait for the payload supplier or ACL provider that runs on it", task));
    }

    /** Returns the timer; a task on it must not block, and runs no code of users. */
    public ScheduledExecutorService timer() {
        return timer;
    }

    /** Returns the executor for what has to block. */
    public Executor background() {
        return background;
    }

    /** Returns the executor for code of users that makes data and ACLs: one call at a time, which may block. */
    public Executor suppliers() {
        return suppliers;
    }

    /** Returns what knows on which threads nobody may wait. */
    public WaitGuard waits() {
        return waits;
    }

    /**
     * Returns the executor for code of users: the one that the user gave, or else threads of the client that nothing else runs
     * on. It keeps no order; a {@link SerialExecutor} on it does. What the given one refuses to run is run on a background
     * thread, so that nobody waits for ever for news.
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
                .orElse(callbacks);
    }

    private static Executor guarded(String what, Executor threads) {
        return task -> threads.execute(() -> Guarded.run(LOG, what, task));
    }

    /** Runs a task that may block, after a delay. */
    public void later(Duration delay, Runnable task) {
        var unused = timer.schedule(() -> background.execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static ThreadFactory daemons(String name) {
        return task -> daemon(task, name);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
