// SPDX-License-Identifier: Apache-2.0
package io.holdfast.session;

import java.time.Duration;

/**
 * What a client knows about its session at one moment. One of the records below; immutable.
 *
 * <pre>{@code
 *   Opening --> Unconfirmed --> Upgrading --> Verifying --> Confirmed      Suspended: from and to any of the last four
 *
 *   from any of them --> Refused, Expired, Closed
 * }</pre>
 *
 * <p>A session ends in {@link Expired} or {@link Closed}; the client then opens another one, whose states follow from
 * {@link Opening} on. {@link Refused} stays until the client is closed or the ensemble's configuration allows ephemeral
 * nodes again in a later session.
 *
 * <p>{@code toString} says it in words, for messages and logs.
 */
public sealed interface SessionState {

    /** Returns the session, {@link SessionId#NONE} before there is one. */
    SessionId id();

    /** Returns whether ephemeral nodes may be created in this state. */
    default boolean isConfirmed() {
        return this instanceof Confirmed;
    }

    /** Returns whether the session has ended: another state of the same session never follows. */
    default boolean isOver() {
        return this instanceof Expired || this instanceof Closed;
    }

    /** No server has granted a session yet. */
    record Opening() implements SessionState {
        @Override
        public SessionId id() {
            return SessionId.NONE;
        }

        @Override
        public String toString() {
            return "no session yet";
        }
    }

    /**
     * Connected, and nothing has needed a confirmed session yet: reads work. On an ensemble with local sessions this session
     * is local.
     *
     * @param id the session
     * @param negotiated the timeout that the ensemble granted
     */
    record Unconfirmed(SessionId id, Duration negotiated) implements SessionState {
        @Override
        public String toString() {
            return "session " + id + " is open, not confirmed";
        }
    }

    /**
     * Connected; the first probe is under way, which makes a local session global.
     *
     * @param id the session
     * @param negotiated the timeout that the ensemble granted
     */
    record Upgrading(SessionId id, Duration negotiated) implements SessionState {
        @Override
        public String toString() {
            return "session " + id + " is open, being made global";
        }
    }

    /**
     * Connected, and the session is global; the probe is under way that proves that the ensemble is not closing it.
     *
     * @param id the session
     * @param negotiated the timeout that the ensemble granted
     */
    record Verifying(SessionId id, Duration negotiated) implements SessionState {
        @Override
        public String toString() {
            return "session " + id + " is open, being verified";
        }
    }

    /**
     * Connected, and the quorum has answered that it holds the session: ephemeral nodes may be created.
     *
     * @param id the session
     * @param negotiated the timeout that the ensemble granted
     */
    record Confirmed(SessionId id, Duration negotiated) implements SessionState {
        @Override
        public String toString() {
            return "session " + id + " is confirmed";
        }
    }

    /**
     * Not connected. The session may still be alive on the servers; after a reconnection it is verified again.
     *
     * @param id the session
     * @param negotiated the timeout that the ensemble granted
     */
    record Suspended(SessionId id, Duration negotiated) implements SessionState {
        @Override
        public String toString() {
            return "session " + id + " has lost its connection";
        }
    }

    /**
     * The ensemble does not let this session own ephemeral nodes. Reads still work.
     *
     * @param id the session
     * @param reason what the ensemble answered and which setting to check, for people to read
     */
    record Refused(SessionId id, String reason) implements SessionState {
        @Override
        public String toString() {
            return "session " + id + " is refused: " + reason;
        }
    }

    /**
     * The servers, or the ZooKeeper client library, reported that the session expired. Its nodes may still exist for a while
     * (protocol, H5).
     *
     * @param id the session
     */
    record Expired(SessionId id) implements SessionState {
        @Override
        public String toString() {
            return "session " + id + " has expired";
        }
    }

    /**
     * This client closed the session.
     *
     * @param id the session
     * @param reason why
     */
    record Closed(SessionId id, CloseReason reason) implements SessionState {
        @Override
        public String toString() {
            return "session " + id + " is closed (" + reason + ")";
        }
    }
}
