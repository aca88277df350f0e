// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Test;

/** What the gate does with operations that do not block. */
class OperationGateTest {

    private final List<String> log = new ArrayList<>();
    private int asked;
    private final OperationGate gate = new OperationGate(() -> asked++, () -> {});

    @Test
    void holdsEphemeralCreatesBackAndAsksForAConfirmationEachTime() {
        ephemeral("e1");
        ephemeral("e2");

        assertThat(log).isEmpty();
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void letsAllElseThroughWhileNothingWaits() {
        other("r1");
        other("r2");

        assertThat(log).containsExactly("r1", "r2");
        assertThat(asked).isZero();
    }

    @Test
    void keepsTheOrderBehindTheFirstThatWaits() {
        other("r1");
        ephemeral("e1");
        other("r2");
        ephemeral("e2");
        other("r3");
        assertThat(log).containsExactly("r1");

        gate.open();

        assertThat(log).containsExactly("r1", "e1", "r2", "e2", "r3");
    }

    @Test
    void sendsAtOnceWhileOpen() {
        gate.open();
        ephemeral("e1");
        other("r1");

        assertThat(log).containsExactly("e1", "r1");
        assertThat(asked).isZero();
    }

    @Test
    void holdsBackAgainAfterTheConnectionWasLost() {
        gate.open();
        gate.hold();
        ephemeral("e1");
        other("r1");
        assertThat(log).isEmpty();

        gate.open();
        assertThat(log).containsExactly("e1", "r1");
    }

    @Test
    void whatAnAnswerMakesIsSentBehindWhatWaited() {
        gate.submitEphemeral(
                () -> {
                    log.add("e1");
                    other("r2");
                },
                code -> {});
        other("r1");

        gate.open();

        assertThat(log).containsExactlyInAnyOrder("e1", "r1", "r2").startsWith("e1");
    }

    @Test
    void anOperationThatCannotBeSentStopsNoOther() {
        gate.submitEphemeral(
                () -> {
                    throw new IllegalArgumentException("no such mode");
                },
                code -> {});
        other("r1");

        gate.open();

        assertThat(log).containsExactly("r1");
    }

    @Test
    void theCallerLearnsAtOnceWhyAnOperationCannotBeSentNow() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gate.submit(() -> {
                    throw new IllegalArgumentException("path");
                }));
    }

    @Test
    void refusesEphemeralCreatesOfASessionThatMayOwnNoneAndSendsTheRest() {
        ephemeral("e1");
        other("r1");
        gate.refuse();
        ephemeral("e2");
        other("r2");

        assertThat(log)
                .containsExactlyInAnyOrder("e1 EPHEMERALONLOCALSESSION", "r1", "e2 EPHEMERALONLOCALSESSION", "r2")
                .containsSubsequence("r1", "r2");
        assertThat(asked).isEqualTo(1);
    }

    /** The answer to a refused create may send more, which must not overtake what was called before. */
    @Test
    void keepsTheOrderOfTheRestWhileItRefuses() {
        gate.submitEphemeral(() -> log.add("e1"), code -> other("r2"));
        other("r1");

        gate.refuse();

        assertThat(log).containsExactly("r1", "r2");
    }

    @Test
    void answersEphemeralCreatesOfAHandleThatIsOverAndLeavesTheRestToTheHandle() {
        ephemeral("e1");
        other("r1");
        assertThat(gate.isOver()).isFalse();
        gate.over();
        ephemeral("e2");
        other("r2");

        assertThat(log).containsExactly("e1 SESSIONEXPIRED", "r1", "e2 SESSIONEXPIRED", "r2");
        assertThat(gate.isOver()).isTrue();
    }

    @Test
    void nothingOpensAHandleThatIsOver() throws Exception {
        gate.over();
        gate.open();
        gate.hold();
        gate.refuse();
        ephemeral("e1");

        assertThat(log).containsExactly("e1 SESSIONEXPIRED");
        assertThatExceptionOfType(KeeperException.SessionExpiredException.class)
                .isThrownBy(() -> gate.awaitTurn(true, true, "/e"))
                .matches(e -> "/e".equals(e.getPath()));
        gate.awaitTurn(false, true, "/r");
    }

    @Test
    void aRefusedSessionIsReleasedByALaterConfirmation() {
        gate.refuse();
        gate.open();
        ephemeral("e1");

        assertThat(log).containsExactly("e1");
    }

    @Test
    void theSdksOwnCreatesAreSentAtOnceOrNotAtAll() {
        assertThat(gate.sendIfOpen(() -> log.add("held"))).isFalse();
        ephemeral("e1");
        gate.open();
        assertThat(gate.sendIfOpen(() -> log.add("own"))).isTrue();
        gate.hold();
        assertThat(gate.sendIfOpen(() -> log.add("held"))).isFalse();
        gate.refuse();
        assertThat(gate.sendIfOpen(() -> log.add("refused"))).isFalse();
        gate.over();
        assertThat(gate.sendIfOpen(() -> log.add("over"))).isFalse();

        assertThat(log).containsExactly("e1", "own");
    }

    @Test
    void refusesToBlockTheEventThreadAndSendsNothing() throws Exception {
        assertThatExceptionOfType(KeeperException.ConnectionLossException.class)
                .isThrownBy(() -> gate.awaitTurn(true, false, "/e"))
                .matches(e -> "/e".equals(e.getPath()));
        gate.awaitTurn(false, false, "/r");

        ephemeral("e1");
        assertThatExceptionOfType(KeeperException.ConnectionLossException.class)
                .as("a read that would have to wait behind a create")
                .isThrownBy(() -> gate.awaitTurn(false, false, "/r"));

        gate.open();
        gate.awaitTurn(true, false, "/e");
        gate.refuse();
        assertThatExceptionOfType(KeeperException.EphemeralOnLocalSessionException.class)
                .isThrownBy(() -> gate.awaitTurn(true, false, "/e"));
    }

    /** As a plain handle answers what it has not sent when the connection breaks: nobody waits for an ensemble out of reach. */
    @Test
    void answersCreatesThatWaitWhenTheConnectionIsLostAndSendsTheRest() {
        ephemeral("e1");
        other("r1");

        gate.connectionLost();

        assertThat(log).containsExactlyInAnyOrder("e1 CONNECTIONLOSS", "r1");
        gate.open();
        ephemeral("e2");
        assertThat(log).last().isEqualTo("e2");
    }

    @Test
    void holdsReadsBackTooWhileAnEarlierSessionsNodesMayStand() {
        gate.holdEverything();
        other("r1");
        assertThat(log).isEmpty();

        gate.open();
        other("r2");
        gate.hold();
        other("r3");

        assertThat(log).containsExactly("r1", "r2", "r3");
    }

    @Test
    void aLostConnectionDoesNotUndoARefusal() {
        gate.refuse();
        gate.connectionLost();
        ephemeral("e1");

        assertThat(log).containsExactly("e1 EPHEMERALONLOCALSESSION");
    }

    private void ephemeral(String name) {
        gate.submitEphemeral(() -> log.add(name), (Code code) -> log.add(name + " " + code));
    }

    private void other(String name) {
        gate.submit(() -> log.add(name));
    }
}
