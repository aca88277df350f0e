// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.fencing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.holdfast.error.FencedException;
import io.holdfast.recipes.grant.FencingToken;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FencingGuardTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final FencingGuard guard = FencingGuard.inMemory("accounts");

    @ParameterizedTest(name = "{0} shown in this order are answered {1}")
    @MethodSource("orders")
    void a_token_passes_unless_a_newer_one_was_seen(List<Long> tokens, List<Boolean> admitted) throws Exception {
        List<Boolean> answers = new ArrayList<>();
        for (long token : tokens) {
            answers.add(guard.admit(new FencingToken(token)));
        }

        assertThat(answers).isEqualTo(admitted);
        assertThat(guard.newest()).contains(new FencingToken(Collections.max(tokens)));
    }

    static Stream<Arguments> orders() {
        return Stream.of(
                arguments(List.of(1L), List.of(true)),
                arguments(List.of(7L, 7L), List.of(true, true)),
                arguments(List.of(7L, 8L), List.of(true, true)),
                arguments(List.of(8L, 7L), List.of(true, false)),
                arguments(List.of(7L, 9L, 8L, 9L, 10L, 9L), List.of(true, true, false, true, true, false)),
                arguments(List.of(Long.MAX_VALUE, 1L), List.of(true, false)));
    }

    @Test
    void a_guard_that_has_seen_nothing_says_so() {
        assertThat(guard.newest()).isEmpty();
    }

    @Test
    void an_action_with_an_older_token_is_not_run_and_the_failure_names_both_tokens() throws Exception {
        guard.admit(new FencingToken(8));
        AtomicInteger runs = new AtomicInteger();

        assertThatExceptionOfType(FencedException.class)
                .isThrownBy(() -> guard.run(new FencingToken(7), runs::incrementAndGet))
                .withMessageContaining("accounts")
                .withMessageContaining("7")
                .withMessageContaining("8");
        assertThat(runs).hasValue(0);
    }

    @Test
    void what_the_action_returns_or_throws_reaches_the_caller_and_the_guard_goes_on() throws Exception {
        assertThat(guard.<String, RuntimeException>call(new FencingToken(7), () -> "done"))
                .isEqualTo("done");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> guard.<String, IOException>call(new FencingToken(7), () -> {
                    throw new IOException("disk full");
                }))
                .withMessage("disk full");
        assertThat(guard.admit(new FencingToken(8))).isTrue();
    }

    @Test
    void actions_with_the_same_token_run_at_the_same_time() {
        CyclicBarrier bothInside = new CyclicBarrier(2);

        List<CompletableFuture<Integer>> actions = Stream.of(1, 2)
                .map(i -> inBackground(7, () -> bothInside.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)))
                .toList();

        assertThat(actions).allSatisfy(action -> assertThat(action).succeedsWithin(PATIENCE));
    }

    @Test
    void a_newer_token_waits_for_actions_of_older_ones_and_lets_none_of_them_begin() throws Exception {
        CountDownLatch isInside = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        CompletableFuture<Boolean> older = inBackground(7, () -> {
            isInside.countDown();
            return mayEnd.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        });
        isInside.await();
        AtomicInteger order = new AtomicInteger();
        CompletableFuture<Integer> newer = inBackground(8, order::incrementAndGet);
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(guard.isAnybodyWaiting())
                .isTrue());
        CompletableFuture<Integer> late = inBackground(7, order::incrementAndGet);

        assertThat(newer).isNotDone();
        mayEnd.countDown();

        assertThat(older).succeedsWithin(PATIENCE).isEqualTo(true);
        assertThat(newer).succeedsWithin(PATIENCE).isEqualTo(1);
        assertThat(late)
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingRootCause()
                .isInstanceOf(FencedException.class);
    }

    @Test
    void a_thread_that_waits_for_an_older_action_can_be_interrupted_and_changes_nothing() throws Exception {
        CountDownLatch isInside = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        CompletableFuture<Boolean> older = inBackground(7, () -> {
            isInside.countDown();
            return mayEnd.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        });
        isInside.await();
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                guard.admit(new FencingToken(8));
                thrown.complete(new AssertionError("admitted"));
            } catch (Throwable t) {
                thrown.complete(t);
            }
        });
        waiting.start();
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(guard.isAnybodyWaiting())
                .isTrue());

        waiting.interrupt();

        assertThat(thrown).succeedsWithin(PATIENCE).isInstanceOf(InterruptedException.class);
        assertThat(guard.newest()).contains(new FencingToken(7));
        mayEnd.countDown();
        assertThat(older).succeedsWithin(PATIENCE);
    }

    @Test
    void a_newer_token_shown_from_inside_an_older_action_is_a_mistake_and_no_deadlock() throws Exception {
        guard.run(new FencingToken(7), () -> assertThatIllegalStateException()
                .isThrownBy(() -> guard.admit(new FencingToken(8)))
                .withMessageContaining("inside"));

        guard.run(new FencingToken(7), () -> {
            try {
                assertThat(guard.admit(new FencingToken(7))).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void a_newer_token_in_the_store_refuses_what_this_guard_has_not_seen() throws Exception {
        TokenStore shared = TokenStore.inMemory();
        FencingGuard here = FencingGuard.of("accounts", shared);
        FencingGuard there = FencingGuard.of("accounts", shared);
        FencingGuard ofAnother = FencingGuard.of("orders", shared);
        assertThat(here.admit(new FencingToken(7))).isTrue();

        there.admit(new FencingToken(8));

        assertThat(here.admit(new FencingToken(7))).isFalse();
        assertThatExceptionOfType(FencedException.class)
                .isThrownBy(() -> here.run(new FencingToken(7), () -> {}))
                .withMessageContaining("store");
        assertThat(ofAnother.admit(new FencingToken(7))).isTrue();
    }

    @Test
    void a_store_that_fails_lets_nobody_pass_and_blocks_nobody() throws Exception {
        AtomicLong failing = new AtomicLong(1);
        FencingGuard broken = FencingGuard.of("accounts", (resource, token) -> {
            if (failing.get() == 1) {
                throw new IllegalArgumentException("no connection");
            }
            return true;
        });
        for (long token : new long[] {7, 7, 8}) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> broken.admit(new FencingToken(token)))
                    .withMessage("no connection");
        }
        failing.set(0);

        assertThat(broken.admit(new FencingToken(6))).isTrue();
    }

    /** Whatever the interleaving: what ran, ran in the order of the tokens, and different tokens never overlapped. */
    @Test
    void under_contention_no_effect_of_an_older_token_follows_one_of_a_newer() throws Exception {
        long seed = System.nanoTime();
        int threads = 8;
        int rounds = 400;
        AtomicLong tokens = new AtomicLong(1);
        AtomicLong inside = new AtomicLong(); // token * 1000 + how many act with it
        List<Long> effects = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger refused = new AtomicInteger();
        CyclicBarrier start = new CyclicBarrier(threads);
        List<CompletableFuture<Void>> done = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Random random = new Random(seed + i);
            done.add(CompletableFuture.runAsync(
                    () -> {
                        try {
                            start.await();
                            long token = 1;
                            for (int round = 0; round < rounds; round++) {
                                if (random.nextInt(10) == 0) {
                                    token = tokens.incrementAndGet();
                                }
                                long mine = token;
                                try {
                                    guard.run(new FencingToken(mine), () -> {
                                        long before = inside.getAndUpdate(now -> now == 0 ? mine * 1000 + 1 : now + 1);
                                        assertThat(before == 0 || before / 1000 == mine)
                                                .as("token %d acts beside %d", mine, before / 1000)
                                                .isTrue();
                                        effects.add(mine);
                                        inside.updateAndGet(now -> now % 1000 == 1 ? 0 : now - 1);
                                    });
                                } catch (FencedException e) {
                                    refused.incrementAndGet();
                                    token = tokens.get();
                                }
                            }
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                    },
                    task -> new Thread(task).start()));
        }
        assertThat(done).allSatisfy(each -> assertThat(each).as("seed %d", seed).succeedsWithin(PATIENCE));

        assertThat(effects).as("seed %d", seed).isSorted();
        assertThat(refused.get()).as("somebody came too late").isPositive();
        assertThat(effects.size() + refused.get()).isEqualTo(threads * rounds);
    }

    private <T> CompletableFuture<T> inBackground(long token, FencingGuard.Action<T, Exception> action) {
        CompletableFuture<T> result = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        result.complete(guard.call(new FencingToken(token), action));
                    } catch (Throwable t) {
                        result.completeExceptionally(t);
                    }
                })
                .start();
        return result;
    }
}
