// SPDX-License-Identifier: Apache-2.0
package io.holdfast.event;

import java.time.Duration;

/**
 * One fact about what the SDK did or learned. Immutable. Session ids are the 64-bit ids of ZooKeeper; passwords never
 * appear in an event.
 */
public sealed interface HoldfastEvent {

    /** Returns the id of the session the fact belongs to, 0 if there is none yet. */
    long sessionId();

    /**
     * A session changed its state.
     *
     * @param sessionId the session, 0 before the ensemble gave one
     * @param from the state it left, by simple name
     * @param to the state it entered, by simple name
     * @param trigger what caused the change
     * @param cause the same in words, with what the ensemble answered; never empty, and for people only
     */
    record SessionChanged(long sessionId, String from, String to, Trigger trigger, String cause)
            implements HoldfastEvent {

        /** What can change the state of a session. */
        public enum Trigger {
            CONNECTED("the handle connected"),
            DISCONNECTED("the connection was lost, or leads to a read-only server"),
            CONFIRMATION_WANTED("a confirmed session is wanted"),
            PROBE_PASSED("the probe was answered"),
            PROBE_UNANSWERED("a probe was not answered in time"),
            REJECTED_BY_LEADER("the leader does not hold the session"),
            REFUSED_BY_ENSEMBLE("the ensemble lets the session own no ephemeral node"),
            AUTHENTICATION_FAILED("authentication failed"),
            EXPIRED("the session was reported as expired"),
            CLOSED_BY_USER("closed by its user");

            private final String text;

            Trigger(String text) {
                this.text = text;
            }

            /** Returns it in words, for people. */
            @Override
            public String toString() {
                return text;
            }
        }

        /** Returns whether the session is over, or of no use for ephemeral nodes, although nobody asked for that. */
        public boolean isLoss() {
            return switch (trigger) {
                case PROBE_UNANSWERED, REJECTED_BY_LEADER, REFUSED_BY_ENSEMBLE, AUTHENTICATION_FAILED, EXPIRED -> true;
                case CONNECTED, DISCONNECTED, CONFIRMATION_WANTED, PROBE_PASSED, CLOSED_BY_USER -> false;
            };
        }
    }

    /**
     * A session was confirmed: global, known to every server it can reach, and not closing.
     *
     * @param sessionId the session
     * @param took from when the session was both connected and wanted to be confirmed, after the last interruption, to the
     *     confirming answer
     * @param again true if the session had been confirmed before and this was a reconnection
     */
    record SessionConfirmed(long sessionId, Duration took, boolean again) implements HoldfastEvent {}

    /**
     * An earlier session of this client, or of an earlier run, was asked to end.
     *
     * @param sessionId the earlier session
     * @param outcome the outcome, by name: closed, expired or unreachable
     * @param took how long the attempt lasted
     */
    record EarlierSessionEnded(long sessionId, String outcome, Duration took) implements HoldfastEvent {}

    /**
     * A registration's machine moved.
     *
     * @param path the path asked for
     * @param sessionId the session it moved under, 0 if it has none
     * @param from the state it left, by simple name; empty if it has just been asked for
     * @param to the state it entered, by simple name
     * @param cause why, in words
     */
    record RegistrationChanged(String path, long sessionId, String from, String to, String cause)
            implements HoldfastEvent {}

    /**
     * A node was registered: it exists, this session owns it, and a watch is set on it.
     *
     * @param path the node's path
     * @param sessionId the owner
     * @param czxid the node's creation transaction, its token
     * @param unregisteredFor how long the registration had been without a node of its own
     * @param recreated true if the registration had had a node before
     */
    record Registered(String path, long sessionId, long czxid, Duration unregisteredFor, boolean recreated)
            implements HoldfastEvent {}

    /**
     * The client has had no connection for a while, and has asked each server why. Told again when the answers change.
     *
     * @param sessionId the session that has lost its connection, 0 if there is none
     * @param since how long there has been no connection
     * @param servers what each server did, in words
     */
    record NotConnected(long sessionId, Duration since, String servers) implements HoldfastEvent {}

    /**
     * The ensemble has lost transactions that it had answered: it was restored from an older copy, started without its data, or is
     * another one. Grants are refused until {@code HoldfastClient.acceptHistory()}.
     *
     * @param sessionId the session in which it was noticed
     * @param highestZxid the highest transaction id seen before
     * @param zxid the transaction id that the ensemble is at
     */
    record HistoryWentBack(long sessionId, long highestZxid, long zxid) implements HoldfastEvent {}

    /**
     * Another run has written the member's record in the ensemble since this one has: a second process has this member id. It
     * ends the sessions of this one; nothing is done about its own.
     *
     * @param sessionId the session in which it was noticed
     * @param path the record
     * @param incarnation this run
     * @param by the other run
     */
    record RecordOvertaken(long sessionId, String path, String incarnation, String by) implements HoldfastEvent {}

    /**
     * A node that existed where one was to be created was judged.
     *
     * @param path the path
     * @param sessionId the session that judged
     * @param verdict the verdict, by simple name
     * @param ownerSessionId the node's {@code ephemeralOwner}, 0 if there is none
     */
    record Judged(String path, long sessionId, String verdict, long ownerSessionId) implements HoldfastEvent {}

    /**
     * A registration failed because of a node that is not its own.
     *
     * @param path the path
     * @param sessionId the session that found it
     * @param ownerSessionId the node's {@code ephemeralOwner}, 0 if it is not ephemeral
     * @param holder who holds it, in words
     */
    record Conflict(String path, long sessionId, long ownerSessionId, String holder) implements HoldfastEvent {}

    /**
     * A grant was given, came into doubt or out of it, or ended: a held lock, a term of leadership, a registered broker.
     *
     * @param path what it is for
     * @param sessionId the session it lives in
     * @param token its fencing token
     * @param from the state it left, by simple name; empty if it was just given
     * @param to the state it entered, by simple name
     * @param isLoss whether the grant ended although its holder did not release it
     * @param cause why, in words; for people only
     */
    record GrantChanged(String path, long sessionId, long token, String from, String to, boolean isLoss, String cause)
            implements HoldfastEvent {}

    /**
     * Somebody who wants a grant waits in the queue for it.
     *
     * @param path what it is for
     * @param sessionId the session of its node in the queue
     * @param behind the name of the node that is waited for
     * @param ahead how many nodes were ahead in the queue
     */
    record WaitingInQueue(String path, long sessionId, String behind, int ahead) implements HoldfastEvent {}

    /**
     * Code of the user's threw where it must not, or a step of the SDK did. What was to be done is tried again.
     *
     * @param path the registration it was for, or the path it was asked about; empty if none
     * @param sessionId the current session, 0 if it has none to do with it
     * @param task what threw, in words
     * @param failure what was thrown
     */
    record TaskFailed(String path, long sessionId, String task, Throwable failure) implements HoldfastEvent {}

    /**
     * The servers disagree about a path, each asked after a sync of its own (ZOOKEEPER-5010, -4837, -4541).
     *
     * @param path the path
     * @param sessionId the session that found it
     * @param server the server that differs, {@code host:port}
     * @param servers what each server holds, in words
     */
    record ReplicasDiverge(String path, long sessionId, String server, String servers) implements HoldfastEvent {}
}
