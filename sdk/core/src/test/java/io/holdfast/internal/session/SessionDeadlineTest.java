// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.internal.session.SessionMachine.Closed;
import io.holdfast.internal.session.SessionMachine.Confirmed;
import io.holdfast.session.CloseReason;
import io.holdfast.session.SessionId;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Test;

/** What a {@link SessionConfirmation} says about the time until which its session is certain to live. */
class SessionDeadlineTest {

    private static final SessionId ID = ConfirmationBench.ID;
    private static final Duration LIFE = ConfirmationBench.GRANTED.minus(ConfirmationBench.MARGIN);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ConfirmationBench bench = new ConfirmationBench(Duration.ofSeconds(10));
    private final SessionConfirmation confirmation = bench.confirmation;

    @Test
    void hasNoDeadlineBeforeTheFirstConfirmation() {
        assertThat(confirmation.deadline()).isEmpty();
        bench.connect();
        assertThat(confirmation.deadline()).isEmpty();
        confirmation.wanted();
        assertThat(confirmation.deadline()).isEmpty();
        bench.answer(0, Code.NONODE);

        assertThat(confirmation.deadline())
                .as("one probe does not prove that no closeSession precedes it")
                .isEmpty();
    }

    @Test
    void countsFromWhenTheAnsweredProbeWasSentNotFromItsAnswer() {
        bench.connect();
        confirmation.wanted();
        bench.answer(0, Code.NONODE);
        bench.time.advance(SECOND.multipliedBy(2));

        bench.answer(1, Code.NONODE);

        assertThat(remaining()).isEqualTo(LIFE.minus(SECOND.multipliedBy(2)));
        assertThat(confirmation.sinceWaitingProof(bench.time.read())).isEqualTo(SECOND.multipliedBy(2));
    }

    @Test
    void runsOutInAConnectedSessionThatNobodyAsksAbout() {
        bench.confirm();

        bench.time.advance(LIFE.minusNanos(1));
        assertThat(remaining()).isEqualTo(Duration.ofNanos(1));
        bench.time.advance(Duration.ofNanos(1));

        assertThat(remaining()).isZero();
        assertThat(confirmation.state()).isInstanceOf(Confirmed.class);
    }

    @Test
    void isKnownWhileDisconnectedAndNotMovedByTheReconnectionItself() {
        bench.confirm();
        bench.time.advance(SECOND);
        confirmation.disconnected();
        assertThat(remaining()).isEqualTo(LIFE.minus(SECOND));
        bench.time.advance(SECOND);
        bench.connect();

        assertThat(remaining()).isEqualTo(LIFE.minus(SECOND.multipliedBy(2)));
        bench.answer(2, Code.NONODE);
        assertThat(remaining()).as("nor by one more proof").isEqualTo(LIFE.minus(SECOND.multipliedBy(2)));
    }

    @Test
    void isUnknownOnceTheSessionIsOver() {
        bench.confirm();
        confirmation.sessionExpired();

        assertThat(confirmation.deadline()).isEmpty();
    }

    @Test
    void aHeartbeatMovesTheDeadlineToWhenItWasSentOnceALaterOneIsAnswered() {
        bench.confirm();
        bench.time.advance(SECOND.multipliedBy(5));
        CompletionStage<Boolean> heartbeat = confirmation.heartbeat();
        bench.answer(2, Code.NONODE);
        assertThat(heartbeat).isCompletedWithValue(true);
        assertThat(remaining())
                .as("the leader may not have been told of it yet")
                .isEqualTo(LIFE.minus(SECOND.multipliedBy(5)));
        bench.time.advance(SECOND.multipliedBy(2));
        confirmation.heartbeat();
        bench.time.advance(SECOND);

        bench.answer(3, Code.NONODE);

        assertThat(remaining()).isEqualTo(LIFE.minus(SECOND.multipliedBy(3)));
        assertThat(bench.time.waiting()).isZero();
    }

    @Test
    void anAnsweredWriteIsAsGoodAsAHeartbeat() {
        bench.confirm();
        bench.time.advance(SECOND.multipliedBy(5));
        confirmation.writeAnswered(confirmation.now());
        bench.time.advance(SECOND.multipliedBy(2));
        confirmation.writeAnswered(confirmation.now());

        assertThat(remaining()).isEqualTo(LIFE.minus(SECOND.multipliedBy(2)));
    }

    @Test
    void aWriteOfASessionThatIsNotConfirmedProvesNothing() {
        bench.connect();
        confirmation.writeAnswered(confirmation.now());

        assertThat(confirmation.deadline()).isEmpty();
    }

    @Test
    void onlyOneHeartbeatIsUnderWayAndOnlyInAConfirmedSession() {
        assertThat(confirmation.heartbeat()).isCompletedWithValue(false);
        bench.confirm();

        confirmation.heartbeat();
        assertThat(confirmation.heartbeat()).isCompletedWithValue(false);
        assertThat(bench.probes).hasSize(3);

        bench.answer(2, Code.NONODE);
        confirmation.heartbeat();
        assertThat(bench.probes).hasSize(4);
    }

    @Test
    void aRejectedHeartbeatGivesUpTheHandle() {
        bench.confirm();
        CompletionStage<Boolean> heartbeat = confirmation.heartbeat();

        bench.answer(2, Code.SESSIONEXPIRED);

        assertThat(confirmation.state()).isEqualTo(new Closed(ID, CloseReason.REJECTED_BY_LEADER));
        assertThat(heartbeat).isCompletedWithValue(false);
    }

    @Test
    void anUnansweredHeartbeatGivesUpTheHandle() {
        bench.confirm();
        confirmation.heartbeat();

        bench.time.advance(SECOND.multipliedBy(8).minusNanos(1));
        assertThat(confirmation.state()).isInstanceOf(Confirmed.class);
        bench.time.advance(Duration.ofNanos(1));

        assertThat(confirmation.state()).isEqualTo(new Closed(ID, CloseReason.PROBE_UNANSWERED));
    }

    @Test
    void aHeartbeatTakenAwayByTheConnectionHarmsNothing() {
        bench.confirm();
        CompletionStage<Boolean> heartbeat = confirmation.heartbeat();
        bench.answer(2, Code.CONNECTIONLOSS);
        confirmation.disconnected();
        bench.connect();
        bench.answer(3, Code.NONODE);

        bench.time.advance(Duration.ofMinutes(1));

        assertThat(heartbeat).isCompletedWithValue(false);
        assertThat(confirmation.state()).isInstanceOf(Confirmed.class);
    }

    @Test
    void anAnswerThatProvesNothingDoesNotMoveTheDeadline() {
        bench.confirm();
        bench.time.advance(SECOND);
        CompletionStage<Boolean> heartbeat = confirmation.heartbeat();

        bench.answer(2, Code.THROTTLEDOP);

        assertThat(heartbeat).isCompletedWithValue(false);
        assertThat(remaining()).isEqualTo(LIFE.minus(SECOND));
    }

    @Test
    void aVeryLongTimeIsSinceAProofThatNeverCame() {
        assertThat(confirmation.sinceWaitingProof(bench.time.read())).isGreaterThan(Duration.ofHours(1));
    }

    private Duration remaining() {
        return confirmation.deadline().orElseThrow().remaining(bench.time.read());
    }
}
