// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import static io.holdfast.internal.registration.RegistrationBench.FOREIGN;
import static io.holdfast.internal.registration.RegistrationBench.S1;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.error.OwnershipConflictException;
import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.event.HoldfastEvent;
import io.holdfast.registration.Parents;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState.AwaitingSession;
import io.holdfast.registration.RegistrationState.Creating;
import io.holdfast.registration.RegistrationState.Failed;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.registration.RegistrationState.Waiting;
import io.holdfast.session.LittleTree.Call;
import io.holdfast.session.SessionId;
import io.holdfast.session.Znode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How a registration comes by its node: answers, lost answers, parents. */
class RegistrationDriverCreateTest {

    private final RegistrationBench bench = new RegistrationBench();

    @Test
    void waitsForASessionAndThenCreatesAndWatchesInOneRoundTrip() {
        Registration registration = bench.register("/a");
        assertThat(registration.state()).isEqualTo(new AwaitingSession());
        assertThat(bench.tree.takeRequests()).isEmpty();

        bench.confirm(S1);

        Znode node = bench.tree.node("/a").orElseThrow();
        assertThat(node.owner()).isEqualTo(S1);
        assertThat(registration.state())
                .isEqualTo(new Registered(new RegisteredNode("/a", new SessionId(S1), node.czxid())));
        assertThat(bench.payload("/a")).isEqualTo("v0");
        assertThat(bench.tree.takeRequests()).containsExactly("CREATE /a", "EXISTS /a");
        assertThat(bench.takeMoves("/a")).containsExactly("AwaitingSession", "Creating", "Registered");
    }

    @Test
    void startsAtOnceInASessionThatIsThere() {
        bench.confirm(S1);

        assertThat(bench.register("/a").state()).isInstanceOf(Registered.class);
    }

    @Test
    void aRegistrationMadeWhileTheConnectionIsDownStartsWithTheNextConfirmation() {
        bench.confirm(S1);
        bench.suspend();
        Registration registration = bench.register("/a");
        bench.advance(Duration.ofSeconds(2));
        assertThat(registration.state()).isEqualTo(new AwaitingSession());
        assertThat(bench.tree.takeRequests()).isEmpty();

        bench.confirm(S1);

        assertThat(registration.state()).isInstanceOf(Registered.class);
    }

    @Test
    void reportsHowLongItHadNoNode() {
        bench.register("/a");
        bench.advance(Duration.ofMillis(1_500));
        bench.confirm(S1);

        assertThat(bench.events(HoldfastEvent.Registered.class))
                .singleElement()
                .matches(event -> event.unregisteredFor().equals(Duration.ofMillis(1_500)) && !event.recreated());
    }

