// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.servers;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.zookeeper.KeeperException.Code;

/** The leader's session tracker: kept in memory, gone with the leader. */
final class Tracker {

    private static final int NOBODY = -1;

    private static final class Tracked {
        int owner = NOBODY;
        boolean isClosing;
    }

    private final Map<Long, Tracked> sessions = new TreeMap<>();

    /** Begins to track a session that is not tracked. */
    void track(long session) {
        sessions.putIfAbsent(session, new Tracked());
    }

    void forget(long session) {
        sessions.remove(session);
    }

    void closing(long session) {
        Tracked tracked = sessions.get(session);
        if (tracked != null) {
            tracked.isClosing = true;
        }
    }

    boolean isClosing(long session) {
        Tracked tracked = sessions.get(session);
        return tracked != null && tracked.isClosing;
    }

    boolean isLive(long session) {
        return sessions.containsKey(session) && !isClosing(session);
    }

    /** Returns the sessions that may expire. */
    List<Long> live() {
        return sessions.keySet().stream().filter(this::isLive).toList();
    }

    /** A client has attached with this session to a server. */
    void own(long session, int server) {
        Tracked tracked = sessions.get(session);
        if (tracked != null) {
            tracked.owner = server;
        }
    }

    /** The check of each write. A session that is not tracked passes where it may be a local one of another server. */
    Code check(long session, int server, boolean mustBeGlobal) {
        Tracked tracked = sessions.get(session);
        if (tracked == null) {
            return mustBeGlobal ? Code.SESSIONEXPIRED : Code.OK;
        }
        if (tracked.isClosing) {
            return Code.SESSIONEXPIRED;
        }
        if (tracked.owner == NOBODY) {
            tracked.owner = server;
        }
        return tracked.owner == server ? Code.OK : Code.SESSIONMOVED;
    }

    void describe(StringBuilder text) {
        sessions.forEach((session, tracked) ->
                text.append(session).append(tracked.isClosing ? 'c' : 'l').append(tracked.owner));
    }
}
