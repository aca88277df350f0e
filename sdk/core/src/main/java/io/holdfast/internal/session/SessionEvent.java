// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import io.holdfast.event.HoldfastEvent.SessionChanged.Trigger;
import io.holdfast.session.SessionId;
import java.time.Duration;

/** One event of a {@link SessionMachine}: how it moves the machine, and how logs and metrics name it. */
public sealed interface SessionEvent {

    /** Returns the state that follows, or the very same one if this event changes nothing. */
    SessionMachine applyTo(SessionMachine state);

    /** Returns what caused a change, for programs. */
    Trigger trigger();

    /** Returns what caused a change, for people; never empty. */
    default String cause() {
        return trigger().toString();
    }

    /** See {@link SessionMachine#connected}. */
    record Connected(SessionId reported, Duration negotiated) implements SessionEvent {
        @Override
        public SessionMachine applyTo(SessionMachine state) {
            return state.connected(reported, negotiated);
        }

        @Override
        public Trigger trigger() {
            return Trigger.CONNECTED;
        }
    }

    /** See {@link SessionMachine#disconnected}. */
    record Disconnected(Duration unanswered) implements SessionEvent {
        @Override
        public SessionMachine applyTo(SessionMachine state) {
            return state.disconnected(unanswered);
        }

        @Override
        public Trigger trigger() {
            return Trigger.DISCONNECTED;
        }
    }

    /** See {@link SessionMachine#wanted}. */
    record Wanted() implements SessionEvent {
        @Override
        public SessionMachine applyTo(SessionMachine state) {
            return state.wanted();
        }

        @Override
        public Trigger trigger() {
            return Trigger.CONFIRMATION_WANTED;
        }
    }

    /** See {@link SessionMachine#passed}. */
    record ProbePassed(int probe) implements SessionEvent {
        @Override
        public SessionMachine applyTo(SessionMachine state) {
            return state.passed(probe);
        }

        @Override
        public Trigger trigger() {
            return Trigger.PROBE_PASSED;
        }
    }

    /** See {@link SessionMachine#rejected}. */
    record ProbeRejected(int probe) implements SessionEvent {
        @Override
        public SessionMachine applyTo(SessionMachine state) {
            return state.rejected(probe);
        }

        @Override
        public Trigger trigger() {
            return Trigger.REJECTED_BY_LEADER;
        }
    }

    /** See {@link SessionMachine#refused}. */
    record ProbeRefused(int probe, String reason) implements SessionEvent {
        @Override
        public SessionMachine applyTo(SessionMachine state) {
            return state.refused(probe, reason);
        }

        @Override
        public Trigger trigger() {
            return Trigger.REFUSED_BY_ENSEMBLE;
        }

        @Override
        public String cause() {
            return trigger() + ": " + reason;
        }
    }

    /** See {@link SessionMachine#timedOut}. */
    record ProbeTimedOut(int probe) implements SessionEvent {
        @Override
        public SessionMachine applyTo(SessionMachine state) {
            return state.timedOut(probe);
        }

        @Override
        public Trigger trigger() {
            return Trigger.PROBE_UNANSWERED;
        }
    }

    /** See {@link SessionMachine#authFailed}. */
    record AuthFailed() implements SessionEvent {
        @Override
        public SessionMachine applyTo(SessionMachine state) {
            return state.authFailed();
        }

        @Override
        public Trigger trigger() {
            return Trigger.AUTHENTICATION_FAILED;
        }

        @Override
        public String cause() {
            return Refusal.AUTHENTICATION;
        }
    }

    /** See {@link SessionMachine#sessionExpired}. */
    record SessionExpired() implements SessionEvent {
        @Override
        public SessionMachine applyTo(SessionMachine state) {
            return state.sessionExpired();
        }

        @Override
        public Trigger trigger() {
            return Trigger.EXPIRED;
        }
    }

    /** See {@link SessionMachine#closedByUser}. */
    record ClosedByUser() implements SessionEvent {
        @Override
        public SessionMachine applyTo(SessionMachine state) {
            return state.closedByUser();
        }

        @Override
        public Trigger trigger() {
            return Trigger.CLOSED_BY_USER;
        }
    }
}
