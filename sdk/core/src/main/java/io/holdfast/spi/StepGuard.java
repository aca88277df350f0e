// SPDX-License-Identifier: Apache-2.0
package io.holdfast.spi;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Drops answers and timers that belong to an older step of a machine than the current one: whatever began the newer step
 * reads again by itself. What a step throws, Errors included, goes to the machine and to nobody else.
 *
 * <p>All of the machine runs on one executor that runs one task at a time, in order. Answers and timers are taken there from
 * any thread; every method is called there. Nothing blocks.
 */
public final class StepGuard {

    private final Executor serial;
    private final BiConsumer<Duration, Runnable> timer;
    private final LongSupplier current;
    private final Consumer<Throwable> onThrown;

    /**
     * @param serial runs the machine, one task at a time
     * @param timer runs a task after a delay, on any thread
     * @param current the number of the machine's current step
     * @param onThrown takes what a step throws; it has to lead the machine to its next try
     */
    public StepGuard(
            Executor serial, BiConsumer<Duration, Runnable> timer, LongSupplier current, Consumer<Throwable> onThrown) {
        this.serial = serial;
        this.timer = timer;
        this.current = current;
        this.onThrown = onThrown;
    }

    /** Runs a part of a step. */
    public void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            onThrown.accept(e);
        }
    }

    /** Returns a task for any thread: it runs this one on the executor if the step that is current now still is. */
    public Runnable inStep(Runnable task) {
        long mine = current.getAsLong();
        return () -> serial.execute(() -> {
            if (current.getAsLong() == mine) {
                guarded(task);
            }
        });
    }

    /** Continues this step when the answer comes. */
    public <T> void then(CompletionStage<T> stage, Consumer<T> onAnswer, Consumer<Throwable> onFailure) {
        long mine = current.getAsLong();
        var unused = stage.whenComplete((answer, failure) -> serial.execute(() -> {
            if (current.getAsLong() != mine) {
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

    /**
     * Sends the next request of this step when the last one is answered.
     *
     * @return the answer to the next request; never completes if the step is over before that is sent
     */
    public <T, R> CompletionStage<R> compose(CompletionStage<T> stage, Function<T, CompletionStage<R>> next) {
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

    /** Continues this step after a delay. */
    public void after(Duration delay, Runnable task) {
        timer.accept(delay.isNegative() ? Duration.ZERO : delay, inStep(task));
    }
}
