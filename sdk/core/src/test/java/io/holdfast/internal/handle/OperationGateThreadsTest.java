// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gate with threads that block at it, and with many at once. */
class OperationGateThreadsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Semaphore held = new Semaphore(0);
    private final OperationGate gate = new OperationGate(held::release, () -> {});
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Whether the gate may be open: set before it opens, cleared after it has closed. */
    private volatile boolean mayBeOpen;

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void aBlockingCreateWaitsForTheConfirmation() throws Exception {
        CompletableFuture<Void> create = blockingCreate("e1");
        awaitHeld();
        assertThat(create).isNotDone();

        gate.open();

        assertThat(create).succeedsWithin(PATIENCE);
    }

    @Test
    void aBlockingReadWaitsBehindACreateAndIsSentInItsTurn() throws Exception {
        gate.submitEphemeral(() -> log.add("e1"), code -> {});
        awaitHeld();
        CompletableFuture<Void> read = blocking(false, "r1");
        gate.submit(() -> log.add("r2"));

        gate.open();

        assertThat(read).succeedsWithin(PATIENCE);
        assertThat(log).contains("r1").containsSubsequence("e1", "r2");
    }

    @Test
    void aCreateThatWaitsGoesOnWaitingIfTheGateClosesBeforeItsTurnComes() throws Exception {
        CompletableFuture<Void> create = blockingCreate("e1");
        awaitHeld();
        gate.submit(gate::hold); // the connection is lost before the waiting thread runs

        gate.open();
        awaitHeld();
        assertThat(create).isNotDone();

        gate.open();
        assertThat(create).succeedsWithin(PATIENCE);
    }

    @Test
    void aCreateThatWaitsIsRefusedWithItsSession() throws Exception {
        CompletableFuture<Void> create = blockingCreate("e1");
        awaitHeld();

        gate.refuse();

        assertThat(create)
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .withRootCauseInstanceOf(KeeperException.EphemeralOnLocalSessionException.class);
    }

    @Test
    void aCreateThatWaitsEndsWithItsHandle() throws Exception {
        CompletableFuture<Void> create = blockingCreate("e1");
        awaitHeld();

        gate.over();

        assertThat(create)
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .withRootCauseInstanceOf(KeeperException.SessionExpiredException.class);
    }

    @Test
    void anInterruptedThreadStopsWaitingAndHoldsNothingUp() throws Exception {
        CompletableFuture<Thread> waiter = new CompletableFuture<>();
        CompletableFuture<Void> create = CompletableFuture.runAsync(
                () -> {
                    waiter.complete(Thread.currentThread());
                    awaitTurn(true, "e1");
                },
                threads);
        awaitHeld();

        waiter.join().interrupt();

        assertThat(create)
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .withRootCauseInstanceOf(InterruptedException.class);
        gate.submit(() -> log.add("r1"));
        gate.open();
        assertThat(log).containsExactly("r1");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void sendsNothingEphemeralWhileClosedAndKeepsEachThreadsOrder(long seed) {
        int callers = 6;
        int each = 1_500;
        AtomicInteger violations = new AtomicInteger();
        AtomicBoolean isEnough = new AtomicBoolean();
        List<List<Integer>> sent = new ArrayList<>();
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (int caller = 0; caller < callers; caller++) {
            List<Integer> mine = Collections.synchronizedList(new ArrayList<>());
            sent.add(mine);
            SplittableRandom random = new SplittableRandom(seed * 31 + caller);
            running.add(CompletableFuture.runAsync(
                    () -> {
                        for (int i = 0; i < each || !isEnough.get(); i++) {
                            int number = i;
                            boolean isEphemeral = random.nextInt(3) == 0;
                            if (random.nextInt(20) == 0) {
                                awaitTurn(isEphemeral, "blocking");
                                mine.add(number);
                                continue;
                            }
                            submit(
                                    isEphemeral,
                                    () -> {
                                        mine.add(number);
                                        for (int spin = 0; spin < 100; spin++) {
                                            if (isEphemeral && !mayBeOpen) {
                                                violations.incrementAndGet();
                                            }
                                            Thread.onSpinWait(); // the gate cannot close until it is sent
                                        }
                                    },
                                    code -> violations.incrementAndGet());
                        }
                    },
                    threads));
        }

        CompletableFuture<Void> all = CompletableFuture.allOf(running.toArray(CompletableFuture[]::new));
        int rounds = 0;
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!all.isDone() && System.nanoTime() < until) {
            mayBeOpen = true;
            gate.open();
            Thread.onSpinWait();
            gate.hold();
            mayBeOpen = false;
            isEnough.set(++rounds > 10);
        }
        isEnough.set(true);
        mayBeOpen = true;
        gate.open();

        assertThat(all).succeedsWithin(PATIENCE);
        assertThat(rounds).isGreaterThan(10);
        assertThat(violations).hasValue(0);
        assertThat(sent)
                .allSatisfy(mine ->
                        assertThat(mine).hasSizeGreaterThanOrEqualTo(each).isSorted());
    }

    private CompletableFuture<Void> blockingCreate(String name) {
        return blocking(true, name);
    }

    private CompletableFuture<Void> blocking(boolean isEphemeral, String name) {
        return CompletableFuture.runAsync(() -> awaitTurn(isEphemeral, name), threads);
    }

    private void awaitTurn(boolean isEphemeral, String name) {
        try {
            gate.awaitTurn(isEphemeral, true, "/" + name);
            log.add(name);
        } catch (KeeperException | InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    private void awaitHeld() throws InterruptedException {
        assertThat(held.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private void submit(boolean isEphemeral, Runnable send, Consumer<Code> refuse) {
        if (isEphemeral) {
            gate.submitEphemeral(send, refuse);
        } else {
            gate.submit(send);
        }
    }
}
