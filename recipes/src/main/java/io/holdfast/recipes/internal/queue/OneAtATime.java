// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/**
 * Runs tasks one after the other, in order, on the thread of whoever comes while none runs: it has no thread of its own. What
 * it confines needs no lock, and nothing is called with one held.
 */
final class OneAtATime implements Executor {

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
        runAll();
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
            boolean isDone = false;
            try {
                next.run();
                isDone = true;
            } finally {
                if (!isDone) {
                    goOn();
                }
            }
        }
    }

    /** A task threw: the exception goes to whoever ran it, and what is left waits for the next one to come. */
    private synchronized void goOn() {
        isRunning = false;
    }
}
