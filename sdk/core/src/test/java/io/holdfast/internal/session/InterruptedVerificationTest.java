// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.internal.session.SessionMachine.Closed;
import io.holdfast.internal.session.SessionMachine.Confirmed;
import io.holdfast.internal.session.SessionMachine.Refused;
import io.holdfast.internal.session.SessionMachine.Suspended;
import io.holdfast.internal.session.SessionMachine.Verifying;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a session when the work between its two probes fails. */
class InterruptedVerificationTest {
    private static final SessionId SESSION = new SessionId(7);
    private static final Duration TIMEOUT = Duration.ofSeconds(6);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ScriptedHandle handle = new ScriptedHandle();
    private final SessionConfirmation confirmation =
            new SessionConfirmation(handle, SessionSettings.defaults(), () -> 0, timer);

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    /** The ZooKeeper client fails what is under way before it tells of the disconnection that is the reason. */
    @Test
    void aLostConnectionRefusesNothing() {
        CompletableFuture<Void> drain = handle.nextWork();
        upgrade();

        drain.completeExceptionally(KeeperException.create(Code.CONNECTIONLOSS, "/locks/a"));
        confirmation.disconnected();

        assertThat(confirmation.state()).isInstanceOf(Suspended.class);
    }

    @Test
    void theWorkIsDoneAgainAfterTheReconnection() {
        CompletableFuture<Void> drain = handle.nextWork();
        upgrade();
        drain.completeExceptionally(KeeperException.create(Code.CONNECTIONLOSS, "/locks/a"));
        confirmation.disconnected();
        handle.nextWork().complete(null);

        confirmation.connected(SESSION, TIMEOUT);
        handle.answer(Code.NONODE);

        assertThat(confirmation.state()).isInstanceOf(Confirmed.class);
    }

    @Test
    void anAnswerThatTheSessionIsOverGivesTheHandleUp() {
        CompletableFuture<Void> drain = handle.nextWork();
        upgrade();

        drain.completeExceptionally(KeeperException.create(Code.SESSIONEXPIRED, "/locks/a"));

        assertThat(confirmation.state()).isInstanceOfSatisfying(Closed.class, closed -> assertThat(closed.isGivenUp())
                .isTrue());
    }

    @Test
    void aJournalThatCannotBeWrittenRefusesTheSession() {
        CompletableFuture<Void> journal = handle.nextWork();
        upgrade();

        journal.completeExceptionally(new UncheckedIOException("no space for the journal", new IOException()));

        assertThat(confirmation.state()).isEqualTo(new Refused(SESSION, "no space for the journal"));
    }

    private void upgrade() {
        confirmation.wanted();
        confirmation.connected(SESSION, TIMEOUT);
        handle.answer(Code.NONODE);
        assertThat(confirmation.state()).isInstanceOf(Verifying.class);
    }

    private static final class ScriptedHandle implements ProbedHandle {
        private final ArrayDeque<CompletableFuture<Void>> work = new ArrayDeque<>();
        private final ArrayDeque<Consumer<Code>> probes = new ArrayDeque<>();

        CompletableFuture<Void> nextWork() {
            CompletableFuture<Void> next = new CompletableFuture<>();
            work.add(next);
            return next;
        }

        void answer(Code code) {
            probes.remove().accept(code);
        }

        @Override
        public void sendProbe(Consumer<Code> answer) {
            probes.add(answer);
        }

        @Override
        public CompletionStage<Void> beforeVerifying(SessionId id) {
            // as the real ones do, it fails with the cause wrapped
            return work.remove().thenRun(() -> {});
        }

        @Override
        public void changed(SessionMachine from, SessionMachine to, SessionEvent by) {}
    }
}
