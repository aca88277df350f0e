// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.error.HoldfastException;
import io.holdfast.event.HoldfastEvent;
import io.holdfast.internal.ownership.Divergence;
import io.holdfast.registration.RegistrationState;
import io.holdfast.session.SessionId;
import io.holdfast.session.Znode;
import java.time.Duration;
import java.util.Optional;
import org.apache.zookeeper.CreateMode;

/** What a {@link RegistrationMachine} wants done, in this order. */
sealed interface RegistrationEffect {

    /**
     * The registration has entered a state.
     *
     * @param session the current session, {@link SessionId#NONE} if there is none
     * @param isNewNode whether it is registered with another node than before
     */
    record Publish(RegistrationState state, SessionId session, String cause, boolean isNewNode)
            implements RegistrationEffect {}

    record Tell(HoldfastEvent event) implements RegistrationEffect {}

    /** The registration is over: its path is free for another one. */
    record Release() implements RegistrationEffect {}

    /** Creates of many registrations in one turn of the loop could share a transaction. */
    record Create() implements RegistrationEffect {}

    record CreateParents(CreateMode mode) implements RegistrationEffect {}

    record PrepareFence(boolean isForCreate) implements RegistrationEffect {}

    /** Reads the fence's version for a node of ours. */
    record ReadFence(Znode node) implements RegistrationEffect {}

    /** What is known of the fence's anchor may be out of date. */
    record ForgetAnchor() implements RegistrationEffect {}

    /**
     * Reads the node, and leaves a watch at its path.
     *
     * @param knownPath the actual path of a sequential node, if it is known
     */
    record Find(Optional<String> knownPath) implements RegistrationEffect {}

    record WatchAgain(Znode node) implements RegistrationEffect {}

    record Delete(Znode node) implements RegistrationEffect {}

    /**
     * Replaces the node with one of ours in a transaction.
     *
     * @param guardPath the guard, empty for an orphan
     */
    record Replace(Znode node, Optional<String> guardPath) implements RegistrationEffect {}

    /**
     * Replaces the node of an earlier session of ours with one of this session, in a transaction.
     *
     * @param marker of the earlier session
     */
    record TakeBack(Znode node, String marker) implements RegistrationEffect {}

    record EndEarlierSession(SessionId session) implements RegistrationEffect {}

    record AskReplicas() implements RegistrationEffect {}

    record Repair(Divergence divergence) implements RegistrationEffect {}

    record LookAfter(Duration delay) implements RegistrationEffect {}

    record WriteAfter(Duration delay) implements RegistrationEffect {}

    /** Asks the quorum whether it still holds the session. */
    record SuspectSession() implements RegistrationEffect {}

    /** Writes the newest payload into the node, if it is not there yet. */
    record WritePayload(Znode node) implements RegistrationEffect {}

    /** The node is registered with the payload it was created with. */
    record PayloadIsIn() implements RegistrationEffect {}

    /** Which of several creates made the node is not known, and so not what it holds. */
    record PayloadIsUnknown() implements RegistrationEffect {}

    record PayloadRefused(HoldfastException error) implements RegistrationEffect {}

    /** No update that is waiting will be written. */
    record PayloadFailed(Throwable why) implements RegistrationEffect {}
}
