// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.internal.time.WaitGuard;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.RegistrationListener;
import io.holdfast.registration.RegistrationState;
import io.holdfast.registration.RegistrationState.AwaitingSession;
import io.holdfast.registration.RegistrationState.Closed;
import io.holdfast.registration.RegistrationState.Closing;
import io.holdfast.registration.RegistrationState.Creating;
import io.holdfast.registration.RegistrationState.Failed;
import io.holdfast.registration.RegistrationState.InDoubt;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.registration.RegistrationState.Waiting;
import io.holdfast.session.SessionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The user's side: states, stages, listeners, blocking calls. */
class RegistrationHandleTest {

    private static final SessionId S = new SessionId(0x51);
    private static final RegisteredNode NODE = new RegisteredNode("/a", S, 0x1f);
    private static final RegisteredNode LATER = new RegisteredNode("/a", S, 0x2f);
    private final RefusedByEnsembleException error = new RefusedByEnsembleException("no", null);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private String whyNone = "";
    private final RegistrationHandle handle =
            new RegistrationHandle("/a", Runnable::run, new WaitGuard(), () -> whyNone, Duration.ofMillis(20));
    private final List<String> seen = new ArrayList<>();

    @Test
    void tellsWhetherItMoved() {
        assertThat(handle.move(new Creating(S))).isPresent();
        assertThat(handle.move(new Creating(S))).as("the same").isEmpty();
        assertThat(handle.move(new Registered(NODE))).isPresent();
        assertThat(handle.move(new Registered(LATER))).as("another node").isPresent();
        assertThat(handle.state()).isEqualTo(new Registered(LATER));
    }

    @Test
    void nothingLeavesTheEnd() {
        assertThat(handle.move(new Failed(error))).isPresent();

        assertThat(handle.move(new Closed())).isEmpty();
        assertThat(handle.move(new Registered(NODE))).isEmpty();
        assertThat(handle.move(new Failed(error))).isEmpty();

        assertThat(handle.state()).isEqualTo(new Failed(error));
    }

    @Test
    void tellsListenersEachChangeInOrderWhateverOneOfThemThrows() {
        handle.addListener((from, to) -> {
            throw new IllegalStateException("a listener's");
        });
        handle.addListener((from, to) -> seen.add(name(from) + ">" + name(to)));

        handle.move(new Creating(S));
        handle.move(new Registered(NODE));
        handle.move(new Registered(NODE));
        handle.move(new Closed());

        assertThat(seen).containsExactly("AwaitingSession>Creating", "Creating>Registered", "Registered>Closed");
    }

    @Test
    void tellsARemovedListenerNothingMore() {
        RegistrationListener listener = (from, to) -> seen.add(name(to));
        handle.addListener(listener);
        handle.move(new Creating(S));
        handle.removeListener(listener);
        handle.move(new Registered(NODE));

        assertThat(seen).containsExactly("Creating");
    }

    @Test
    void completesTheStageOfEachThatWaitsForTheNode() {
        CompletionStage<RegisteredNode> first = handle.registered();
        CompletionStage<RegisteredNode> second = handle.registered();
        handle.move(new Creating(S));
        assertThat(first.toCompletableFuture()).isNotDone();

        handle.move(new Registered(NODE));

        assertThat(first).isCompletedWithValue(NODE);
        assertThat(second).isCompletedWithValue(NODE);
        assertThat(handle.registered()).as("at once if it is now").isCompletedWithValue(NODE);
    }

    @Test
    void aNodeInDoubtIsNotARegisteredOne() {
        handle.move(new Registered(NODE));
        handle.move(new InDoubt(NODE));
        CompletionStage<RegisteredNode> stage = handle.registered();
        assertThat(stage.toCompletableFuture()).isNotDone();

        handle.move(new Registered(LATER));

        assertThat(stage).isCompletedWithValue(LATER);
    }

    @Test
    void oneUsersStageIsNotAnothers() {
        CompletableFuture<RegisteredNode> mine = handle.registered().toCompletableFuture();
        mine.cancel(true);
        handle.ended().toCompletableFuture().cancel(true);
        CompletionStage<RegisteredNode> yours = handle.registered();

        handle.move(new Registered(NODE));
        handle.move(new Closed());

        assertThat(yours).isCompletedWithValue(NODE);
        assertThat(handle.ended()).isCompleted();
    }

    @Test
    void failsThoseWhoWaitWhenItFails() {
        CompletionStage<RegisteredNode> stage = handle.registered();

        handle.move(new Failed(error));

        assertThat(stage).failsWithin(Duration.ZERO).withThrowableThat().withCause(error);
        assertThat(handle.registered()).isCompletedExceptionally();
        assertThat(handle.ended()).isCompleted();
        assertThatExceptionOfType(RefusedByEnsembleException.class)
                .isThrownBy(() -> handle.awaitRegistered(PATIENCE))
                .isSameAs(error);
    }

    @Test
    void failsThoseWhoWaitWhenItIsClosed() {
        CompletionStage<RegisteredNode> stage = handle.registered();

        handle.move(new Closing());
        assertThat(stage.toCompletableFuture()).isNotDone();
        handle.move(new Closed());

        assertThat(stage)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(IllegalStateException.class)
                .withMessageContaining("/a");
        assertThatIllegalStateException().isThrownBy(() -> handle.awaitRegistered(PATIENCE));
    }

