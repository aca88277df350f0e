// SPDX-License-Identifier: Apache-2.0
package io.holdfast.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StateCellTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final List<String> reported = Collections.synchronizedList(new ArrayList<>());
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void appliesAndReportsAChange() {
        StateCell<String> cell = recording("a");

        assertThat(cell.apply(state -> state + "b")).isEqualTo("ab");

        assertThat(cell.get()).isEqualTo("ab");
        assertThat(reported).containsExactly("a->ab");
    }

    @Test
    void reportsNoStepThatChangesNothing() {
        StateCell<String> cell = recording("a");

        cell.apply(state -> state);
        cell.apply(state -> String.valueOf(new char[] {'a'}));

        assertThat(reported).isEmpty();
    }

    @Test
    void theChangeIsVisibleBeforeItIsReported() {
        List<String> seen = new ArrayList<>();
        StateCell<String>[] cell = newCell();
        cell[0] = new StateCell<>("a", (from, to) -> seen.add(cell[0].get()));

        cell[0].apply(state -> "b");

        assertThat(seen).containsExactly("b");
    }

    @Test
    void aStepThatFailsLeavesTheStateAlone() {
        StateCell<String> cell = recording("a");

        assertThatIllegalStateException()
                .isThrownBy(() -> cell.apply(state -> {
                    throw new IllegalStateException("refused");
                }));

        assertThat(cell.get()).isEqualTo("a");
        assertThat(cell.apply(state -> "b")).isEqualTo("b");
        assertThat(reported).containsExactly("a->b");
    }

    @Test
    void aReportThatFailsReachesTheCallerAndStopsNothing() {
        AtomicBoolean fails = new AtomicBoolean(true);
        StateCell<String> cell = new StateCell<>("a", (from, to) -> {
            reported.add(from + "->" + to);
            if (fails.getAndSet(false)) {
                throw new IllegalStateException("listener");
            }
        });

        assertThatIllegalStateException().isThrownBy(() -> cell.apply(state -> "b"));
        cell.apply(state -> "c");

        assertThat(cell.get()).isEqualTo("c");
        assertThat(reported).containsExactly("a->b", "b->c");
    }

    @Test
    void reportsWhileNobodyElseIsKeptFromReadingOrApplying() throws Exception {
        CountDownLatch reporting = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        StateCell<String> cell = new StateCell<>("a", (from, to) -> {
            reporting.countDown();
            awaitQuietly(goOn);
        });
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> cell.apply(state -> "b"), threads);
        assertThat(reporting.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

        CompletableFuture<String> read = CompletableFuture.supplyAsync(cell::get, threads);

        assertThat(read).succeedsWithin(PATIENCE).isEqualTo("b");
        goOn.countDown();
        assertThat(first).succeedsWithin(PATIENCE);
    }

    /** Whoever acts on a change (opens a gate, closes it) must not see an older one after a newer. */
    @Test
    void reportsChangesInTheirOrderWhicheverThreadIsFaster() throws Exception {
        CountDownLatch firstIsReported = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        StateCell<String> cell = new StateCell<>("held", (from, to) -> {
            if (to.equals("open")) {
                firstIsReported.countDown();
                awaitQuietly(goOn);
            }
            reported.add(to);
        });
        CompletableFuture<Void> slow = CompletableFuture.runAsync(() -> cell.apply(state -> "open"), threads);
        assertThat(firstIsReported.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();

        CompletableFuture<Void> fast = CompletableFuture.runAsync(() -> cell.apply(state -> "over"), threads);
        assertThat(fast).as("nobody waits for another thread's report").succeedsWithin(PATIENCE);
        goOn.countDown();
        assertThat(slow).succeedsWithin(PATIENCE);

        assertThat(reported).containsExactly("open", "over");
    }

    @Test
    void aStepAppliedByAReportIsReportedAfterIt() {
        StateCell<String>[] cell = newCell();
        cell[0] = new StateCell<>("a", (from, to) -> {
            if (to.equals("b")) {
                cell[0].apply(state -> "c");
            }
            reported.add(from + "->" + to);
        });

        cell[0].apply(state -> "b");

        assertThat(cell[0].get()).isEqualTo("c");
        assertThat(reported).containsExactly("a->b", "b->c");
    }

    @Test
    void losesNoStepAndReportsEachOnceInOrderUnderContention() {
        int each = 2_000;
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        StateCell<Integer> cell = new StateCell<>(0, (from, to) -> order.add(to));
        CompletableFuture<?>[] adders = new CompletableFuture<?>[4];
        for (int i = 0; i < adders.length; i++) {
            adders[i] = CompletableFuture.runAsync(
                    () -> {
                        for (int n = 0; n < each; n++) {
                            cell.apply(state -> state + 1);
                        }
                    },
                    threads);
        }

        assertThat(CompletableFuture.allOf(adders)).succeedsWithin(PATIENCE);

        assertThat(cell.get()).isEqualTo(4 * each);
        assertThat(order).hasSize(4 * each).isSorted();
    }

    private StateCell<String> recording(String initial) {
        return new StateCell<>(initial, (from, to) -> reported.add(from + "->" + to));
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static StateCell<String>[] newCell() {
        return new StateCell[1];
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
