// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.event.HoldfastEvent.SessionChanged;
import io.holdfast.internal.session.SessionEvent.AuthFailed;
import io.holdfast.internal.session.SessionEvent.ClosedByUser;
import io.holdfast.internal.session.SessionEvent.Connected;
import io.holdfast.internal.session.SessionEvent.Disconnected;
import io.holdfast.internal.session.SessionEvent.ProbePassed;
import io.holdfast.internal.session.SessionEvent.ProbeRefused;
import io.holdfast.internal.session.SessionEvent.ProbeRejected;
import io.holdfast.internal.session.SessionEvent.ProbeTimedOut;
import io.holdfast.internal.session.SessionEvent.SessionExpired;
import io.holdfast.internal.session.SessionEvent.Wanted;
import io.holdfast.internal.session.SessionMachine.Closed;
import io.holdfast.internal.session.SessionMachine.Confirmed;
import io.holdfast.internal.session.SessionMachine.Expired;
import io.holdfast.internal.session.SessionMachine.Opening;
import io.holdfast.internal.session.SessionMachine.Refused;
import io.holdfast.internal.session.SessionMachine.Suspended;
import io.holdfast.internal.session.SessionMachine.Unconfirmed;
import io.holdfast.internal.session.SessionMachine.Upgrading;
import io.holdfast.internal.session.SessionMachine.Verifying;
import io.holdfast.session.CloseReason;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionState;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole machine: every state with every event. What {@link #moves()} does not list must return the very same state. */
class SessionMachineTest {

    private static final SessionId ID = new SessionId(0x1000_0000_0000_0001L);
    private static final SessionId OTHER = new SessionId(0x1000_0000_0000_0002L);
    private static final Duration T = Duration.ofSeconds(18);
    private static final Duration GRANTED = Duration.ofSeconds(12);
    private static final Duration NONE = Duration.ZERO;
    private static final Duration SPENT = Duration.ofSeconds(3);
    private static final Duration WAITED = Duration.ofSeconds(2);

    private static final Map<String, SessionMachine> STATES = states();
    private static final Map<String, SessionEvent> EVENTS = events();

    private static Map<String, SessionMachine> states() {
        Map<String, SessionMachine> states = new LinkedHashMap<>();
        states.put("opening", new Opening(false));
        states.put("opening, wanted", new Opening(true));
        states.put("unconfirmed", new Unconfirmed(ID, T));
        states.put("upgrading", new Upgrading(ID, T, 5, SPENT));
        states.put("verifying", new Verifying(ID, T, 5, SPENT));
        states.put("confirmed", new Confirmed(ID, T, 5));
        states.put("suspended, local", new Suspended(ID, T, false, false, 5, NONE));
        states.put("suspended, local, wanted", new Suspended(ID, T, false, true, 5, SPENT));
        states.put("suspended, global", new Suspended(ID, T, true, true, 5, SPENT));
        states.put("refused", new Refused(ID, "why"));
        states.put("expired", new Expired(ID));
        states.put("closed", new Closed(ID, CloseReason.CLOSED_BY_USER));
        states.put("given up", new Closed(ID, CloseReason.PROBE_UNANSWERED));
        return states;
    }

    /** Probe 5 is the one that the states above await. */
    private static Map<String, SessionEvent> events() {
        Map<String, SessionEvent> events = new LinkedHashMap<>();
        events.put("connected", new Connected(ID, GRANTED));
        events.put("connected as another", new Connected(OTHER, GRANTED));
        events.put("connected without session", new Connected(SessionId.NONE, GRANTED));
        events.put("disconnected", new Disconnected(WAITED));
        events.put("wanted", new Wanted());
        events.put("authentication failed", new AuthFailed());
        events.put("expired", new SessionExpired());
        events.put("closed", new ClosedByUser());
        for (int probe : new int[] {0, 4, 5, 6}) {
            String name = probe == 5 ? "" : " of probe " + probe;
            events.put("passed" + name, new ProbePassed(probe));
            events.put("rejected" + name, new ProbeRejected(probe));
            events.put("refused" + name, new ProbeRefused(probe, "why"));
            events.put("timed out" + name, new ProbeTimedOut(probe));
        }
        return events;
    }

    private static Map<String, SessionMachine> moves() {
        Map<String, SessionMachine> moves = new HashMap<>();
        moves.put("opening + connected", new Unconfirmed(ID, GRANTED));
        moves.put("opening + connected as another", new Unconfirmed(OTHER, GRANTED));
        moves.put("opening + wanted", new Opening(true));
        moves.put("opening, wanted + connected", new Upgrading(ID, GRANTED, 1, NONE));
        moves.put("opening, wanted + connected as another", new Upgrading(OTHER, GRANTED, 1, NONE));

        moves.put("unconfirmed + wanted", new Upgrading(ID, T, 1, NONE));
        moves.put("unconfirmed + disconnected", new Suspended(ID, T, false, false, 0, NONE));

        moves.put("upgrading + passed", new Verifying(ID, T, 6, NONE));
        moves.put("upgrading + rejected", new Closed(ID, CloseReason.REJECTED_BY_LEADER));
        moves.put("upgrading + refused", new Refused(ID, "why"));
        moves.put("upgrading + timed out", new Closed(ID, CloseReason.PROBE_UNANSWERED));
        moves.put("upgrading + disconnected", new Suspended(ID, T, false, true, 5, SPENT.plus(WAITED)));

        moves.put("verifying + passed", new Confirmed(ID, T, 5));
        moves.put("verifying + rejected", new Closed(ID, CloseReason.REJECTED_BY_LEADER));
        moves.put("verifying + refused", new Refused(ID, "why"));
        moves.put("verifying + timed out", new Closed(ID, CloseReason.PROBE_UNANSWERED));
        moves.put("verifying + disconnected", new Suspended(ID, T, true, true, 5, SPENT.plus(WAITED)));

        moves.put("confirmed + rejected", new Closed(ID, CloseReason.REJECTED_BY_LEADER));
        moves.put("confirmed + timed out", new Closed(ID, CloseReason.PROBE_UNANSWERED));
        moves.put("confirmed + disconnected", new Suspended(ID, T, true, true, 5, NONE));

        moves.put("suspended, local + connected", new Unconfirmed(ID, GRANTED));
        moves.put("suspended, local + wanted", new Suspended(ID, T, false, true, 5, NONE));
        moves.put("suspended, local, wanted + connected", new Upgrading(ID, GRANTED, 6, SPENT));
        moves.put("suspended, global + connected", new Verifying(ID, GRANTED, 6, SPENT));

        STATES.keySet().stream().filter(name -> !STATES.get(name).isOver()).forEach(name -> {
            moves.put(
                    name + " + authentication failed",
                    new Refused(STATES.get(name).id(), Refusal.AUTHENTICATION));
            moves.put(name + " + expired", new Expired(STATES.get(name).id()));
            moves.put(name + " + closed", new Closed(STATES.get(name).id(), CloseReason.CLOSED_BY_USER));
        });
        return moves;
    }

    static Stream<Arguments> cells() {
        Map<String, SessionMachine> moves = moves();
        return STATES.keySet().stream()
                .flatMap(state -> EVENTS.keySet().stream().map(event -> state + " + " + event))
                .map(cell -> Arguments.of(cell, moves.get(cell)));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @MethodSource("cells")
    void movesToTheNextStateOrStays(String cell, SessionMachine to) {
        String[] names = cell.split(" \\+ ", 2);
        SessionMachine from = STATES.get(names[0]);

        SessionMachine next = EVENTS.get(names[1]).applyTo(from);

        if (to == null) {
            assertThat(next).isSameAs(from);
        } else {
            assertThat(next).isEqualTo(to);
        }
    }

    @Test
    void theTableNamesOnlyCellsThatExist() {
        assertThat(cells().map(cell -> cell.get()[0]))
                .containsAll(Stream.of(moves().keySet().toArray()).toList());
    }

    @Test
    void onlyAConfirmedStateLetsEphemeralsThroughAndOnlyTheEndIsOver() {
        STATES.forEach((name, state) -> {
            assertThat(state.isConfirmed()).as(name).isEqualTo(state instanceof Confirmed);
            assertThat(state.isOver()).as(name).isEqualTo(state instanceof Expired || state instanceof Closed);
        });
    }

    @Test
    void addsUpWhatProbesHaveWaitedAcrossReconnections() {
        SessionMachine state = new Unconfirmed(ID, T).wanted();
        for (int i = 1; i <= 3; i++) {
            state = state.disconnected(WAITED).connected(ID, T);
            assertThat(state).isEqualTo(new Upgrading(ID, T, 1 + i, WAITED.multipliedBy(i)));
        }

        state = state.passed(4);
        assertThat(state).as("an answer starts the count anew").isEqualTo(new Verifying(ID, T, 5, NONE));

        state = state.disconnected(WAITED).connected(ID, T).disconnected(WAITED);
        assertThat(state).isEqualTo(new Suspended(ID, T, true, true, 6, WAITED.multipliedBy(2)));
    }

    @Test
    void needsOneProbeAfterAReconnectionAndTwoBeforeTheFirstConfirmation() {
        SessionMachine confirmed = new Unconfirmed(ID, T).wanted().passed(1).passed(2);
        assertThat(confirmed).isEqualTo(new Confirmed(ID, T, 2));

        SessionMachine again = confirmed.disconnected(NONE).connected(ID, T);
        assertThat(again).isEqualTo(new Verifying(ID, T, 3, NONE));
        assertThat(again.passed(2)).as("the answer to the probe before").isSameAs(again);
        assertThat(again.passed(3)).isEqualTo(new Confirmed(ID, T, 3));
    }

    @Test
    void onlyAHandleThatTheClientItselfGaveUpIsReplaced() {
        assertThat(new Closed(ID, CloseReason.PROBE_UNANSWERED).isGivenUp()).isTrue();
        assertThat(new Closed(ID, CloseReason.REJECTED_BY_LEADER).isGivenUp()).isTrue();
        assertThat(new Closed(ID, CloseReason.CLOSED_BY_USER).isGivenUp()).isFalse();
    }

    @Test
    void everyEventSaysInWordsWhatItIsAndNoTwoSayTheSame() {
        Map<Class<?>, String> causes = new HashMap<>();
        EVENTS.values().forEach(event -> causes.put(event.getClass(), event.cause()));

        assertThat(causes.keySet()).containsExactlyInAnyOrder(SessionEvent.class.getPermittedSubclasses());
        assertThat(causes.values()).doesNotHaveDuplicates().allSatisfy(cause -> assertThat(cause)
                .isNotBlank());
    }

    @Test
    void anEventThatIsALossLeavesNoSessionThatMayOwnNodes() {
        moves().forEach((cell, to) -> {
            SessionEvent by = EVENTS.get(cell.split(" \\+ ", 2)[1]);
            SessionChanged told = new SessionChanged(1, "from", "to", by.trigger(), "any words");
            assertThat(told.isLoss())
                    .as(cell)
                    .isEqualTo(to instanceof Refused
                            || to instanceof Expired
                            || (to instanceof Closed closed && closed.isGivenUp()));
        });
    }

    @ParameterizedTest
    @MethodSource("views")
    void showsUsersTheStateWithoutWhatOnlyTheMachineNeeds(SessionMachine state, SessionState view) {
        assertThat(state.view()).isEqualTo(view);
        assertThat(view.id()).isEqualTo(state.id());
        assertThat(view.isConfirmed()).isEqualTo(state.isConfirmed());
        assertThat(view.isOver()).isEqualTo(state.isOver());
    }

    static Stream<Arguments> views() {
        return Stream.of(
                Arguments.of(new Opening(true), new SessionState.Opening()),
                Arguments.of(new Unconfirmed(ID, T), new SessionState.Unconfirmed(ID, T)),
                Arguments.of(new Upgrading(ID, T, 5, SPENT), new SessionState.Upgrading(ID, T)),
                Arguments.of(new Verifying(ID, T, 5, SPENT), new SessionState.Verifying(ID, T)),
                Arguments.of(new Confirmed(ID, T, 5), new SessionState.Confirmed(ID, T)),
                Arguments.of(new Suspended(ID, T, true, true, 5, SPENT), new SessionState.Suspended(ID, T)),
                Arguments.of(new Refused(ID, "why"), new SessionState.Refused(ID, "why")),
                Arguments.of(new Expired(ID), new SessionState.Expired(ID)),
                Arguments.of(
                        new Closed(ID, CloseReason.CLOSED_BY_USER),
                        new SessionState.Closed(ID, CloseReason.CLOSED_BY_USER)));
    }
}
