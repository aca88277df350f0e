// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import static io.holdfast.internal.registration.RegistrationBench.S1;
import static io.holdfast.internal.registration.RegistrationBench.S2;
import static io.holdfast.internal.registration.RegistrationBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.session.LittleTree.Call;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replacing the payload in every state of a registration. */
class RegistrationDriverUpdateTest {

    private final RegistrationBench bench = new RegistrationBench();

    @Test
    void replacesTheDataOfARegisteredNodeInPlace() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        long czxid = bench.tree.node("/a").orElseThrow().czxid();
        bench.takeMoves("/a");

        CompletionStage<Void> update = update(registration, "v1");

        assertThat(update).isCompleted();
        assertThat(bench.payload("/a")).isEqualTo("v1");
        assertThat(bench.tree.node("/a").orElseThrow().czxid()).isEqualTo(czxid);
        assertThat(bench.takeMoves("/a")).isEmpty();
    }

    @Test
    void keepsTheTagInTheNode() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        update(registration, "v1");
        update(registration, "v2");
        bench.tree.unimplemented(Call.EPHEMERALS);
        bench.suspend();
        bench.confirm(S1);

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.payload("/a")).isEqualTo("v2");
    }

    @Test
    void isInTheFirstNodeIfItComesBeforeThere() {
        Registration registration = bench.register("/a");
        CompletionStage<Void> update = update(registration, "v1");
        assertThat(update.toCompletableFuture()).isNotDone();

        bench.confirm(S1);

        assertThat(update).isCompleted();
        assertThat(bench.payload("/a")).isEqualTo("v1");
        assertThat(bench.tree.count(Call.SET_DATA)).isZero();
    }

    @Test
    void followsACreateThatIsUnderWay() {
        bench.confirm(S1);
        Runnable release = bench.tree.holdAnswers();
        Registration registration = bench.register("/a");
        CompletionStage<Void> update = update(registration, "v1");
        assertThat(update.toCompletableFuture()).isNotDone();

        release.run();
        bench.settle();

        assertThat(update).isCompleted();
        assertThat(bench.payload("/a")).isEqualTo("v1");
    }

    @Test
    void ofSeveralOnlyTheNewestHasToBeWritten() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        Runnable release = bench.tree.holdAnswers();
        CompletionStage<Void> first = update(registration, "v1");
        CompletionStage<Void> second = update(registration, "v2");
        CompletionStage<Void> third = update(registration, "v3");

        release.run();
        bench.settle();

        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
        assertThat(third).isCompleted();
        assertThat(bench.payload("/a")).isEqualTo("v3");
        assertThat(bench.tree.count(Call.SET_DATA)).isEqualTo(2);
    }

    @Test
    void waitsForTheConnection() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        bench.suspend();
        CompletionStage<Void> update = update(registration, "v1");
        assertThat(update.toCompletableFuture()).isNotDone();

        bench.confirm(S1);

        assertThat(update).isCompleted();
        assertThat(bench.payload("/a")).isEqualTo("v1");
    }

    @Test
    void isInTheNextSessionsNode() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        bench.end();
        bench.tree.deleteAllOf(S1);
        CompletionStage<Void> update = update(registration, "v1");
        bench.confirm(S2);

        assertThat(update).isCompleted();
        assertThat(bench.payload("/a")).isEqualTo("v1");
    }

    @Test
    void isInTheNodeThatReplacesOneDeletedMeanwhile() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        bench.tree.before(Call.SET_DATA, () -> bench.tree.remove("/a"));
        CompletionStage<Void> update = update(registration, "v1");

        assertThat(update).isCompleted();
        assertThat(bench.payload("/a")).isEqualTo("v1");
        assertThat(registration.state()).isInstanceOf(Registered.class);
    }

    @Test
    void overwritesWhatSomebodyElseWroteMeanwhile() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        bench.tree.before(Call.SET_DATA, () -> bench.tree.overwrite("/a", bytes("edited")));
        CompletionStage<Void> update = update(registration, "v1");

        assertThat(update).isCompleted();
        assertThat(bench.payload("/a")).isEqualTo("v1");
    }

    @Test
    void isNotLostIfTheNewsOfAForeignChangeComesInBetween() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        bench.tree.overwrite("/a", bytes("edited"));
        bench.tree.deliver();
        bench.time.runDue(); // asks for the node's new version
        CompletionStage<Void> update = registration.update(bytes("v1"));
        bench.time.runDue(); // and writes with the former one
        bench.settle();

        assertThat(update).isCompleted();
        assertThat(bench.payload("/a")).isEqualTo("v1");
    }

    @Test
    void writesAgainAfterALostAnswer() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        bench.tree.loseAnswer(Call.SET_DATA);
        CompletionStage<Void> update = update(registration, "v1");
        bench.suspend();
        bench.confirm(S1);

        assertThat(update).isCompleted();
        assertThat(bench.payload("/a")).isEqualTo("v1");
        assertThat(registration.state()).isInstanceOf(Registered.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECTIONLOSS", "THROTTLEDOP", "REQUESTTIMEOUT"})
    void triesAgainAfterAPauseAndStaysRegistered(Code code) {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        bench.takeMoves("/a");
        for (int i = 0; i < 3; i++) {
            bench.tree.answer(Call.SET_DATA, code);
        }
        CompletionStage<Void> update = update(registration, "v1");
        assertThat(bench.tree.count(Call.SET_DATA)).isEqualTo(1);

        bench.advance(Duration.ofSeconds(10));

        assertThat(update).isCompleted();
        assertThat(bench.payload("/a")).isEqualTo("v1");
        assertThat(bench.takeMoves("/a")).isEmpty();
    }

    /** The ACL may let nobody write the node, its owner included. */
    @ParameterizedTest
    @EnumSource(names = {"NOAUTH", "QUOTAEXCEEDED"})
    void failsWhereTheEnsembleRefusesItAndTheNodeStays(Code code) {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        bench.takeMoves("/a");
        for (int i = 0; i < 50; i++) {
            bench.tree.answer(Call.SET_DATA, code);
        }
        CompletionStage<Void> update = update(registration, "v1");
        bench.advance(Duration.ofSeconds(10));

        assertThat(update)
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(RefusedByEnsembleException.class)
                .withMessageContaining(code.name());
        assertThat(bench.tree.count(Call.SET_DATA)).isEqualTo(1);
        assertThat(bench.takeMoves("/a")).isEmpty();
        assertThat(bench.payload("/a")).isEqualTo("v0");
        bench.tree.remove("/a");
        bench.settle();
        assertThat(bench.payload("/a"))
                .as("in every node that is created from now on")
                .isEqualTo("v1");
    }

    @Test
    void refusesAPayloadThatDoesNotFitAndSendsNothing() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> registration.update(new byte[1_000_000]))
                .withMessageContaining("jute.maxbuffer");
        assertThat(bench.tree.count(Call.SET_DATA)).isZero();
    }

    @Test
    void isRefusedOnceTheRegistrationIsClosed() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        registration.closeAsync();
        bench.settle();

        assertThatIllegalStateException().isThrownBy(() -> registration.update(bytes("v1")));
    }

    @Test
    void failsIfTheRegistrationIsClosedFirst() {
        Registration registration = bench.register("/a");
        CompletionStage<Void> update = update(registration, "v1");
        registration.closeAsync();
        bench.settle();

        assertThat(update).isCompletedExceptionally();
    }

    @Test
    void failsIfTheRegistrationIsClosedInTheSameMoment() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        registration.closeAsync();
        CompletionStage<Void> update = registration.update(bytes("v1")); // before the loop has heard of the closing
        bench.settle();

        assertThat(update).isCompletedExceptionally();
        assertThat(bench.tree.node("/a")).isEmpty();
    }

    @Test
    void failsIfTheClientIsClosedFirst() {
        Registration registration = bench.register("/a");
        CompletionStage<Void> update = update(registration, "v1");
        bench.registrations.close();
        bench.settle();

        assertThat(update).isCompletedExceptionally();
    }

    @Test
    void failsIfTheClientIsClosedWhileTheRegistrationWaitsForTheOneBeforeIt() {
        bench.confirm(S1);
        Registration former = bench.register("/a");
        bench.suspend();
        var unused = former.closeAsync();
        Registration registration = bench.register("/a");
        CompletionStage<Void> update = update(registration, "v1");
        assertThat(update.toCompletableFuture()).isNotDone();

        bench.registrations.close();
        bench.settle();

        assertThat(update).isCompletedExceptionally();
    }

    @Test
    void failsWithTheRegistration() {
        bench.put("/a", RegistrationBench.FOREIGN, "broker-8");
        Registration registration = bench.register("/a");
        CompletionStage<Void> update = update(registration, "v1");
        bench.confirm(S1);

        assertThat(update).isCompletedExceptionally();
    }

    private CompletionStage<Void> update(Registration registration, String payload) {
        CompletionStage<Void> update = registration.update(bytes(payload));
        bench.settle();
        return update;
    }
}
