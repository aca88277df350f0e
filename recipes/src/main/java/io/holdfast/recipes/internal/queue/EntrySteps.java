// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.queue;

import io.holdfast.spi.RecipeSupport;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.apache.zookeeper.Watcher;

/**
 * The steps of one entry: an answer, a change or a time that belongs to an older step than the current one changes nothing,
 * because whatever made the step old looks again by itself. Confined to the entry's serial executor.
 */
final class EntrySteps {

    /** After an answer that cannot be acted on, unless news of the connection or the session comes first. */
    private static final long RETRY_MILLIS = 1_000;

    private static final long SOON_MILLIS = 200;

    private final RecipeSupport client;
    private final OneAtATime serial;
    private final Wakeups wakeups;
    private final Runnable look;
    private final BiPredicate<String, Throwable> onFailure;

    private int step;
    private Runnable forget = () -> {};

    /**
     * @param client tells when to try again
     * @param serial what it is confined to
     * @param look begins the next step
     * @param onFailure told what was asked and how it failed; tells whether to look again later
     */
    EntrySteps(
            RecipeSupport client,
            OneAtATime serial,
            Wakeups wakeups,
            Runnable look,
            BiPredicate<String, Throwable> onFailure) {
        this.client = client;
        this.serial = serial;
        this.wakeups = wakeups;
        this.look = look;
        this.onFailure = onFailure;
    }

    /** What was asked before, and what was waited for, is of no interest any more. */
    void next() {
        forget.run();
        forget = () -> {};
        step++;
    }

    /** Goes on with an answer. */
    <T> void then(CompletionStage<T> answer, String what, Consumer<T> next) {
        int current = step;
        var unused = answer.whenComplete((value, failure) -> inStep(current, () -> {
            if (failure == null) {
                next.accept(value);
            } else if (onFailure.test(what, failure)) {
                retryLater();
            }
        }));
    }

    /** Looks again as soon as something changes at the path; returns the watcher that must stand there. */
    Watcher awaitChange(String path) {
        forget.run();
        int current = step;
        Runnable wake = () -> inStep(current, look);
        forget = () -> wakeups.forget(path, wake);
        wakeups.await(path, wake);
        return wakeups;
    }

    void retryLater() {
        retryAfter(RETRY_MILLIS);
    }

    /** Looks again when the quorum can be asked for a second proof that makes the first one count. */
    void retrySoon() {
        retryAfter(SOON_MILLIS);
    }

    private void retryAfter(long millis) {
        int current = step;
        var unused = client.later(Duration.ofMillis(millis), () -> inStep(current, look));
    }

    private void inStep(int asked, Runnable task) {
        serial.execute(() -> {
            if (asked == step) {
                task.run();
            }
        });
    }
}
