// SPDX-License-Identifier: Apache-2.0
package io.holdfast.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class StepGuardTest {

    private final ArrayDeque<Runnable> serial = new ArrayDeque<>();
    private final List<Runnable> timer = new ArrayList<>();
    private final List<String> seen = new ArrayList<>();
    private final CompletableFuture<String> answer = new CompletableFuture<>();
    private int step;
    private final StepGuard guard = new StepGuard(
            serial::add,
            (delay, task) -> timer.add(task),
            () -> step,
            thrown -> seen.add("threw " + thrown.getMessage()));

    @Test
    void anAnswerToTheCurrentStepIsTakenOnTheExecutor() {
        guard.then(answer, seen::add, failure -> seen.add("failed"));

        answer.complete("answer");

        assertThat(seen).isEmpty();
        runAll();
        assertThat(seen).containsExactly("answer");
    }

    @Test
    void anAnswerToAnOlderStepIsDroppedAlsoIfTheStepEndsWhileItIsQueued() {
        guard.then(answer, seen::add, failure -> seen.add("failed"));
        answer.complete("answer");

        step++;

        runAll();
        assertThat(seen).isEmpty();
    }

    @Test
    void aTimerOfAnOlderStepIsDropped() {
        guard.after(Duration.ofSeconds(1), () -> seen.add("old"));
        step++;
        guard.after(Duration.ofSeconds(1), () -> seen.add("new"));

        timer.forEach(Runnable::run);

        runAll();
        assertThat(seen).containsExactly("new");
    }

    @Test
    void theNextRequestOfAnOlderStepIsNotSent() {
        CompletableFuture<String> next = guard.compose(
                        answer, first -> CompletableFuture.completedFuture(first + " and next"))
                .toCompletableFuture();
        step++;
        answer.complete("answer");

        runAll();

        assertThat(next).isNotDone();
    }

    @Test
    void whatAStepThrowsGoesToTheMachine() {
        guard.then(
                answer,
                value -> {
                    throw new AssertionError("scripted");
                },
                failure -> seen.add("failed"));
        answer.complete("answer");

        runAll();

        assertThat(seen).containsExactly("threw scripted");
    }

    private void runAll() {
        while (!serial.isEmpty()) {
            serial.remove().run();
        }
    }
}
