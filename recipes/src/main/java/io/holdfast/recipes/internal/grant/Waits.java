// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.grant;

import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.recipes.grant.Grant;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The blocking form of what is asynchronous. */
public final class Waits {

    private static final Logger LOG = LoggerFactory.getLogger(Waits.class);

    private Waits() {}

    /**
     * Waits for as long as it takes.
     *
     * @param future cancelled if the thread is interrupted
     * @param background runs {@code giveBack}
     * @param giveBack takes what had come in that very moment, which nobody gets any more
     * @return the future's value; an unchecked failure is thrown as it is
     */
    public static <T> T forGood(CompletableFuture<T> future, Consumer<? super T> giveBack, Executor background)
            throws InterruptedException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            future.cancel(false);
            var unused = future.thenAcceptAsync(giveBack, background);
            throw e;
        } catch (ExecutionException e) {
            throw unchecked(e);
        }
    }

    /**
     * Waits for as long as asked.
     *
     * @param atMost zero or more, which is checked before anything is begun
     * @param whatIsMissing says what is waited for, once the time is up
     * @throws SessionNotConfirmedException if the time runs out; what is waited for continues
     */
    public static <T> T atMost(CompletionStage<T> stage, Duration atMost, Supplier<String> whatIsMissing)
            throws InterruptedException {
        try {
            return stage.toCompletableFuture().get(nanos(atMost), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new SessionNotConfirmedException(whatIsMissing.get(), null);
        } catch (ExecutionException e) {
            throw unchecked(e);
        }
    }

    /** Waits for as long as it takes for something that continues when the thread is interrupted. */
    public static <T> T forGood(CompletionStage<T> stage) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw unchecked(e);
        }
    }

    /** Refuses a negative time to wait. */
    public static void requireNotNegative(Duration atMost) {
        if (atMost.isNegative()) {
            throw new IllegalArgumentException("atMost must be zero or more, but was " + atMost);
        }
    }

    /** Waits for the deletion of a node, but neither throws nor keeps waiting when interrupted. */
    public static void quietly(CompletionStage<Void> deletion, Duration atMost, String path) {
        try {
            deletion.toCompletableFuture().get(nanos(atMost), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            LOG.warn(
                    "path={} its node still exists after {} ms; the client keeps deleting it", path, atMost.toMillis());
        } catch (ExecutionException e) {
            LOG.warn("path={} giving it back failed; its node goes with its session", path, e);
        }
    }

    /** Returns a stage for the application, which completes as this one does, on the executor for the application's code. */
    public static <T> CompletionStage<T> told(CompletionStage<T> stage, Executor callbacks) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Executor by = stage.toCompletableFuture().isDone() ? Runnable::run : callbacks;
        var unused = stage.whenCompleteAsync(
                (value, failure) -> {
                    if (failure == null) {
                        result.complete(value);
                    } else {
                        result.completeExceptionally(unwrapped(failure));
                    }
                },
                by);
        return result;
    }

    /**
     * Returns what is waited for, to be given to the application. Whoever cancels the result ends the wait; a grant that comes
     * in that very moment is released.
     *
     * @param callbacks completes the result
     */
    public static CompletableFuture<Grant> handedOut(CompletableFuture<Grant> wait, Executor callbacks) {
        CompletableFuture<Grant> result = new CompletableFuture<>();
        var unused = wait.whenCompleteAsync(
                (grant, failure) -> {
                    if (failure != null) {
                        result.completeExceptionally(unwrapped(failure));
                    } else if (!result.complete(grant)) {
                        var unusedRelease = grant.releaseAsync(); // nobody waits for it any more
                    }
                },
                callbacks);
        var unusedToo = result.whenComplete((grant, failure) -> wait.cancel(false));
        return result;
    }

    /**
     * Returns what is waited for, or empty once the wait was given up: it was cancelled, or its time ran out. Whoever
     * cancels the
     * result ends the wait; a grant that comes in that very moment is released.
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
        return cause instanceof RuntimeException known ? known : new IllegalStateException("The wait failed", cause);
    }
}
