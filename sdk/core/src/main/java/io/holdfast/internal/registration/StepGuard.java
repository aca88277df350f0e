// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Lets what a step has asked for go on only while that step is the current one: an answer or a timer that belongs to an older
 * step changes nothing, because whatever made the step old looks again by itself. Confined to the loop.
 */
final class StepGuard {

    private final ScheduledExecutorService loop;
    private final LongSupplier current;
    private final BooleanSupplier isOver;
    private final Consumer<Throwable> onThrown;

    StepGuard(
            ScheduledExecutorService loop, LongSupplier current, BooleanSupplier isOver, Consumer<Throwable> onThrown) {
        this.loop = loop;
        this.current = current;
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

    /** Goes on with this step when the answer comes. */
    <T> void then(CompletionStage<T> stage, Consumer<T> onAnswer, Consumer<Throwable> onFailure) {
        long mine = current.getAsLong();
        var unused = stage.whenComplete((answer, failure) -> loop.execute(() -> {
            if (current.getAsLong() != mine || isOver.getAsBoolean()) {
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
        long mine = current.getAsLong();
        var unused = loop.schedule(
                () -> {
                    if (current.getAsLong() == mine && !isOver.getAsBoolean()) {
                        guarded(task);
                    }
                },
                Math.max(0, delay.toNanos()),
                TimeUnit.NANOSECONDS);
    }
}
