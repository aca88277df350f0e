// SPDX-License-Identifier: Apache-2.0
package io.holdfast.session;

import io.holdfast.internal.session.Refusal;
import java.time.Duration;

/**
 * What is known about the session of one handle. A handle carries one session and never another, so this machine has no
 * way back from {@link Expired} or {@link Closed}.
 *
 * <pre>{@code
 *   Opening ---connected---> Unconfirmed ---wanted---> Upgrading ---passed---> Verifying ---passed---> Confirmed
 *                                 ^                        ^                       ^                      |
 *                                 |                        |                       |                 disconnected
 *                                 +------------------------+-------connected-------+--- Suspended <-------+
 *
 *   Upgrading, Verifying --refused--> Refused      any --authFailed--> Refused      any --sessionExpired--> Expired
 *   Upgrading, Verifying, Confirmed --rejected, timedOut--> Closed      any --closed--> Closed
 * }</pre>
 *
 * <p>Each record overrides only the events that move it, so reading a record shows all that can happen in it. Events come
 * from the network and from timers, so they are total: late, repeated or lost ones change nothing. A probe is known by its
 * number, and an answer moves the machine only while that very probe is awaited. All methods are pure and return
 * {@code this} when nothing changes. The rules are section 2 of the protocol.
 *
 * @see "docs/adr/0003-states-are-sealed-records.md"
 */
public sealed interface SessionState {

    /** Returns the session, {@link SessionId#NONE} before there is one. */
    SessionId id();

    /** Returns the number of the last probe. */
    default int probe() {
        return 0;
    }

    /** Tells whether an ephemeral create may be sent. */
    default boolean isConfirmed() {
        return false;
    }

    /** Tells whether the machine has stopped for good. */
    default boolean isOver() {
        return false;
    }

    /** The handle is connected to a server that takes writes. */
    default SessionState connected(SessionId reported, Duration negotiated) {
        return this;
    }

    /**
     * The connection is down, or leads to a read-only server.
     *
     * @param unanswered how long the probe that is awaited had been waiting; zero if none is
     */
    default SessionState disconnected(Duration unanswered) {
        return this;
    }

    /** Somebody wants to create an ephemeral node. */
    default SessionState wanted() {
        return this;
    }

    default SessionState passed(int probe) {
        return this;
    }

    default SessionState rejected(int probe) {
        return this;
    }

    default SessionState refused(int probe, String reason) {
        return this;
    }

    default SessionState timedOut(int probe) {
        return this;
    }

    /** The servers do not accept the client's credentials: the handle is of no more use. */
    default SessionState authFailed() {
        return new Refused(id(), Refusal.AUTHENTICATION);
    }

    default SessionState sessionExpired() {
        return new Expired(id());
    }

    default SessionState closed(String cause) {
        return new Closed(id(), cause);
    }

    /**
     * No session yet.
     *
     * @param isWanted whether an ephemeral node is waiting for it
     */
    record Opening(boolean isWanted) implements SessionState {
        @Override
        public SessionId id() {
            return SessionId.NONE;
        }

        @Override
        public SessionState connected(SessionId reported, Duration negotiated) {
            if (reported.equals(SessionId.NONE)) {
                return this;
            }
            return isWanted
                    ? new Upgrading(reported, negotiated, 1, Duration.ZERO)
                    : new Unconfirmed(reported, negotiated);
        }

        @Override
        public SessionState wanted() {
            return isWanted ? this : new Opening(true);
        }
    }

    /**
     * Connected, and nobody needs more than reads: on an ensemble with local sessions this session stays local.
     *
     * @param id the session
     * @param negotiated the timeout the ensemble granted
     */
    record Unconfirmed(SessionId id, Duration negotiated) implements SessionState {
        @Override
        public SessionState disconnected(Duration unanswered) {
            return new Suspended(id, negotiated, false, false, 0, Duration.ZERO);
        }

        @Override
        public SessionState wanted() {
            return new Upgrading(id, negotiated, 1, Duration.ZERO);
        }
    }

    /**
     * The first probe is under way: it makes the session global and proves that it is.
     *
     * @param id the session
     * @param negotiated the timeout the ensemble granted
     * @param probe the probe's number
     * @param spent how long earlier probes had been waiting for an answer that a broken connection took away
     */
    record Upgrading(SessionId id, Duration negotiated, int probe, Duration spent) implements SessionState {
        @Override
        public SessionState disconnected(Duration unanswered) {
            return new Suspended(id, negotiated, false, true, probe, spent.plus(unanswered));
        }

        @Override
        public SessionState passed(int answered) {
            return answered == probe ? new Verifying(id, negotiated, probe + 1, Duration.ZERO) : this;
        }

        @Override
        public SessionState rejected(int answered) {
            return answered == probe ? Closed.rejected(id) : this;
        }

