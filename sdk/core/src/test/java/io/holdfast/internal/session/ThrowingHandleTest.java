// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.internal.session.SessionMachine.Closed;
import io.holdfast.internal.session.SessionMachine.Confirmed;
import io.holdfast.internal.session.SessionMachine.Refused;
import io.holdfast.internal.time.SteppedTime;
import io.holdfast.session.CloseReason;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Test;

/** What the handle, and whoever it tells, throws neither stops the machine of its session nor leaves it without a next step. */
class ThrowingHandleTest implements ProbedHandle {

    private static final SessionId ID = new SessionId(7);
    private static final Duration GRANTED = Duration.ofSeconds(12);

    private final SteppedTime time = new SteppedTime();
    private final List<Consumer<Code>> probes = new ArrayList<>();
    private final SessionConfirmation confirmation =
            new SessionConfirmation(this, SessionSettings.defaults(), time, time);

    private boolean isPreparationBroken;
    private boolean isHandleBroken;

    @Test
    void isConfirmedAlthoughWhoeverIsToldThrows() {
        confirm();

        assertThat(confirmation.state()).isInstanceOf(Confirmed.class);
    }

    @Test
    void isRefusedWithTheReasonIfWhatPrecedesTheSecondProbeThrows() {
        isPreparationBroken = true;

        confirm();

        assertThat(confirmation.state()).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.reason())
                .isEqualTo("no journal"));
    }

    @Test
    void isGivenUpInTimeIfNoProbeCanBeSent() {
        isHandleBroken = true;

        confirm();
        time.advance(GRANTED);

        assertThat(confirmation.state()).isEqualTo(new Closed(ID, CloseReason.PROBE_UNANSWERED));
    }

    @Test
    void aHeartbeatThatCannotBeSentProvesNothingAndTheNextIsTried() {
        confirm();
        isHandleBroken = true;
        assertThat(confirmation.heartbeat()).isCompletedWithValue(false);

        isHandleBroken = false;
        CompletionStage<Boolean> next = confirmation.heartbeat();
        probes.get(probes.size() - 1).accept(Code.NONODE);

        assertThat(next).isCompletedWithValue(true);
    }

    private void confirm() {
        confirmation.connected(ID, GRANTED);
        confirmation.wanted();
        for (int probe = 0; probe < probes.size(); probe++) {
            probes.get(probe).accept(Code.NONODE);
        }
    }

    @Override
    public void sendProbe(Consumer<Code> answer) {
        if (isHandleBroken) {
            throw new NoClassDefFoundError("the handle of the test");
        }
        probes.add(answer);
    }

    @Override
    public CompletionStage<Void> beforeVerifying(SessionId id) {
        if (isPreparationBroken) {
            throw new IllegalStateException("no journal");
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void changed(SessionMachine from, SessionMachine to, SessionEvent by) {
        throw new AssertionError("whoever is told");
    }
}
