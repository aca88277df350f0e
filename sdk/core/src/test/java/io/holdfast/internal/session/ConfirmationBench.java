// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import io.holdfast.internal.time.SteppedTime;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException.Code;

/** A {@link SessionConfirmation} on a handle whose answers the test gives. */
final class ConfirmationBench implements ProbedHandle {

    static final SessionId ID = new SessionId(0x1000_0000_0000_0001L);
    static final Duration GRANTED = Duration.ofSeconds(12);
    static final Duration MARGIN = Duration.ofSeconds(3);

    final SteppedTime time = new SteppedTime();
    final List<Consumer<Code>> probes = new ArrayList<>();
    final List<String> moves = new ArrayList<>();
    final SessionConfirmation confirmation;

    private CompletableFuture<Void> beforeVerifying = CompletableFuture.completedFuture(null);

    ConfirmationBench(Duration confirmTimeout) {
        SessionSettings settings =
                new SessionSettings(Duration.ofSeconds(18), confirmTimeout, MARGIN, Duration.ofSeconds(2));
        confirmation = new SessionConfirmation(this, settings, time, time);
    }

    void connect() {
        confirmation.connected(ID, GRANTED);
    }

    /** Opens and confirms the session with probes 0 and 1. */
    void confirm() {
        connect();
        confirmation.wanted();
        answer(0, Code.NONODE);
        answer(1, Code.NONODE);
    }

    void answer(int probe, Code code) {
        probes.get(probe).accept(code);
    }

    CompletableFuture<Void> holdBeforeVerifying() {
        beforeVerifying = new CompletableFuture<>();
        return beforeVerifying;
    }

    void passBeforeVerifying() {
        beforeVerifying = CompletableFuture.completedFuture(null);
    }

    @Override
    public void sendProbe(Consumer<Code> answer) {
        probes.add(answer);
    }

    @Override
    public CompletionStage<Void> beforeVerifying(SessionId id) {
        return beforeVerifying;
    }

    @Override
    public void changed(SessionMachine from, SessionMachine to, SessionEvent by) {
        moves.add(to.getClass().getSimpleName());
    }
}
