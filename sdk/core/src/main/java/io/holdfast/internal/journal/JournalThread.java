// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.journal;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Runs the journal's file work where the interrupt of a caller cannot reach it.
 *
 * <p>An interrupt closes the file channel that its thread is using, and closing the channel releases the lock: another
 * process could then end sessions that are in use. There is little such work, one piece per session, so a thread for
 * each piece is cheaper than one that is kept.
 */
final class JournalThread {
    private JournalThread() {}

    /** Runs {@code work} to its end, however long the disk takes; an interrupt is kept for the caller to find. */
    static <T> T call(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task, "holdfast-journal");
        thread.setDaemon(true);
        thread.start();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof RuntimeException failure) {
                        throw failure;
                    }
                    throw new IllegalStateException("session journal: unexpected failure", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
