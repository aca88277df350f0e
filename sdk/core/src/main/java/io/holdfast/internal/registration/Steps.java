// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The numbered steps of one registration. An answer or a timer that belongs to an older step than the current one changes
 * nothing, because whatever made the step old looks again by itself. Confined to the loop.
 */
final class Steps {

    private static final Duration FIRST_RETRY = Duration.ofMillis(50);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);
    private static final int DOUBLINGS = 7;

    private final ScheduledExecutorService loop;
    private final BooleanSupplier isOver;
    private final Consumer<Throwable> onThrown;
    private long current;
    private int retries;

    Steps(ScheduledExecutorService loop, BooleanSupplier isOver, Consumer<Throwable> onThrown) {
        this.loop = loop;
        this.isOver = isOver;
        this.onThrown = onThrown;
    }

    /** Runs a part of a step: what it throws, Errors included, is handed on and reaches nobody else. */
    void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            onThrown.accept(e);
        }
    }

    /** Begins the next step: what the one before still waits for is forgotten. */
    void next() {
        current++;
    }

    /** Goes on with this step when the answer comes. */
    <T> void then(CompletionStage<T> stage, Consumer<T> onAnswer, Consumer<Throwable> onFailure) {
        long mine = current;
        var unused = stage.whenComplete((answer, failure) -> loop.execute(() -> {
            if (current != mine || isOver.getAsBoolean()) {
                return;
            }
            guarded(() -> {
                if (failure == null) {
                    onAnswer.accept(answer);
                } else {
                    onFailure.accept(failure);
                }
            });
        }));
    }

    /** Sends the next request of this step when the last one is answered; if the step is over by then, it is not sent. */
    <T, R> CompletionStage<R> compose(CompletionStage<T> stage, Function<T, CompletionStage<R>> next) {
        CompletableFuture<R> last = new CompletableFuture<>();
        then(
                stage,
                answer -> {
                    var unused = next.apply(answer).whenComplete((done, failure) -> {
                        if (failure == null) {
                            last.complete(done);
                        } else {
                            last.completeExceptionally(failure);
                        }
                    });
                },
                last::completeExceptionally);
        return last;
    }

    /** Goes on with this step after a delay. */
    void after(Duration delay, Runnable task) {
        long mine = current;
        var unused = loop.schedule(
                () -> {
                    if (current == mine && !isOver.getAsBoolean()) {
                        guarded(task);
                    }
                },
                Math.max(0, delay.toNanos()),
                TimeUnit.NANOSECONDS);
    }

    /** Returns how long to wait before the same is tried again: growing, and jittered. */
    Duration nextDelay() {
        Duration delay = FIRST_RETRY.multipliedBy(1L << Math.min(retries++, DOUBLINGS));
        long millis = Math.min(delay.toMillis(), LONGEST_RETRY.toMillis());
        return Duration.ofMillis(millis + ThreadLocalRandom.current().nextLong(1 + millis / 2));
    }

    /** Something went well: delays start from the shortest again. */
    void wentWell() {
        retries = 0;
    }
}
