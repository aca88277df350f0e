// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import io.holdfast.session.CloseReason;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionState;
import java.time.Duration;

/**
 * The state machine of one handle's session. A handle carries one session and never another, so there is no way back from
 * {@link Expired} or {@link Closed}.
 *
 * <pre>{@code
 *   Opening ---connected---> Unconfirmed ---wanted---> Upgrading ---passed---> Verifying ---passed---> Confirmed
 *                                 ^                        ^                       ^                      |
 *                                 |                        |                       |                 disconnected
 *                                 +------------------------+-------connected-------+--- Suspended <-------+
 *
 *   Upgrading, Verifying --refused--> Refused      any --authFailed--> Refused      any --sessionExpired--> Expired
 *   Upgrading, Verifying, Confirmed --rejected, timedOut--> Closed      any --closedByUser--> Closed
 * }</pre>
 *
 * <p>Each record overrides only the events that move it, so reading a record shows all that can happen in it. Events come
 * from the network and from timers, so they are total: late, repeated or lost ones change nothing. A probe is known by its
 * number, and an answer moves the machine only while that very probe is awaited. All methods are pure and return
 * {@code this} when nothing changes. {@link SessionEvent} has one value for each event, so that whoever follows the machine
 * can say what moved it; {@link #view} is what users see. In each record, {@code id} is the session and {@code negotiated} the
 * timeout that the ensemble granted. The rules are section 2 of the protocol.
 *
 * @see "docs/adr/0003-states-are-sealed-records.md"
 */
public sealed interface SessionMachine {

    /** Returns the session, {@link SessionId#NONE} before there is one. */
    SessionId id();

    /** Returns what users see of this state: without the probes' numbers, and without who waits for what. */
    default SessionState view() {
        if (this instanceof Opening) {
            return new SessionState.Opening();
        }
        if (this instanceof Unconfirmed at) {
            return new SessionState.Unconfirmed(at.id, at.negotiated);
        }
        if (this instanceof Upgrading at) {
            return new SessionState.Upgrading(at.id, at.negotiated);
        }
        if (this instanceof Verifying at) {
            return new SessionState.Verifying(at.id, at.negotiated);
        }
        if (this instanceof Confirmed at) {
            return new SessionState.Confirmed(at.id, at.negotiated);
        }
        if (this instanceof Suspended at) {
            return new SessionState.Suspended(at.id, at.negotiated);
        }
        if (this instanceof Refused at) {
            return new SessionState.Refused(at.id, at.reason);
        }
        if (this instanceof Closed at) {
            return new SessionState.Closed(at.id, at.reason);
        }
        return new SessionState.Expired(id());
    }

    /** Returns the number of the last probe. */
    default int probe() {
        return 0;
    }

    /** Returns whether an ephemeral create may be sent. */
    default boolean isConfirmed() {
        return this instanceof Confirmed;
    }

    /** Returns whether the machine has stopped for good. */
    default boolean isOver() {
        return this instanceof Expired || this instanceof Closed;
    }

    /** The handle is connected to a server that takes writes. */
    default SessionMachine connected(SessionId reported, Duration negotiated) {
        return this;
    }

    /**
     * The connection is down, or leads to a read-only server.
     *
     * @param unanswered how long the probe that is awaited had been waiting; zero if none is
     */
    default SessionMachine disconnected(Duration unanswered) {
        return this;
    }

    /** Somebody wants to create an ephemeral node. */
    default SessionMachine wanted() {
        return this;
    }

    default SessionMachine passed(int probe) {
        return this;
    }

    default SessionMachine rejected(int probe) {
        return this;
    }

    default SessionMachine refused(int probe, String reason) {
        return this;
    }

    default SessionMachine timedOut(int probe) {
        return this;
    }

    /** The servers do not accept the client's credentials: the handle is of no more use. */
    default SessionMachine authFailed() {
        return isOver() ? this : new Refused(id(), Refusal.AUTHENTICATION);
    }

    default SessionMachine sessionExpired() {
        return isOver() ? this : new Expired(id());
    }

    default SessionMachine closedByUser() {
        return isOver() ? this : new Closed(id(), CloseReason.CLOSED_BY_USER);
    }

    /** A state in which the answer to a probe, or its absence, can end the session. */
    sealed interface Probed extends SessionMachine {
        @Override
        default SessionMachine rejected(int answered) {
            return answered == probe() ? new Closed(id(), CloseReason.REJECTED_BY_LEADER) : this;
        }

        @Override
        default SessionMachine timedOut(int expected) {
            return expected == probe() ? new Closed(id(), CloseReason.PROBE_UNANSWERED) : this;
        }
    }

