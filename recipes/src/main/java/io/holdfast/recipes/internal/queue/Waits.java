// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.queue;

import io.holdfast.error.HoldfastException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** The blocking form of what is asynchronous. */
public final class Waits {

    private Waits() {}

    /**
     * Waits for as long as it takes.
     *
     * @param future cancelled if the thread is interrupted
     * @param callbacks runs {@code giveBack}
     * @param giveBack told what had come in that very moment, which nobody gets any more
     * @return the future's value; what it failed with is thrown as it is, if it is one of the recipes' own failures
     */
    public static <T> T forGood(CompletableFuture<T> future, Consumer<? super T> giveBack, Executor callbacks)
            throws InterruptedException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            future.cancel(false);
            var unused = future.thenAcceptAsync(giveBack, callbacks);
            throw e;
        } catch (ExecutionException e) {
            throw unchecked(e);
        }
    }

    /** Returns a limit in nanoseconds; one that is too long for that is as good as none. */
    public static long nanos(Duration limit) {
        try {
            return limit.toNanos();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Returns what a future failed with, to be thrown. */
    public static RuntimeException unchecked(ExecutionException failure) {
        Throwable cause = failure.getCause();
        return cause instanceof HoldfastException || cause instanceof IllegalStateException
                ? (RuntimeException) cause
                : new IllegalStateException("The wait failed", cause);
    }
}
