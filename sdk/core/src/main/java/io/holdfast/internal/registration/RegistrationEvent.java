// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.internal.ownership.ReplicaView;
import io.holdfast.internal.ownership.Verdict;
import io.holdfast.internal.session.EndOutcome;
import io.holdfast.registration.FenceVersion;
import io.holdfast.session.SessionId;
import io.holdfast.session.Znode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.ACL;

/** What can happen to a {@link RegistrationMachine}. */
sealed interface RegistrationEvent {

    /** A session is confirmed: a new one, or the same one after a reconnection. */
    record SessionConfirmed(SessionId session, Duration negotiated) implements RegistrationEvent {}

    record SessionSuspended() implements RegistrationEvent {}

    record SessionEnded() implements RegistrationEvent {}

    /** The ensemble lets the session own no ephemeral node. */
    record SessionRefused(String reason) implements RegistrationEvent {}

    /** The client is closed, and its session with it. */
    record ClientClosed() implements RegistrationEvent {}

    record CloseAsked() implements RegistrationEvent {}

    /** The payload writer has a new payload. */
    record UpdateAsked() implements RegistrationEvent {}

    /** The watch is set on whatever is at the path. */
    record WatchSet() implements RegistrationEvent {}

    /** The watch has fired. */
    record NodeChanged(boolean isDeleted) implements RegistrationEvent {}

    /**
     * The session's own list was read after a reconnection, or by the slow audit.
     *
     * @param listed all paths on it; empty if the server has no such list, which calls for a read
     */
    record Audited(Optional<Set<String>> listed) implements RegistrationEvent {}

    /** The payload was written: the node with it. Not bound to a step. */
    record Written(Znode node) implements RegistrationEvent {}

    /**
     * The payload was not written. Not bound to a step.
     *
     * @param node the node it was to be written into
     */
    record WriteFailed(Znode node, Code code, Throwable failure) implements RegistrationEvent {}

    /** Carrying an effect out threw, which is not supposed to happen. */
    record StepThrew(Throwable thrown) implements RegistrationEvent {}

    /**
     * The answer to what a step has asked for. An answer to an older step than the current one changes nothing, because
     * whatever made the step old reads again by itself.
     */
    record Answered(long step, Answer answer) implements RegistrationEvent {}

    /** What can answer a step. */
    sealed interface Answer {

        /**
         * The create was answered.
         *
         * @param seen the node as the read that set the watch found it
         * @param fence the version of the node's fence, empty if that is not known
         */
        record Created(Optional<Znode> seen, Optional<FenceVersion> fence) implements Answer {}

        /**
         * The create failed.
         *
         * @param operation which operation of a transaction failed, counted from 0; negative if there was none
         * @param acl the ACL it was sent with
         */
        record CreateFailed(Code code, int operation, List<ACL> acl, Throwable failure) implements Answer {}

        /** The create was not done, because another one of its transaction met a node. */
        record NotTried() implements Answer {}

        /** The data that were made fit no request. */
        record DataUnfit(RefusedByEnsembleException error) implements Answer {}

        /** The user's code has made no data, or no ACL. */
        record NothingMade(String why) implements Answer {}

        record ParentsMade() implements Answer {}

        record ParentsFailed(Code code, String why, Throwable failure) implements Answer {}

        /**
         * The path was read.
         *
         * @param verdict whose the node is, going by its owner and its tag
         * @param fence the version of the node's fence, empty if that is not known
         */
        record Found(Optional<Znode> seen, Verdict verdict, Optional<FenceVersion> fence) implements Answer {}

        record ReadFailed(Code code, Throwable failure) implements Answer {}

        /**
         * The fence of a node of ours was read.
         *
         * @param isSame whether the node still exists
         * @param fence the version of its fence, empty if there is none any more
         */
        record FenceRead(Znode node, boolean isSame, Optional<FenceVersion> fence) implements Answer {}

        record FenceReadFailed(Code code) implements Answer {}

        /** The fence and its anchor exist. */
        record FencePrepared(boolean isForCreate) implements Answer {}

        record EarlierSessionEnded(EndOutcome outcome) implements Answer {}

        record ReplicasRead(List<ReplicaView> views) implements Answer {}

        /** The repair of a divergence was tried. */
        record RepairTried(String how) implements Answer {}

        record Replaced() implements Answer {}

        record ReplaceFailed(Code code, Throwable failure) implements Answer {}

        /** The node of an earlier session was not taken over. */
        record TakeBackFailed(Code code) implements Answer {}

        record Deleted() implements Answer {}

        record DeleteFailed(Code code) implements Answer {}

        /** The watch was set again on a registered node. */
        record WatchedAgain(Znode node, Optional<Znode> seen) implements Answer {}

        record WatchFailed(Code code) implements Answer {}

        record LookDue() implements Answer {}

        record WriteDue() implements Answer {}
    }
}
