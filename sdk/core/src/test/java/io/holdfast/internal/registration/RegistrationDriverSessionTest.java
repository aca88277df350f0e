// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import static io.holdfast.internal.registration.RegistrationBench.FOREIGN;
import static io.holdfast.internal.registration.RegistrationBench.GHOST_LIFE;
import static io.holdfast.internal.registration.RegistrationBench.S1;
import static io.holdfast.internal.registration.RegistrationBench.S2;
import static io.holdfast.internal.registration.RegistrationBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.event.HoldfastEvent;
import io.holdfast.internal.session.EndOutcome;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState;
import io.holdfast.registration.RegistrationState.AwaitingSession;
import io.holdfast.registration.RegistrationState.InDoubt;
import io.holdfast.registration.RegistrationState.Refused;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.registration.RegistrationState.Waiting;
import io.holdfast.session.LittleTree.Call;
import io.holdfast.session.SessionId;
import io.holdfast.tag.EphemeralTag;
import io.holdfast.tag.TagFormat;
import java.time.Duration;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reconnections, audits and new sessions. */
class RegistrationDriverSessionTest {

    private final RegistrationBench bench = new RegistrationBench();

    @Test
    void aBlipThatLosesNothingChangesNothing() {
        Registration registration = registered("/a");
        RegistrationState before = registration.state();
        bench.tree.takeRequests();
        bench.suspend();
        assertThat(registration.state()).isEqualTo(new InDoubt(before.node().orElseThrow()));

        bench.confirm(S1);

        assertThat(registration.state()).isEqualTo(before);
        assertThat(bench.tree.takeRequests()).containsExactly("EPHEMERALS /");
        assertThat(bench.events(HoldfastEvent.Registered.class)).isEmpty();
    }

    @Test
    void oneRequestAuditsAllRegistrations() {
        for (int i = 0; i < 10; i++) {
            registered("/a" + i);
        }
        bench.tree.takeRequests();

        bench.suspend();
        bench.confirm(S1);

        assertThat(bench.tree.takeRequests()).containsExactly("EPHEMERALS /");
    }

