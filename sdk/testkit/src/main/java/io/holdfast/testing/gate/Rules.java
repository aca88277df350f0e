// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.gate;

/**
 * The gates that were enough to force every interleaving of the design's hazards.
 *
 * <p>Of a transaction three moments can be held: its preparation (on the leader, before it has a zxid), its commit (when the
 * leader's decision reaches one server) and its application (when that server changes its tree). A gate may be closed at one server, or
 * for one session, only. All of them stop the thread that runs them; the notes say what stands still with it.
 */
public final class Rules {

    private static final String SERVER = "org.apache.zookeeper.server.";
    private static final String CREATE_SESSION = "$1.type == -10";
    private static final String CLOSE_SESSION = "$1.type == -11";

    /** Leader: createSession is not prepared, and neither is any other write. Local sessions pass. */
    public static final ServerRule HOLD_PREP_OF_CREATE_SESSION = prep("create-session", CREATE_SESSION);

    /** Leader: closeSession is not prepared, and neither is any other write; the session is marked closing. */
    public static final ServerRule HOLD_PREP_OF_CLOSE_SESSION = prep("close-session", CLOSE_SESSION);

    /** One server does not hear that createSession is committed. A follower still serves reads but answers no leader ping. */
    public static final ServerRule HOLD_COMMIT_OF_CREATE_SESSION = commit("create-session", CREATE_SESSION);

    /** One server does not hear that closeSession is committed. A follower still serves reads but answers no leader ping. */
    public static final ServerRule HOLD_COMMIT_OF_CLOSE_SESSION = commit("close-session", CLOSE_SESSION);

    /** One server does not apply createSession; it answers no read and applies no later write. Local sessions pass. */
    public static final ServerRule HOLD_APPLY_OF_CREATE_SESSION = apply("create-session", CREATE_SESSION);

    /** One server does not apply closeSession; it answers no read and applies no later write. */
    public static final ServerRule HOLD_APPLY_OF_CLOSE_SESSION = apply("close-session", CLOSE_SESSION);

    /**
     * Expiry stops between its two halves: the session is marked closing, but its closeSession is not submitted. Only the
     * server's thread that expires sessions stands still; everything else goes on.
     */
    public static final ServerRule HOLD_EXPIRE = ServerRule.atEntry(
            "expire",
            SERVER + "ZooKeeperServer",
            "expire(SessionTracker$Session)",
            "true",
            "pass(\"expire\", $1.getSessionId())");

    /**
     * As {@link #HOLD_EXPIRE}, for any number of sessions at once: nothing stands still, only the closeSession of each comes
     * when the gate opens. Fits every release from 3.3 on.
     */
    public static final ServerRule POSTPONE_CLOSE = ServerRule.atEntry(
            "postponed-close",
            SERVER + "ZooKeeperServer",
            "expire(SessionTracker$Session)",
            "postponesClose(\"postponed-close\", $1.getSessionId(), $0)",
            "RETURN");

    /** While closed, the leader does not hear from its followers that these sessions are alive. */
    public static final ServerRule DROP_TOUCHES = ServerRule.atEntry(
            "drop-touches",
            SERVER + "quorum.LeaderZooKeeperServer",
            "touch(long,int)",
            "isClosed(\"drop-touches\", $1)",
            "RETURN false");

    /**
     * While closed, one server forgets to delete the nodes of these sessions when it applies their end: the replicas diverge,
     * for good. For the current release.
     */
    public static final ServerRule KEEP_NODES_OF_ENDED_SESSION = ServerRule.atEntry(
            "keep-nodes",
            SERVER + "DataTree",
            "deleteNodes(long,long,Iterable)",
            "isClosed(\"keep-nodes\", $1)",
            "RETURN");

    /**
     * First half of the zombie session (a leader of 3.5.x with local sessions): an ephemeral create is held in its
     * connection's thread, before the server decides whether the session must become global.
     */
    public static final ServerRule ZOMBIE_HOLD_CREATE = ServerRule.atEntry(
            "zombie-create",
            SERVER + "quorum.LeaderRequestProcessor",
            "processRequest(Request)",
            "$1.type == 1 || $1.type == 15 || $1.type == 14",
            "pass(\"zombie-create\", $1.sessionId)");

    /** Second half: the close of the still local session is held after it was decided to be a local one. */
    public static final ServerRule ZOMBIE_HOLD_LOCAL_CLOSE = ServerRule.atEntry(
            "zombie-close",
            SERVER + "quorum.LeaderRequestProcessor",
            "processRequest(Request)",
            CLOSE_SESSION + " && $1.isLocalSession()",
            "pass(\"zombie-close\", $1.sessionId)");

    private Rules() {}

    private static ServerRule prep(String transaction, String condition) {
        return pass(
                "prep-" + transaction,
                SERVER + "PrepRequestProcessor",
                "pRequest(Request)",
                condition + " && !$1.isLocalSession()");
    }

    private static ServerRule commit(String transaction, String condition) {
        return pass("commit-" + transaction, SERVER + "quorum.CommitProcessor", "commit(Request)", condition);
    }

    /** A request without a transaction header belongs to a local session and changes no tree. */
    private static ServerRule apply(String transaction, String condition) {
        return pass(
                "apply-" + transaction,
                SERVER + "FinalRequestProcessor",
                "processRequest(Request)",
                condition + " && $1.getHdr() != null");
    }

    private static ServerRule pass(String gate, String type, String method, String condition) {
        return ServerRule.atEntry(gate, type, method, condition, "pass(\"" + gate + "\", $1.sessionId)");
    }
}