    /**
     * No session yet.
     *
     * @param isWanted whether an ephemeral node is waiting for it
     */
    record Opening(boolean isWanted) implements SessionMachine {
        @Override
        public SessionId id() {
            return SessionId.NONE;
        }

        @Override
        public SessionMachine connected(SessionId reported, Duration negotiated) {
            if (reported.equals(SessionId.NONE)) {
                return this;
            }
            return isWanted
                    ? new Upgrading(reported, negotiated, 1, Duration.ZERO)
                    : new Unconfirmed(reported, negotiated);
        }

        @Override
        public SessionMachine wanted() {
            return isWanted ? this : new Opening(true);
        }
    }

    /**
     * Connected, and nobody needs more than reads: on an ensemble with local sessions this session stays local.
     */
    record Unconfirmed(SessionId id, Duration negotiated) implements SessionMachine {
        @Override
        public SessionMachine disconnected(Duration unanswered) {
            return new Suspended(id, negotiated, false, false, 0, Duration.ZERO);
        }

        @Override
        public SessionMachine wanted() {
            return new Upgrading(id, negotiated, 1, Duration.ZERO);
        }
    }

    /**
     * The first probe is under way: it makes the session global and proves that it is.
     *
     * @param probe the probe's number
     * @param spent how long earlier probes had been waiting for an answer that a broken connection took away
     */
    record Upgrading(SessionId id, Duration negotiated, int probe, Duration spent) implements Probed {
        @Override
        public SessionMachine disconnected(Duration unanswered) {
            return new Suspended(id, negotiated, false, true, probe, spent.plus(unanswered));
        }

        @Override
        public SessionMachine passed(int answered) {
            return answered == probe ? new Verifying(id, negotiated, probe + 1, Duration.ZERO) : this;
        }

        @Override
        public SessionMachine refused(int answered, String reason) {
            return answered == probe ? new Refused(id, reason) : this;
        }
    }

    /**
     * The session is global; the last probe, or the one after a reconnection, is under way: it proves that no closeSession
     * precedes it.
     *
     * @param probe the probe's number
     * @param spent how long earlier probes had been waiting for an answer that a broken connection took away
     */
    record Verifying(SessionId id, Duration negotiated, int probe, Duration spent) implements Probed {
        @Override
        public SessionMachine disconnected(Duration unanswered) {
            return new Suspended(id, negotiated, true, true, probe, spent.plus(unanswered));
        }

        @Override
        public SessionMachine passed(int answered) {
            return answered == probe ? new Confirmed(id, negotiated, probe) : this;
        }

        @Override
        public SessionMachine refused(int answered, String reason) {
            return answered == probe ? new Refused(id, reason) : this;
        }
    }

    /**
     * Ephemeral nodes may be created.
     *
     * @param probe the number of the probe that confirmed it; a later heartbeat on the same connection carries it too
     */
    record Confirmed(SessionId id, Duration negotiated, int probe) implements Probed {
        @Override
        public SessionMachine disconnected(Duration unanswered) {
            return new Suspended(id, negotiated, true, true, probe, Duration.ZERO);
        }
    }

    /**
     * Not connected. The session may still be alive on the servers; being connected again does not prove it.
     *
     * @param isGlobal whether a probe had proven the session to be global
     * @param isWanted whether an ephemeral node needs it
     * @param probe the number of the last probe
     * @param spent how long probes since the last answer had been waiting
     */
    record Suspended(SessionId id, Duration negotiated, boolean isGlobal, boolean isWanted, int probe, Duration spent)
            implements SessionMachine {
        @Override
        public SessionMachine connected(SessionId reported, Duration granted) {
            if (!reported.equals(id)) {
                return this;
            }
            if (isGlobal) {
                return new Verifying(id, granted, probe + 1, spent);
            }
            return isWanted ? new Upgrading(id, granted, probe + 1, spent) : new Unconfirmed(id, granted);
        }

        @Override
        public SessionMachine wanted() {
            return isWanted ? this : new Suspended(id, negotiated, isGlobal, true, probe, spent);
        }
    }

    /**
     * The ensemble does not let this session own ephemeral nodes. Reads continue.
     *
     * @param id the session
     * @param reason what the ensemble answered and which setting to check
     */
    record Refused(SessionId id, String reason) implements SessionMachine {}

    /**
     * The servers, or the client library, reported that the session expired. Its nodes may still exist (protocol, H5).
     */
    record Expired(SessionId id) implements SessionMachine {}

    /**
     * This client ended the session.
     *
     * @param id the session
     * @param reason why
     */
    record Closed(SessionId id, CloseReason reason) implements SessionMachine {
        /** Returns whether the client itself abandoned the handle, so that the next one is needed. */
        public boolean isGivenUp() {
            return reason != CloseReason.CLOSED_BY_USER;
        }
    }
}
