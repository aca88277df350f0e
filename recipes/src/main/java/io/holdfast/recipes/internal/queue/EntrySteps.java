// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.queue;

import io.holdfast.spi.Backoff;
import io.holdfast.spi.RecipeSupport;
import io.holdfast.spi.StepGuard;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.apache.zookeeper.Watcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of one entry: each begins with a read of the queue. Confined to the entry's serial executor. */
final class EntrySteps {

    private static final Logger LOG = LoggerFactory.getLogger(EntrySteps.class);

    /** After an answer that cannot be acted on, unless a change of the connection or the session comes first. */
    private static final Backoff RETRY = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(8));

    private static final Duration SOON = Duration.ofMillis(200);

    private final Wakeups wakeups;
    private final Runnable read;
    private final BiPredicate<String, Throwable> onFailure;
    private final StepGuard guard;

    private int step;
    private int failures;
    private Runnable forget = () -> {};

    /**
     * @param client has the timer
     * @param serial what it is confined to
     * @param read begins the next step
     * @param onFailure takes what was asked and how it failed; returns whether to read again later
     */
    EntrySteps(
            RecipeSupport client,
            Executor serial,
            Wakeups wakeups,
            Runnable read,
            BiPredicate<String, Throwable> onFailure) {
        this.wakeups = wakeups;
        this.read = read;
        this.onFailure = onFailure;
        this.guard = new StepGuard(
                serial,
                (delay, task) -> {
                    var unused = client.later(delay, task);
                },
                () -> step,
                this::threw);
    }

    /** Begins a step: what was asked before, and what was waited for, is of no interest any more. */
    void next() {
        forget.run();
        forget = () -> {};
        step++;
    }

    /** Runs a part of a step; if it throws, the queue is read again later. */
    void guarded(Runnable task) {
        guard.guarded(task);
    }

    /** Continues with an answer. */
    <T> void then(CompletionStage<T> answer, String what, Consumer<T> next) {
        Consumer<T> answered = value -> {
            failures = 0;
            next.accept(value);
        };
        guard.then(answer, answered, failure -> {
            if (onFailure.test(what, failure)) {
                retryLater();
            }
        });
    }

    /** Reads again as soon as something changes at the path; returns the watcher to set there. */
    Watcher awaitChange(String path) {
        forget.run();
        Runnable wake = guard.inStep(read);
        forget = () -> wakeups.forget(path, wake);
        wakeups.await(path, wake);
        return wakeups;
    }

    void retryLater() {
        guard.after(jittered(RETRY.after(++failures)), read);
    }

    /** Reads again when the quorum can be asked for a second proof that makes the first one count. */
    void retrySoon() {
        guard.after(SOON, read);
    }

    private void threw(Throwable thrown) {
        retryLater();
        LOG.warn("A step in a queue failed; it is tried again later", thrown);
    }

    /** Those who wait in one queue were refused together, and are not to come back together. */
    private static Duration jittered(Duration delay) {
        return delay.plus(
                delay.dividedBy(100).multipliedBy(ThreadLocalRandom.current().nextInt(50)));
    }
}