    @Test
    void findsItsOwnNodeAfterALostAnswer() {
        bench.tree.loseAnswer(Call.CREATE);
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        assertThat(registration.state()).isInstanceOf(Waiting.class);

        bench.advance(Duration.ofSeconds(1));

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.tree.count(Call.CREATE)).isEqualTo(1);
    }

    @Test
    void createsAgainAfterALostRequest() {
        bench.tree.loseRequest(Call.CREATE);
        bench.confirm(S1);
        Registration registration = bench.register("/a");

        bench.advance(Duration.ofSeconds(1));

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.tree.count(Call.CREATE)).isEqualTo(2);
    }

    @Test
    void doesNotBelieveInANodeThatIsGoneBeforeItsWatchStands() {
        bench.tree.after(Call.CREATE, () -> bench.tree.remove("/a"));
        bench.confirm(S1);
        Registration registration = bench.register("/a");

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.tree.node("/a")).isPresent();
        assertThat(bench.tree.count(Call.CREATE)).isEqualTo(2);
    }

    @Test
    void doesNotTakeForItsOwnWhatStandsThereWhenTheWatchIsSet() {
        bench.tree.after(Call.CREATE, () -> {
            bench.tree.remove("/a");
            bench.put("/a", FOREIGN, "broker-8");
        });
        bench.confirm(S1);
        Registration registration = bench.register("/a");

        assertThat(registration.state()).isInstanceOfSatisfying(Failed.class, failed -> assertThat(failed.error())
                .isInstanceOf(OwnershipConflictException.class));
        assertThat(bench.tree.node("/a").orElseThrow().owner()).isEqualTo(FOREIGN);
    }

    @ParameterizedTest
    @CsvSource({"PERSISTENT, 0", "CONTAINER, -9223372036854775808"})
    void createsMissingParentsFromTheNearestUpwards(Parents parents, long owner) {
        bench.confirm(S1);
        Registration registration = bench.register(
                "/x/y/z", RegistrationOptions.builder().parents(parents).build());

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.tree.node("/x").orElseThrow().owner()).isEqualTo(owner);
        assertThat(bench.tree.node("/x/y").orElseThrow().owner()).isEqualTo(owner);
        assertThat(bench.tree.takeRequests())
                .containsExactly(
                        "CREATE /x/y/z",
                        "EXISTS /x/y/z",
                        "CREATE /x/y",
                        "CREATE /x",
                        "CREATE /x/y",
                        "CREATE /x/y/z",
                        "EXISTS /x/y/z");
    }

    @Test
    void createsParentsAgainThatVanishInBetween() {
        bench.confirm(S1);
        bench.tree.answer(Call.CREATE, Code.NONODE);
        bench.tree.pass(Call.CREATE);
        bench.tree.before(Call.CREATE, () -> bench.tree.remove("/x"));

        assertThat(bench.register("/x/a").state()).isInstanceOf(Registered.class);
    }

    @Test
    void anotherClientMayCreateTheParentFirst() {
        bench.confirm(S1);
        bench.tree.pass(Call.CREATE);
        bench.tree.before(Call.CREATE, () -> bench.tree.put("/x", new byte[0], 0));

        assertThat(bench.register("/x/a").state()).isInstanceOf(Registered.class);
    }

    @Test
    void failsWithoutParentsThatAreRequired() {
        bench.confirm(S1);
        Registration registration = bench.register(
                "/x/a", RegistrationOptions.builder().parents(Parents.REQUIRED).build());

        assertThat(failure(registration))
                .isInstanceOf(RefusedByEnsembleException.class)
                .hasMessageContaining("/x/a")
                .hasMessageContaining("parents is REQUIRED");
        assertThat(bench.tree.node("/x")).isEmpty();
    }

    @Test
    void aMissingChrootIsSaidToBeMissing() {
        bench.confirm(S1);
        bench.tree.answer(Call.CREATE, Code.NONODE);

        assertThat(failure(bench.register("/a")))
                .hasMessageContaining("connectString: its chroot")
                .hasMessageContaining("does not exist on the ensemble");
    }

    @Test
    void serversWithoutContainersAreSaidToBeSo() {
        bench.confirm(S1);
        bench.tree.pass(Call.CREATE);
        bench.tree.answer(Call.CREATE, Code.UNIMPLEMENTED);
        Registration registration = bench.register(
                "/x/a", RegistrationOptions.builder().parents(Parents.CONTAINER).build());

        assertThat(failure(registration)).hasMessageContaining("CONTAINER").hasMessageContaining("PERSISTENT");
    }

    @Test
    void aLostAnswerToAParentsCreateIsTriedAgain() {
        bench.confirm(S1);
        bench.tree.pass(Call.CREATE);
        bench.tree.loseAnswer(Call.CREATE);
        Registration registration = bench.register("/x/a");
        bench.advance(Duration.ofSeconds(1));

        assertThat(registration.state()).isInstanceOf(Registered.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"NOAUTH", "INVALIDACL", "QUOTAEXCEEDED", "NOCHILDRENFOREPHEMERALS", "UNIMPLEMENTED"})
    void failsForGoodWhereTheEnsembleWouldRefuseAgain(Code code) {
        bench.confirm(S1);
        bench.tree.answer(Call.CREATE, code);
        Registration registration = bench.register("/a");

        assertThat(failure(registration))
                .isInstanceOf(RefusedByEnsembleException.class)
                .hasMessageContaining("/a")
                .hasMessageContaining(code.name());
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECTIONLOSS", "SESSIONMOVED", "REQUESTTIMEOUT", "THROTTLEDOP", "SYSTEMERROR"})
    void triesAgainLaterAfterAnAnswerThatSaysNothing(Code code) {
        bench.confirm(S1);
        bench.tree.answer(Call.CREATE, code);
        Registration registration = bench.register("/a");
        assertThat(registration.state()).isInstanceOf(Waiting.class);
        bench.advance(Duration.ofSeconds(1));

        assertThat(registration.state()).isInstanceOf(Registered.class);
    }

    @Test
    void asksTheQuorumAboutASessionThatTheLeaderDoesNotHold() {
        bench.confirm(S1);
        bench.tree.answer(Call.CREATE, Code.SESSIONEXPIRED);
        bench.register("/a");

        assertThat(bench.suspected).containsExactly(S1);
    }

    @Test
    void looksAtOnceAtEachNodeThatItMeetsAnew() {
        bench.confirm(S1);
        bench.tree.answer(Call.CREATE, Code.NODEEXISTS);
        Registration registration = bench.register(
                "/a", RegistrationOptions.builder().waitForForeign().build());
        assertThat(registration.state()).isInstanceOf(Registered.class);

        bench.tree.answer(Call.CREATE, Code.NODEEXISTS);
        bench.tree.remove("/a");
        bench.settle();

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.time.elapsed()).isZero();
    }

    /** For the leader there is a node, for our server there is none. */
    @Test
    void doesNotSpinWhenTheLeaderAndOurServerDisagree() {
        bench.confirm(S1);
        for (int i = 0; i < 100; i++) {
            bench.tree.answer(Call.CREATE, Code.NODEEXISTS);
        }
        Registration registration = bench.register("/a");
        bench.advance(Duration.ofSeconds(1));

        assertThat(bench.tree.count(Call.CREATE)).isBetween(2L, 10L);
        assertThat(registration.state()).isInstanceOf(Waiting.class);
    }

    @Test
    void retriesGrowSlowerUpToFiveSeconds() {
        bench.confirm(S1);
        for (int i = 0; i < 100; i++) {
            bench.tree.loseRequest(Call.CREATE);
        }
        bench.register("/a");
        bench.advance(Duration.ofSeconds(60));
        assertThat(bench.tree.count(Call.CREATE)).isBetween(10L, 22L);
        bench.tree.takeRequests();

        bench.advance(Duration.ofSeconds(60));

        assertThat(bench.tree.count(Call.CREATE)).isBetween(7L, 12L);
    }

    @ParameterizedTest
    @EnumSource(
            value = Call.class,
            names = {"EXISTS", "READ"})
    void triesAgainAfterALookThatIsLost(Call call) {
        bench.confirm(S1);
        bench.tree.answer(Call.CREATE, Code.THROTTLEDOP);
        if (call == Call.EXISTS) {
            bench.tree.pass(Call.EXISTS);
        }
        bench.tree.loseAnswer(call);
        Registration registration = bench.register("/a");
        bench.advance(Duration.ofSeconds(2));

        assertThat(registration.state()).isInstanceOf(Registered.class);
    }

    @Test
    void failsIfTheNodeInTheWayMayNotBeRead() {
        bench.put("/a", FOREIGN, "broker-8");
        bench.confirm(S1);
        bench.tree.answer(Call.READ, Code.NOAUTH);

        assertThat(failure(bench.register("/a"))).hasMessageContaining("refuses to read /a");
    }

    @Test
    void doesNotReportAStateThatHasNotChanged() {
        bench.confirm(S1);
        bench.register("/a");
        List<String> moves = bench.takeMoves("/a");

        assertThat(moves).doesNotHaveDuplicates();
    }

    @Test
    void stopsWhenTheEnsembleLetsNoSessionOwnAnything() {
        Registration registration = bench.register("/a");
        bench.registrations.sessionRefused("local sessions");
        bench.settle();

        assertThat(failure(registration)).hasMessageContaining("/a").hasMessageContaining("local sessions");
        assertThat(registration.state()).isNotInstanceOf(Creating.class);
    }

    private static Throwable failure(Registration registration) {
        return Optional.of(registration.state())
                .filter(Failed.class::isInstance)
                .map(state -> ((Failed) state).error())
                .orElseThrow(() -> new AssertionError("did not fail: " + registration.state()));
    }
}
