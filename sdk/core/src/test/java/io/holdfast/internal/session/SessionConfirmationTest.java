// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.internal.session.SessionMachine.Closed;
import io.holdfast.internal.session.SessionMachine.Confirmed;
import io.holdfast.internal.session.SessionMachine.Expired;
import io.holdfast.internal.session.SessionMachine.Refused;
import io.holdfast.internal.session.SessionMachine.Suspended;
import io.holdfast.internal.session.SessionMachine.Unconfirmed;
import io.holdfast.internal.session.SessionMachine.Upgrading;
import io.holdfast.internal.session.SessionMachine.Verifying;
import io.holdfast.session.CloseReason;
import io.holdfast.session.SessionId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The driver of the session machine: which probes it sends, what their answers and their silence do. */
class SessionConfirmationTest {

    private static final SessionId ID = ConfirmationBench.ID;
    private static final Duration LIMIT = Duration.ofSeconds(8); // two thirds of the 12 s that are granted
    private static final Duration NS = Duration.ofNanos(1);

    private final ConfirmationBench bench = new ConfirmationBench(Duration.ofSeconds(10));
    private final SessionConfirmation confirmation = bench.confirmation;

    @Test
    void sendsNothingBeforeThereIsASession() {
        confirmation.wanted();
        confirmation.connected(SessionId.NONE, ConfirmationBench.GRANTED);

        assertThat(bench.probes).isEmpty();
    }

    @Test
    void sendsNothingWhileNobodyNeedsMoreThanReads() {
        bench.connect();

        assertThat(confirmation.state()).isInstanceOf(Unconfirmed.class);
        assertThat(bench.probes).isEmpty();
    }

    @Test
    void confirmsWithTwoProbesTheSecondAfterTheFirstIsAnswered() {
        bench.connect();
        confirmation.wanted();
        assertThat(bench.probes).hasSize(1);

        bench.answer(0, Code.NONODE);
        assertThat(confirmation.state()).isInstanceOf(Verifying.class);
        assertThat(bench.probes).hasSize(2);

        bench.answer(1, Code.NONODE);
        assertThat(confirmation.state()).isEqualTo(new Confirmed(ID, ConfirmationBench.GRANTED, 2));
        assertThat(bench.time.waiting()).as("limits that are left behind").isZero();
        assertThat(bench.moves).containsExactly("Unconfirmed", "Upgrading", "Verifying", "Confirmed");
    }

    @Test
    void confirmsAgainAfterAReconnectionWithOneProbe() {
        bench.confirm();

        confirmation.disconnected();
        bench.connect();
        assertThat(bench.probes).hasSize(3);
        bench.answer(2, Code.NONODE);

        assertThat(confirmation.state()).isEqualTo(new Confirmed(ID, ConfirmationBench.GRANTED, 3));
    }

    @Test
    void waitsBetweenTheProbesForWhatMustBeDoneThere() {
        CompletableFuture<Void> journal = bench.holdBeforeVerifying();
        bench.connect();
        confirmation.wanted();
        bench.answer(0, Code.NONODE);

        bench.time.advance(Duration.ofMinutes(1));
        assertThat(bench.probes).hasSize(1);
        assertThat(confirmation.state()).isInstanceOf(Verifying.class);

        journal.complete(null);
        assertThat(bench.probes).hasSize(2);
    }

    @Test
    void sendsNoSecondProbeWhenTheConnectionWasLostBetweenTheProbes() {
        CompletableFuture<Void> first = bench.holdBeforeVerifying();
        bench.connect();
        confirmation.wanted();
        bench.answer(0, Code.NONODE);
        confirmation.disconnected();
        CompletableFuture<Void> second = bench.holdBeforeVerifying();
        bench.connect();

        first.complete(null);
        assertThat(bench.probes).hasSize(1);
        second.complete(null);
        assertThat(bench.probes).hasSize(2);
    }

    @Test
    void refusesTheSessionIfWhatMustBeDoneBetweenTheProbesFails() {
        CompletableFuture<Void> journal = bench.holdBeforeVerifying();
        bench.connect();
        confirmation.wanted();
        bench.answer(0, Code.NONODE);

        journal.completeExceptionally(new UncheckedIOException(new IOException("disk full")));

        assertThat(confirmation.state()).isEqualTo(new Refused(ID, "disk full"));
        assertThat(bench.probes).hasSize(1);
    }