    @Test
    void waitsForTheNodeAsLongAsItIsToldTo() throws Exception {
        CompletableFuture<RegisteredNode> waiting = CompletableFuture.supplyAsync(() -> awaitQuietly(PATIENCE));
        handle.move(new Creating(S));
        handle.move(new Registered(NODE));

        assertThat(waiting).succeedsWithin(PATIENCE).isEqualTo(NODE);
        assertThat(handle.awaitRegistered(Duration.ZERO)).isEqualTo(NODE);
    }

    @Test
    void saysWhatItWaitsForWhenTheTimeIsOver() {
        handle.move(new Waiting(S, "the end of session 0x50", Duration.ZERO, Optional.of(Duration.ofSeconds(10))));

        assertThatExceptionOfType(SessionNotConfirmedException.class)
                .isThrownBy(() -> handle.awaitRegistered(Duration.ofMillis(5)))
                .withMessageContaining("/a is not registered after 5 ms")
                .withMessageContaining("waiting for the end of session 0x50, at most 10000 ms")
                .withMessageContaining("keeps trying");
    }

    @Test
    void refusesToWaitForANegativeTime() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> handle.awaitRegistered(Duration.ofNanos(-1)))
                .withMessageContaining("atMost must be zero or more, but was PT-0.000000001S");
    }

    @Test
    void passesCommandsOnUntilItIsOver() {
        handle.bind(commands());
        handle.update(new byte[] {1});
        handle.closeAsync();
        assertThat(seen).containsExactly("update", "close");

        handle.move(new Closing());
        assertThatIllegalStateException().isThrownBy(() -> handle.update(new byte[] {1}));
        handle.move(new Closed());
        assertThatIllegalStateException()
                .isThrownBy(() -> handle.update(new byte[] {1}))
                .withMessageContaining("closed");
    }

    @Test
    void closingWaitsNoLongerThanItsLimit() {
        handle.bind(commands());

        handle.close(); // nobody ends it

        assertThat(seen).containsExactly("close");
        assertThat(handle.state()).isEqualTo(new AwaitingSession());
    }

    @Test
    void anInterruptedThreadDoesNotWaitForTheEndAndStaysInterrupted() {
        RegistrationHandle patient =
                new RegistrationHandle("/a", Runnable::run, new WaitGuard(), () -> whyNone, PATIENCE.multipliedBy(100));
        patient.bind(commands());
        AtomicBoolean isInterrupted = new AtomicBoolean();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> {
            Thread.currentThread().interrupt();
            patient.close();
            isInterrupted.set(Thread.interrupted());
        });

        assertThat(closing).succeedsWithin(PATIENCE);
        assertThat(isInterrupted).isTrue();
    }

    @Test
    void printsItsPathAndState() {
        assertThat(handle).hasToString("registration of /a (waiting for a confirmed session)");
        whyNone = "no server answers";
        assertThat(handle).hasToString("registration of /a (waiting for a confirmed session: no server answers)");
        assertThat(handle.move(new Registered(NODE))).isPresent();
        assertThat(handle).hasToString("registration of /a (registered: /a (session 0x51, czxid 0x1f))");
    }

    @Test
    void whoWaitsInItsOwnListenerIsWoken() throws Exception {
        ExecutorService pool = Executors.newCachedThreadPool();
        try {
            RegistrationHandle own =
                    new RegistrationHandle("/a", pool, new WaitGuard(), () -> whyNone, PATIENCE.multipliedBy(100));
            CompletableFuture<RegisteredNode> got = new CompletableFuture<>();
            CountDownLatch isListening = new CountDownLatch(1);
            own.addListener((from, to) -> {
                if (to instanceof Creating) {
                    isListening.countDown();
                    try {
                        got.complete(own.awaitRegistered(PATIENCE));
                    } catch (InterruptedException | RuntimeException e) {
                        got.completeExceptionally(e);
                    }
                }
            });
            own.move(new Creating(S));
            isListening.await();
            own.move(new Registered(NODE));

            assertThat(got).succeedsWithin(PATIENCE).isEqualTo(NODE);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void refusesToWaitWhereItWouldWaitForItself() {
        WaitGuard waits = new WaitGuard();
        RegistrationHandle own = new RegistrationHandle("/a", Runnable::run, waits, () -> whyNone, PATIENCE);
        own.bind(commands());

        waits.serving("a supplier runs on it", () -> {
            assertThatIllegalStateException()
                    .isThrownBy(() -> own.awaitRegistered(PATIENCE))
                    .withMessageContaining("awaitRegistered of /a")
                    .withMessageContaining("a supplier runs on it")
                    .withMessageContaining("registered()");
            own.close(); // begins, and does not wait
        });

        assertThat(seen).containsExactly("close");
        waits.require("what", "instead"); // the thread serves nobody any more
    }

    private RegisteredNode awaitQuietly(Duration atMost) {
        try {
            return handle.awaitRegistered(atMost);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private RegistrationHandle.Commands commands() {
        return new RegistrationHandle.Commands() {
            @Override
            public CompletionStage<Void> update(byte[] payload) {
                seen.add("update");
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public void close() {
                seen.add("close");
            }
        };
    }

    private static String name(RegistrationState state) {
        return state.getClass().getSimpleName();
    }
}
