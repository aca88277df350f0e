// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import static io.holdfast.internal.registration.RegistrationBench.S1;
import static io.holdfast.internal.registration.RegistrationBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.holdfast.error.CapacityExceededException;
import io.holdfast.error.OwnershipConflictException;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState.AwaitingSession;
import io.holdfast.registration.RegistrationState.Closed;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.session.LittleTree.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What registrations of one client share: paths, the budget, the end. */
class RegistrationsTest {

    private final RegistrationBench bench = new RegistrationBench();

    @Test
    void refusesASecondRegistrationOfAPath() {
        bench.confirm(S1);
        Registration first = bench.register("/a");

        assertThatExceptionOfType(OwnershipConflictException.class)
                .isThrownBy(() -> bench.register("/a"))
                .withMessageContaining("another registration of this client");
        assertThat(first.state()).isInstanceOf(Registered.class);
        assertThat(bench.tree.count(Call.CREATE)).isEqualTo(1);
    }

    @Test
    void aRegistrationOfAPathThatIsBeingClosedStartsWhenThatIsDone() {
        bench.confirm(S1);
        Registration first = bench.register("/a");
        Runnable release = bench.tree.holdAnswers();
        var unused = first.closeAsync();

        Registration second = bench.register("/a"); // before the loop has heard of the closing
        assertThat(second.state()).isEqualTo(new AwaitingSession());
        assertThatExceptionOfType(OwnershipConflictException.class).isThrownBy(() -> bench.register("/a"));
        release.run();
        bench.settle();

        assertThat(first.state()).isEqualTo(new Closed());
        assertThat(second.state()).isInstanceOf(Registered.class);
    }

    @Test
    void aRegistrationThatIsClosedBeforeItStartsLetsNobodyPastTheOneBeforeIt() {
        bench.confirm(S1);
        Registration first = bench.register("/a");
        bench.tree.answer(Call.DELETE, Code.THROTTLEDOP);
        var unused = first.closeAsync();
        bench.settle();
        Registration second = bench.register("/a");
        var unusedToo = second.closeAsync();
        bench.settle();
        assertThat(second.state()).isEqualTo(new Closed());

        Registration third = bench.register("/a");
        assertThat(third.state()).isEqualTo(new AwaitingSession());
        bench.advance(Duration.ofSeconds(1));

        assertThat(first.state()).isEqualTo(new Closed());
        assertThat(third.state()).isInstanceOf(Registered.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPathIsFreeAsSoonAsItsUserHearsOfTheEnd(boolean fails) {
        RegistrationBench prompt =
                new RegistrationBench(Optional.of(Runnable::run)); // hears of it before anybody else does anything
        prompt.confirm(S1);
        if (fails) {
            prompt.put("/a", RegistrationBench.FOREIGN, "broker-8");
        }
        List<Registration> again = new ArrayList<>();
        Registration first =
                prompt.registrations.register("/a", () -> bytes("v0"), RegistrationOptions.defaults(), Runnable::run);
        CompletionStage<Void> registeredAgain = first.ended()
                .thenRun(() -> again.add(prompt.registrations.register(
                        "/a", () -> bytes("v0"), RegistrationOptions.defaults(), Runnable::run)));
        prompt.settle();
        var unused = first.closeAsync();
        prompt.settle();

        assertThat(registeredAgain).isCompleted();
        assertThat(again).hasSize(1);
    }

    @Test
    void keepsThePathsOfOneSessionWithinTheBudget() {
        String prefix = "/p/" + "x".repeat(500);
        List<Registration> fitting =
                IntStream.range(0, 8).mapToObj(i -> bench.register(prefix + i)).toList();

        assertThatExceptionOfType(CapacityExceededException.class)
                .isThrownBy(() -> bench.register(prefix + 8))
                .withMessageContaining("pathBudget of 4096")
                .withMessageContaining("4064 are in use");
        assertThat(bench.register("/small").state()).isEqualTo(new AwaitingSession());

        var unused = fitting.get(0).closeAsync();
        bench.settle();
        assertThat(bench.register(prefix + 8).state()).isEqualTo(new AwaitingSession());
    }

    @Test
    void aRefusedRegistrationTakesNothingOfTheBudget() {
        bench.register("/a");
        for (int i = 0; i < 1_000; i++) {
            assertThatExceptionOfType(OwnershipConflictException.class).isThrownBy(() -> bench.register("/a"));
        }

        assertThat(bench.register("/b").state()).isEqualTo(new AwaitingSession());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "/", "/a/", "/a//b", "/a/../b", "/a\u0000"})
    void refusesPathsThatZooKeeperWouldRefuse(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bench.register(path))
                .withMessageContaining("path must");
    }

    @Test
    void aSequentialPathMayEndInASlash() {
        bench.tree.put("/q", new byte[0], 0);
        bench.confirm(S1);
        Registration registration =
                bench.register("/q/", RegistrationOptions.builder().sequential().build());

        assertThat(registration.state().node().orElseThrow().path()).isEqualTo("/q/0000000000");
    }

    @Test
    void refusesDataThatAreMissingOrFitNoRequest() {
        assertThatNullPointerException()
                .isThrownBy(() -> bench.register("/a", () -> null, RegistrationOptions.defaults()))
                .withMessage("data");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bench.register("/a", () -> new byte[1_000_000], RegistrationOptions.defaults()))
                .withMessageContaining("data of /a must be at most")
                .withMessageContaining("1000000");
        assertThat(bench.register("/a").state()).as("the path is still free").isEqualTo(new AwaitingSession());
    }

    @Test
    void refusesEverythingOnceItIsClosed() {
        bench.registrations.close();

        assertThatIllegalStateException().isThrownBy(() -> bench.register("/a")).withMessageContaining("/a");
    }

    @Test
    void closesAllAtOnceAndTellsThoseWhoWait() {
        bench.confirm(S1);
        Registration registered = bench.register("/a");
        bench.put("/b", RegistrationBench.FOREIGN, "broker-8");
        Registration waiting = bench.register(
                "/b", RegistrationOptions.builder().waitForForeign().build());
        CompletionStage<RegisteredNode> stage = waiting.registered();
        bench.tree.takeRequests();

        bench.registrations.close();
        bench.settle();
        bench.advance(Duration.ofMinutes(1));

        assertThat(registered.state()).isEqualTo(new Closed());
        assertThat(registered.ended()).isCompleted();
        assertThat(stage).isCompletedExceptionally();
        assertThat(bench.tree.takeRequests())
                .as("the session's end takes the nodes along")
                .isEmpty();
    }

    @Test
    void hundredsAreCreatedInOneSession() {
        RegistrationBench large = new RegistrationBench();
        List<Registration> all =
                IntStream.range(0, 300).mapToObj(i -> large.register("/" + i)).toList();
        large.confirm(S1);

        assertThat(all).allSatisfy(each -> assertThat(each.state()).isInstanceOf(Registered.class));
        assertThat(large.tree.ephemeralsOf(S1)).hasSize(300);
    }
}