    /** The callbacks of a lost connection come before the news of the loss. */
    @Test
    void aConnectionLostBetweenTheProbesIsNoRefusal() {
        CompletableFuture<Void> drain = bench.holdBeforeVerifying();
        bench.connect();
        confirmation.wanted();
        bench.answer(0, Code.NONODE);

        drain.completeExceptionally(KeeperException.create(Code.CONNECTIONLOSS, "/locks/a"));
        assertThat(confirmation.state()).isInstanceOf(Verifying.class);

        confirmation.disconnected();
        bench.passBeforeVerifying();
        bench.connect();
        bench.answer(1, Code.NONODE);
        assertThat(confirmation.state()).isInstanceOf(Confirmed.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Code.class,
            names = {"REQUESTTIMEOUT", "THROTTLEDOP", "SYSTEMERROR"})
    void aRequestBetweenTheProbesThatLeadsNowhereEndsTheHandleIfTheConnectionStays(Code code) {
        CompletableFuture<Void> drain = bench.holdBeforeVerifying();
        bench.connect();
        confirmation.wanted();
        bench.answer(0, Code.NONODE);

        drain.completeExceptionally(KeeperException.create(code, "/locks/a"));
        assertThat(confirmation.state()).isInstanceOf(Verifying.class);
        bench.time.advance(LIMIT);

        assertThat(confirmation.state()).isEqualTo(new Closed(ID, CloseReason.PROBE_UNANSWERED));
    }

    @Test
    void aSessionThatTheLeaderNoLongerHoldsBetweenTheProbesIsRejected() {
        CompletableFuture<Void> drain = bench.holdBeforeVerifying();
        bench.connect();
        confirmation.wanted();
        bench.answer(0, Code.NONODE);

        drain.completeExceptionally(KeeperException.create(Code.SESSIONEXPIRED, "/locks/a"));

        assertThat(confirmation.state()).isEqualTo(new Closed(ID, CloseReason.REJECTED_BY_LEADER));
    }

    @Test
    void givesUpTheHandleWhenAProbeStaysUnansweredForTwoThirdsOfTheSessionTimeout() {
        bench.connect();
        confirmation.wanted();

        bench.time.advance(LIMIT.minus(NS));
        assertThat(confirmation.state()).isInstanceOf(Upgrading.class);
        bench.time.advance(NS);
        assertThat(confirmation.state()).isEqualTo(new Closed(ID, CloseReason.PROBE_UNANSWERED));

        bench.answer(0, Code.NONODE);
        assertThat(confirmation.state()).as("too late").isEqualTo(new Closed(ID, CloseReason.PROBE_UNANSWERED));
        assertThat(bench.probes).hasSize(1);
    }

    @Test
    void givesUpTheHandleAfterTheConfirmTimeoutIfThatIsShorter() {
        ConfirmationBench impatient = new ConfirmationBench(Duration.ofSeconds(1));
        impatient.connect();
        impatient.confirmation.wanted();
        impatient.answer(0, Code.NONODE);

        impatient.time.advance(Duration.ofSeconds(1).minus(NS));
        assertThat(impatient.confirmation.state()).isInstanceOf(Verifying.class);
        impatient.time.advance(NS);
        assertThat(impatient.confirmation.state()).isEqualTo(new Closed(ID, CloseReason.PROBE_UNANSWERED));
    }

    @Test
    void countsWhatProbesHaveWaitedAcrossReconnectionsButNotTheTimeWithoutConnection() {
        bench.connect();
        confirmation.wanted();
        bench.time.advance(Duration.ofSeconds(3));
        bench.answer(0, Code.CONNECTIONLOSS);
        confirmation.disconnected();
        assertThat(confirmation.state())
                .isEqualTo(new Suspended(ID, ConfirmationBench.GRANTED, false, true, 1, Duration.ofSeconds(3)));

        bench.time.advance(Duration.ofMinutes(1));
        bench.connect();

        bench.time.advance(Duration.ofSeconds(5).minus(NS));
        assertThat(confirmation.state()).isInstanceOf(Upgrading.class);
        bench.time.advance(NS);
        assertThat(confirmation.state()).isEqualTo(new Closed(ID, CloseReason.PROBE_UNANSWERED));
    }

    @Test
    void anAnswerToAnEarlierConnectionsProbeMovesNothing() {
        bench.connect();
        confirmation.wanted();
        confirmation.disconnected();
        bench.connect();

        bench.answer(0, Code.NONODE);
        assertThat(confirmation.state()).isInstanceOf(Upgrading.class);
        bench.answer(0, Code.SESSIONEXPIRED);
        bench.answer(0, Code.NOAUTH);
        assertThat(confirmation.state()).isInstanceOf(Upgrading.class);

        bench.answer(1, Code.NONODE);
        assertThat(confirmation.state()).isInstanceOf(Verifying.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Code.class,
            names = {"THROTTLEDOP", "SESSIONMOVED", "REQUESTTIMEOUT", "OPERATIONTIMEOUT", "CONNECTIONLOSS"})
    void anAnswerThatProvesNothingLeavesTheLimitStanding(Code code) {
        bench.connect();
        confirmation.wanted();
        bench.answer(0, code);
        assertThat(confirmation.state()).isInstanceOf(Upgrading.class);

        bench.time.advance(LIMIT);

        assertThat(confirmation.state()).isEqualTo(new Closed(ID, CloseReason.PROBE_UNANSWERED));
    }

    @Test
    void aRejectedProbeGivesUpTheHandle() {
        bench.connect();
        confirmation.wanted();
        bench.answer(0, Code.SESSIONEXPIRED);

        assertThat(confirmation.state()).isEqualTo(new Closed(ID, CloseReason.REJECTED_BY_LEADER));
        assertThat(bench.time.waiting()).isZero();
    }

    @Test
    void aRefusedProbeSaysWhichSettingToLookAt() {
        bench.connect();
        confirmation.wanted();
        bench.answer(0, Code.EPHEMERALONLOCALSESSION);

        assertThat(confirmation.state()).isEqualTo(new Refused(ID, Refusal.of(Code.EPHEMERALONLOCALSESSION)));
    }

    @Test
    void nothingMovesASessionThatIsOver() {
        bench.confirm();
        confirmation.sessionExpired();

        bench.connect();
        confirmation.wanted();
        confirmation.closedByUser();
        bench.answer(1, Code.SESSIONEXPIRED);

        assertThat(confirmation.state()).isEqualTo(new Expired(ID));
        assertThat(bench.probes).hasSize(2);
    }
}