        @Override
        public SessionState refused(int answered, String reason) {
            return answered == probe ? new Refused(id, reason) : this;
        }

        @Override
        public SessionState timedOut(int expected) {
            return expected == probe ? Closed.silent(id) : this;
        }
    }

    /**
     * The session is global; the last probe, or the one after a reconnection, is under way: it proves that no closeSession
     * precedes it.
     *
     * @param id the session
     * @param negotiated the timeout the ensemble granted
     * @param probe the probe's number
     * @param spent how long earlier probes had been waiting for an answer that a broken connection took away
     */
    record Verifying(SessionId id, Duration negotiated, int probe, Duration spent) implements SessionState {
        @Override
        public SessionState disconnected(Duration unanswered) {
            return new Suspended(id, negotiated, true, true, probe, spent.plus(unanswered));
        }

        @Override
        public SessionState passed(int answered) {
            return answered == probe ? new Confirmed(id, negotiated, probe) : this;
        }

        @Override
        public SessionState rejected(int answered) {
            return answered == probe ? Closed.rejected(id) : this;
        }

        @Override
        public SessionState refused(int answered, String reason) {
            return answered == probe ? new Refused(id, reason) : this;
        }

        @Override
        public SessionState timedOut(int expected) {
            return expected == probe ? Closed.silent(id) : this;
        }
    }

    /**
     * Ephemeral nodes may be created.
     *
     * @param id the session
     * @param negotiated the timeout the ensemble granted
     * @param probe the number of the probe that confirmed it; a later heartbeat on the same connection carries it too
     */
    record Confirmed(SessionId id, Duration negotiated, int probe) implements SessionState {
        @Override
        public boolean isConfirmed() {
            return true;
        }

        @Override
        public SessionState disconnected(Duration unanswered) {
            return new Suspended(id, negotiated, true, true, probe, Duration.ZERO);
        }

        @Override
        public SessionState rejected(int answered) {
            return answered == probe ? Closed.rejected(id) : this;
        }

        @Override
        public SessionState timedOut(int expected) {
            return expected == probe ? Closed.silent(id) : this;
        }
    }

    /**
     * Not connected. The session may still be alive on the servers; being connected again does not prove it.
     *
     * @param id the session
     * @param negotiated the timeout the ensemble granted
     * @param isGlobal whether a probe had proven the session to be global
     * @param isWanted whether an ephemeral node needs it
     * @param probe the number of the last probe
     * @param spent how long probes since the last answer had been waiting
     */
    record Suspended(SessionId id, Duration negotiated, boolean isGlobal, boolean isWanted, int probe, Duration spent)
            implements SessionState {
        @Override
        public SessionState connected(SessionId reported, Duration granted) {
            if (!reported.equals(id)) {
                return this;
            }
            if (isGlobal) {
                return new Verifying(id, granted, probe + 1, spent);
            }
            return isWanted ? new Upgrading(id, granted, probe + 1, spent) : new Unconfirmed(id, granted);
        }

        @Override
        public SessionState wanted() {
            return isWanted ? this : new Suspended(id, negotiated, isGlobal, true, probe, spent);
        }
    }

    /**
     * The ensemble does not let this session own ephemeral nodes. Reads go on.
     *
     * @param id the session
     * @param reason what it said and which setting to look at
     */
    record Refused(SessionId id, String reason) implements SessionState {}

    /**
     * The client was told, or decided, that the session expired. Its nodes may still stand (protocol, H5).
     *
     * @param id the session
     */
    record Expired(SessionId id) implements SessionState {
        @Override
        public boolean isOver() {
            return true;
        }

        @Override
        public SessionState authFailed() {
            return this;
        }

        @Override
        public SessionState sessionExpired() {
            return this;
        }

        @Override
        public SessionState closed(String cause) {
            return this;
        }
    }

    /**
     * This client ended the session.
     *
     * @param id the session
     * @param cause why
     */
    record Closed(SessionId id, String cause) implements SessionState {
        /** Cause of a session given up because the ensemble left a probe unanswered. */
        static final String SILENT = "a probe was not answered in time";

        /** Cause of a session given up because the leader does not hold it. */
        static final String REJECTED = "the leader does not hold the session";

        public static Closed silent(SessionId id) {
            return new Closed(id, SILENT);
        }

        public static Closed rejected(SessionId id) {
            return new Closed(id, REJECTED);
        }

        /** Tells whether the handle was given up, so that a new one is wanted. */
        public boolean isGivenUp() {
            return cause.equals(SILENT) || cause.equals(REJECTED);
        }

        @Override
        public boolean isOver() {
            return true;
        }

        @Override
        public SessionState authFailed() {
            return this;
        }

        @Override
        public SessionState sessionExpired() {
            return this;
        }

        @Override
        public SessionState closed(String ignored) {
            return this;
        }
    }
}
