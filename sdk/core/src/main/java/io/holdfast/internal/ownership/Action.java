// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.ownership;

import io.holdfast.session.SessionId;
import io.holdfast.session.Znode;
import java.time.Duration;
import java.util.Optional;

/** What a registration does next about a node that it found. */
public sealed interface Action {

    /** Create a node. */
    record Create() implements Action {}

    /**
     * It is ours: nothing is left to do.
     *
     * @param znode our node
     */
    record Accept(Znode znode) implements Action {}

    /**
     * End the node's session, then read again.
     *
     * @param session the earlier session of ours
     * @param until how long, from the first sight of the node, to go on
     */
    record EndSession(SessionId session, Duration until) implements Action {}

    /**
     * Wait until the node is deleted.
     *
     * @param why what is waited for, in words
     * @param until how long, from the first sight of the node; empty for as long as it takes
     */
    record Wait(String why, Optional<Duration> until) implements Action {}

    /** Ask each server by itself whether it holds the node, then decide again. */
    record AskReplicas() implements Action {}

    /**
     * The node belongs to nobody but us: replace it in one transaction, unguarded.
     *
     * @param znode the orphan
     */
    record ReplaceOrphan(Znode znode) implements Action {}

    /**
     * Replace the node of an earlier session of ours in one transaction with a check of that session's marker.
     *
     * @param znode the node
     * @param marker of its session
     */
    record TakeBack(Znode znode, String marker) implements Action {}

    /**
     * Replace the node in one transaction with the guard.
     *
     * @param znode the node
     * @param guardPath the guard
     */
    record TakeOver(Znode znode, String guardPath) implements Action {}

    /**
     * Delete the node, which is ours and no longer wanted.
     *
     * @param znode our node
     */
    record Delete(Znode znode) implements Action {}

    /**
     * Give up: somebody else has the path.
     *
     * @param znode what holds it
     * @param what who that is, in words
     */
    record Conflict(Znode znode, String what) implements Action {}

    /** Nothing of ours is left at the path. */
    record Gone() implements Action {}
}
