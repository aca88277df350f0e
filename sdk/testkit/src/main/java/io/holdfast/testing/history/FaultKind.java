// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What can happen to a member, to its way to the servers, or to the ensemble. Times are in milliseconds. */
public enum FaultKind {
    /** SIGSTOP for longer than a session of two seconds lives, if it can be of a holder, then SIGCONT. */
    STOPPED_PAST_ITS_DEADLINE(Target.MEMBER, 4, 3_200, 4_500),
    /** SIGSTOP and SIGCONT within the session's life. */
    STOPPED_FOR_A_WHILE(Target.MEMBER, 2, 200, 1_500),
    /** SIGKILL; another process of the same member follows. */
    KILLED(Target.MEMBER, 2, 100, 2_000),
    /** Every connection is cut; the next one gets through. */
    CUT(Target.MEMBER, 3, 0, 0),
    /** Cut, and no way to any server for less than a session timeout. */
    AWAY_FOR_A_WHILE(Target.MEMBER, 2, 300, 1_500),
    /** Cut, if it can be of a holder, and no way to any server until the session has expired. */
    AWAY_UNTIL_EXPIRED(Target.MEMBER, 2, 2_800, 4_000),
    /** Nothing comes back from the servers, then all at once. */
    ANSWERS_HELD(Target.MEMBER, 2, 300, 2_800),
    /** Nothing gets to the servers, then all at once. */
    REQUESTS_HELD(Target.MEMBER, 2, 300, 2_800),
    /** What comes back is lost, until the connection is given up. */
    ANSWERS_LOST(Target.MEMBER, 1, 300, 2_800),
    /** Sessions are opened and the client never learns of them. */
    SESSIONS_UNANSWERED(Target.MEMBER, 1, 500, 2_500),
    /** The answer to one write is lost: its outcome is unknown. */
    WRITE_UNANSWERED(Target.MEMBER, 4, 1_000, 1_000),
    /** Cut right behind a certain request, and no way to any server until the session has expired: between two steps. */
    CUT_AT_A_STEP_UNTIL_EXPIRED(Target.MEMBER, 2, 2_800, 4_000),
    /** SIGSTOP of the leading server. */
    LEADER_PAUSED(Target.ENSEMBLE, 1, 500, 3_000),
    /** SIGSTOP of a following server: with it goes what it has not told the leader yet of whom it has heard of. */
    FOLLOWER_PAUSED(Target.ENSEMBLE, 2, 500, 3_000),
    /** SIGKILL of the leading server, which is started again. */
    LEADER_KILLED(Target.ENSEMBLE, 1, 300, 1_500),
    /** An operator deletes the node of whoever is first in line. */
    HOLDER_DELETED(Target.LINE, 4, 0, 0),
    /**
     * The same, while a write of that holder is on its way and held up: it arrives when the next one has written.
     */
    HOLDER_DELETED_AHEAD_OF_ITS_WRITE(Target.LINE, 4, 500, 1_000),
    /** An operator deletes the node of somebody who waits. */
    WAITER_DELETED(Target.LINE, 2, 0, 0),
    /** The process is asked to end and does so well; another one of the same member follows. */
    RESTARTED(Target.MEMBER, 1, 1_500, 3_000),
    /** SIGTERM of the leading server, which is started again. */
    LEADER_ASKED_TO_END(Target.ENSEMBLE, 1, 300, 1_500),
    /** SIGKILL of a following server, which is started again. */
    FOLLOWER_KILLED(Target.ENSEMBLE, 1, 300, 1_500),
    /** SIGSTOP of the leading server and another one: nobody is left who could serve alone. */
    QUORUM_PAUSED(Target.ENSEMBLE, 1, 500, 4_000),
    /** Every connection of every member is cut at once. */
    EVERYBODY_CUT(Target.ENSEMBLE, 1, 0, 0),
    /** Sessions that have run out are marked as closing, and their end is held up: ghosts. */
    EXPIRY_HELD(Target.ENSEMBLE, 1, 1_000, 4_000),
    /** One follower does not hear that sessions begin or end, nor of anything that comes after. */
    COMMIT_HELD(Target.ENSEMBLE, 1, 300, 1_400),
    /** An operator deletes some nodes of live sessions. */
    NODES_DELETED(Target.NODES, 6, 0, 0);

    /**
     * The faults of a game for one right. Kinds that came later are not among them, so that the seed of a game means what it
     * meant before.
     */
    public static final Set<FaultKind> OF_A_GAME =
            Collections.unmodifiableSet(EnumSet.range(STOPPED_PAST_ITS_DEADLINE, WAITER_DELETED));

    /** What a fault is done to. */
    public enum Target {
        /** One member. */
        MEMBER,
        /** The servers. */
        ENSEMBLE,
        /** The nodes at the contended path. */
        LINE,
        /** Registered nodes. */
        NODES
    }

    private final Target target;
    private final int share;
    private final int shortestMillis;
    private final int longestMillis;

    FaultKind(Target target, int share, int shortestMillis, int longestMillis) {
        this.target = target;
        this.share = share;
        this.shortestMillis = shortestMillis;
        this.longestMillis = longestMillis;
    }

    /** Returns whether such a fault keeps a holder from hearing what happens to its node. */
    boolean hurts(Fault fault, Hold hold) {
        return switch (target) {
            case MEMBER -> fault.target().startsWith(hold.run());
            case ENSEMBLE -> true;
            case LINE -> this == HOLDER_DELETED_AHEAD_OF_ITS_WRITE;
            case NODES -> false;
        };
    }

    /** Returns what it is done to. */
    public Target target() {
        return target;
    }

    int share() {
        return share;
    }

    int shortestMillis() {
        return shortestMillis;
    }

    int longestMillis() {
        return longestMillis;
    }
}
