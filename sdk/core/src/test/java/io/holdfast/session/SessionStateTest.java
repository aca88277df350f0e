// SPDX-License-Identifier: Apache-2.0
package io.holdfast.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.internal.session.Refusal;
import io.holdfast.session.SessionState.Closed;
import io.holdfast.session.SessionState.Confirmed;
import io.holdfast.session.SessionState.Expired;
import io.holdfast.session.SessionState.Opening;
import io.holdfast.session.SessionState.Refused;
import io.holdfast.session.SessionState.Suspended;
import io.holdfast.session.SessionState.Unconfirmed;
import io.holdfast.session.SessionState.Upgrading;
import io.holdfast.session.SessionState.Verifying;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole machine: every state with every event. What {@link #moves()} does not list must return the very same state. */
class SessionStateTest {

    private static final SessionId ID = new SessionId(0x1000_0000_0000_0001L);
    private static final SessionId OTHER = new SessionId(0x1000_0000_0000_0002L);
    private static final Duration T = Duration.ofSeconds(18);
    private static final Duration GRANTED = Duration.ofSeconds(12);
    private static final Duration NONE = Duration.ZERO;
    private static final Duration SPENT = Duration.ofSeconds(3);
    private static final Duration WAITED = Duration.ofSeconds(2);

    private static final Map<String, SessionState> STATES = states();
    private static final Map<String, UnaryOperator<SessionState>> EVENTS = events();

    private static Map<String, SessionState> states() {
        Map<String, SessionState> states = new LinkedHashMap<>();
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
        states.put("closed", new Closed(ID, "by its user"));
        states.put("given up", Closed.silent(ID));
        return states;
    }

    /** Probe 5 is the one that the states above await. */
    private static Map<String, UnaryOperator<SessionState>> events() {
        Map<String, UnaryOperator<SessionState>> events = new LinkedHashMap<>();
        events.put("connected", state -> state.connected(ID, GRANTED));
        events.put("connected as another", state -> state.connected(OTHER, GRANTED));
        events.put("connected without session", state -> state.connected(SessionId.NONE, GRANTED));
        events.put("disconnected", state -> state.disconnected(WAITED));
        events.put("wanted", SessionState::wanted);
        events.put("authentication failed", SessionState::authFailed);
        events.put("expired", SessionState::sessionExpired);
        events.put("closed", state -> state.closed("by its user"));
        for (int probe : new int[] {0, 4, 5, 6}) {
            String name = probe == 5 ? "" : " of probe " + probe;
            events.put("passed" + name, state -> state.passed(probe));
            events.put("rejected" + name, state -> state.rejected(probe));
            events.put("refused" + name, state -> state.refused(probe, "why"));
            events.put("timed out" + name, state -> state.timedOut(probe));
        }
        return events;
    }

    private static Map<String, SessionState> moves() {
        Map<String, SessionState> moves = new HashMap<>();
        moves.put("opening + connected", new Unconfirmed(ID, GRANTED));
        moves.put("opening + connected as another", new Unconfirmed(OTHER, GRANTED));
        moves.put("opening + wanted", new Opening(true));
        moves.put("opening, wanted + connected", new Upgrading(ID, GRANTED, 1, NONE));
        moves.put("opening, wanted + connected as another", new Upgrading(OTHER, GRANTED, 1, NONE));

        moves.put("unconfirmed + wanted", new Upgrading(ID, T, 1, NONE));
        moves.put("unconfirmed + disconnected", new Suspended(ID, T, false, false, 0, NONE));

        moves.put("upgrading + passed", new Verifying(ID, T, 6, NONE));
        moves.put("upgrading + rejected", Closed.rejected(ID));
        moves.put("upgrading + refused", new Refused(ID, "why"));
        moves.put("upgrading + timed out", Closed.silent(ID));
        moves.put("upgrading + disconnected", new Suspended(ID, T, false, true, 5, SPENT.plus(WAITED)));

        moves.put("verifying + passed", new Confirmed(ID, T, 5));
        moves.put("verifying + rejected", Closed.rejected(ID));
        moves.put("verifying + refused", new Refused(ID, "why"));
        moves.put("verifying + timed out", Closed.silent(ID));
        moves.put("verifying + disconnected", new Suspended(ID, T, true, true, 5, SPENT.plus(WAITED)));

        moves.put("confirmed + rejected", Closed.rejected(ID));
        moves.put("confirmed + timed out", Closed.silent(ID));
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
            moves.put(name + " + closed", new Closed(STATES.get(name).id(), "by its user"));
        });
        return moves;
    }

    static Stream<Arguments> cells() {
        Map<String, SessionState> moves = moves();
        return STATES.keySet().stream()
                .flatMap(state -> EVENTS.keySet().stream().map(event -> state + " + " + event))
                .map(cell -> Arguments.of(cell, moves.get(cell)));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @MethodSource("cells")
    void movesToTheNextStateOrStays(String cell, SessionState to) {
        String[] names = cell.split(" \\+ ", 2);
        SessionState from = STATES.get(names[0]);

        SessionState next = EVENTS.get(names[1]).apply(from);

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
        SessionState state = new Unconfirmed(ID, T).wanted();
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
        SessionState confirmed = new Unconfirmed(ID, T).wanted().passed(1).passed(2);
        assertThat(confirmed).isEqualTo(new Confirmed(ID, T, 2));

        SessionState again = confirmed.disconnected(NONE).connected(ID, T);
        assertThat(again).isEqualTo(new Verifying(ID, T, 3, NONE));
        assertThat(again.passed(2)).as("the answer to the probe before").isSameAs(again);
        assertThat(again.passed(3)).isEqualTo(new Confirmed(ID, T, 3));
    }

    @Test
    void onlyAHandleThatTheClientItselfGaveUpIsReplaced() {
        assertThat(Closed.silent(ID).isGivenUp()).isTrue();
        assertThat(Closed.rejected(ID).isGivenUp()).isTrue();
        assertThat(new Closed(ID, "closed by its user").isGivenUp()).isFalse();
    }
}
