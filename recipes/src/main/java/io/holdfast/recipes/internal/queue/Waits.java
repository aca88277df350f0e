// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.queue;

import io.holdfast.error.HoldfastException;
import io.holdfast.recipes.grant.Grant;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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

    /**
     * Returns what is waited for, or empty once the wait was given up: it was cancelled, or its time ran out. Whoever cancels the
     * result gives up the wait; a grant that comes in that very moment is released.
     *
     * @param wait fails with {@link CancellationException} or {@link TimeoutException} when it is given up
     * @param callbacks completes the result
     */
    public static CompletableFuture<Optional<Grant>> orEmpty(CompletableFuture<Grant> wait, Executor callbacks) {
        CompletableFuture<Optional<Grant>> result = new CompletableFuture<>();
        var unused = wait.whenCompleteAsync((grant, failure) -> settle(result, grant, failure), callbacks);
        var unusedToo = result.whenComplete((grant, failure) -> wait.cancel(false));
        return result;
    }

    private static void settle(
            CompletableFuture<Optional<Grant>> result, @Nullable Grant grant, @Nullable Throwable failure) {
        if (grant != null) {
            if (!result.complete(Optional.of(grant))) {
                var unused = grant.releaseAsync(); // nobody waits for it any more
            }
        } else if (failure instanceof CancellationException || failure instanceof TimeoutException) {
            result.complete(Optional.empty());
        } else if (failure != null) {
            result.completeExceptionally(unwrapped(failure));
        }
    }

    /** Returns the failure of a stage without what a stage that depends on it has put around it. */
    public static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
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