    @Test
    void putsBackWhatWasDeletedWhileTheConnectionWasDown() {
        Registration registration = registered("/a");
        bench.suspend();
        bench.tree.remove("/a");
        bench.confirm(S1);

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.tree.node("/a").orElseThrow().owner()).isEqualTo(S1);
    }

    @Test
    void looksAtEachNodeOnServersThatHaveNoList() {
        bench.tree.unimplemented(Call.EPHEMERALS);
        Registration standing = registered("/a");
        Registration lost = registered("/b");
        bench.suspend();
        bench.tree.remove("/b");
        bench.confirm(S1);

        assertThat(standing.state()).isInstanceOf(Registered.class);
        assertThat(lost.state()).isInstanceOf(Registered.class);
        assertThat(bench.tree.ephemeralsOf(S1)).containsExactly("/a", "/b");
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECTIONLOSS", "REQUESTTIMEOUT", "THROTTLEDOP"})
    void anAuditWithoutAnAnswerIsRepeatedWhileTheConnectionStands(Code code) {
        Registration registration = registered("/a");
        bench.suspend();
        bench.tree.answer(Call.EPHEMERALS, code);
        bench.confirm(S1);
        assertThat(registration.state()).isInstanceOf(InDoubt.class);

        bench.advance(Duration.ofSeconds(5));

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.tree.count(Call.EPHEMERALS)).isEqualTo(2);
    }

    @Test
    void anAuditIsNotRepeatedWithoutAConnection() {
        registered("/a");
        bench.suspend();
        bench.registrations.audit();
        bench.advance(Duration.ofMinutes(1));

        assertThat(bench.tree.count(Call.EPHEMERALS)).isLessThanOrEqualTo(1);
    }

    @Test
    void theAuditFindsAMissedDeletion() {
        Registration registration = registered("/a");
        bench.tree.vanish("/a");

        bench.registrations.audit();
        bench.settle();

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.tree.node("/a")).isPresent();
    }

    @Test
    void anAuditThatFindsEverythingChangesNothing() {
        registered("/a");
        bench.registrations.audit();
        bench.settle();

        assertThat(bench.takeMoves("/a")).isEmpty();
    }

    /** Whoever holds a right while it is registered must not lose it once a minute. */
    @Test
    void anAuditOnServersThatHaveNoListLooksWithoutLeavingRegistered() {
        bench.tree.unimplemented(Call.EPHEMERALS);
        registered("/a");
        bench.registrations.audit();
        bench.settle();
        assertThat(bench.takeMoves("/a")).isEmpty();

        bench.tree.vanish("/a");
        bench.registrations.audit();
        bench.settle();

        assertThat(bench.tree.node("/a")).isPresent();
    }

    @Test
    void deletesWhatThisRunMadeAndNobodyRemembers() {
        registered("/a");
        EphemeralTag tag = new EphemeralTag(
                RegistrationBench.MEMBER, RegistrationBench.RUN, S1, "00000000000000ff", RegistrationBench.TIMEOUT);
        bench.tree.put("/forgotten", TagFormat.envelope().encode(tag, new byte[0]), S1);
        bench.put("/another-run", S1, RegistrationBench.MEMBER);
        bench.tree.put("/recipe", bytes("lock"), S1);

        bench.registrations.audit();
        bench.settle();
        bench.tree.takeRequests();
        bench.registrations.audit();
        bench.settle();

        assertThat(bench.tree.ephemeralsOf(S1)).containsExactly("/a", "/another-run", "/recipe");
        assertThat(bench.tree.count(Call.READ))
                .as("what is not ours is read once")
                .isZero();
    }

    @Test
    void leavesTheNodeOfACreateThatIsUnderWayAlone() {
        bench.confirm(S1);
        Runnable release = bench.tree.holdAnswers();
        Registration registration = bench.register("/a");
        bench.registrations.audit();
        release.run();
        bench.settle();

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.tree.count(Call.DELETE)).isZero();
    }

    @Test
    void aWatchThatFiresBetweenReconnectionAndAuditIsNotLost() {
        Registration registration = registered("/a");
        bench.suspend();
        bench.tree.after(Call.EPHEMERALS, () -> bench.tree.remove("/a"));
        bench.confirm(S1);

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.tree.node("/a")).isPresent();
    }

    @Test
    void registersAgainInTheNextSession() {
        Registration registration = registered("/a");
        bench.end();
        assertThat(registration.state()).isEqualTo(new AwaitingSession());
        bench.tree.deleteAllOf(S1);
        bench.confirm(S2);

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.tree.node("/a").orElseThrow().owner()).isEqualTo(S2);
        assertThat(bench.events(HoldfastEvent.Registered.class))
                .singleElement()
                .matches(HoldfastEvent.Registered::recreated);
    }

    /** Seed 2: the old node still exists, and closeSession deletes it later. */
    @Test
    void doesNotAdoptTheNodeOfItsExpiredSession() {
        Registration registration = registered("/a");
        bench.end();
        bench.confirm(S2);
        assertThat(registration.state()).isInstanceOf(Waiting.class);
        assertThat(bench.ended).containsOnly(new SessionId(S1));

        bench.advance(Duration.ofSeconds(4));
        assertThat(registration.state()).isInstanceOf(Waiting.class);
        bench.tree.deleteAllOf(S1);
        bench.settle();

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.tree.node("/a").orElseThrow().owner()).isEqualTo(S2);
    }

    @Test
    void endsItsFormerSessionToFreeThePath() {
        Registration registration = registered("/a");
        bench.endings.put(S1, EndOutcome.CLOSED);
        bench.end();
        bench.confirm(S2);

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.time.elapsed()).isZero();
    }

    @Test
    void replacesTheNodeOfItsFormerSessionIfNothingEverDeletesIt() {
        Registration registration = registered("/a");
        bench.end();
        bench.confirm(S2);
        bench.advance(GHOST_LIFE.plusSeconds(2));

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.tree.node("/a").orElseThrow().owner()).isEqualTo(S2);
    }

    @Test
    void anAnswerOfTheFormerSessionThatComesLateChangesNothing() {
        bench.confirm(S1);
        Runnable release = bench.tree.holdAnswers();
        Registration registration = bench.register("/a");
        bench.end();
        bench.tree.deleteAllOf(S1);
        release.run();
        bench.confirm(S2);

        assertThat(registration.state()).isInstanceOfSatisfying(Registered.class, state -> assertThat(
                        state.registered().session())
                .isEqualTo(new SessionId(S2)));
    }

    @Test
    void aReconnectionWhileItWaitsGoesOnWaiting() {
        bench.put("/a", FOREIGN, "broker-8");
        bench.confirm(S1);
        Registration registration = bench.register(
                "/a", RegistrationOptions.builder().waitForForeign().build());
        bench.advance(Duration.ofSeconds(3));
        bench.suspend();
        bench.confirm(S1);

        assertThat(registration.state()).isInstanceOfSatisfying(Waiting.class, waiting -> assertThat(waiting.waited())
                .isEqualTo(Duration.ofSeconds(3)));
        bench.tree.remove("/a");
        bench.settle();
        assertThat(registration.state()).isInstanceOf(Registered.class);
    }

    @Test
    void waitsForTheNextSessionWhenALaterOneIsRefused() {
        Registration registration = registered("/a");
        bench.end();
        bench.registrations.sessionRefused("local sessions");
        bench.settle();

        assertThat(registration.state()).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.error()).hasMessageContaining("local sessions");
            assertThat(refused.nextTry()).isEmpty();
        });
        bench.tree.remove("/a");
        bench.confirm(S2);
        assertThat(registration.state()).isInstanceOf(Registered.class);
    }

    private Registration registered(String path) {
        if (bench.tree.ephemeralsOf(S1).isEmpty()) {
            bench.confirm(S1);
        }
        Registration registration = bench.register(path);
        assertThat(registration.state()).isInstanceOf(Registered.class);
        bench.takeMoves(path);
        return registration;
    }
}
