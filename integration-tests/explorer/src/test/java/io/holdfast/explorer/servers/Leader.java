// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.servers;

import io.holdfast.session.Znode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.zookeeper.KeeperException.Code;

/** What a leader has in memory, and what is gone with it: its tracker, the closes it is about to ask for, the tree to be. */
final class Leader {

    final Tracker tracker = new Tracker();

    /** Asked for by the tracker, and not prepared yet. */
    final Deque<Request> closes = new ArrayDeque<>();

    /** The tree as it will be when all that is prepared is applied. */
    final Tree preview;

    /** Sessions whose client was told "expired". */
    private final Set<Long> toldExpired = new HashSet<>();

    private final int number;
    private final Flavour flavour;
    private final boolean hasLocalSessions;

    /** A new leader gives every session a fresh timeout. */
    Leader(int number, Flavour flavour, boolean hasLocalSessions, Tree tree, Set<Long> sessions) {
        this.number = number;
        this.flavour = flavour;
        this.hasLocalSessions = hasLocalSessions;
        this.preview = tree.copy();
        sessions.forEach(tracker::track);
    }

    int number() {
        return number;
    }

    /** A server asks for a client that attaches with a session. */
    boolean revalidates(long session, int server) {
        if (!tracker.isLive(session)) {
            toldExpired.add(session);
            return false;
        }
        tracker.own(session, server);
        return true;
    }

    boolean hasToldExpired(long session) {
        return toldExpired.contains(session);
    }

    /** The session was not heard of for its timeout. */
    void expire(long session) {
        if (flavour.isReAdding()) {
            tracker.forget(session);
        } else {
            tracker.closing(session);
        }
        closes.add(new Request(Request.Kind.CLOSE_SESSION, session, number, List.of(), null, null, 0));
    }

    /** Gives a request its place in history. */
    Txn prepare(Request request, long zxid) {
        return switch (request.kind()) {
            case CREATE_SESSION -> create(request, zxid);
            case CLOSE_SESSION -> close(request, zxid);
            case SYNC -> new Txn(zxid, request, List.of(), List.of(), Outcome.of(Code.OK));
            case PROBE -> {
                Code code = tracker.check(request.session(), request.server(), true);
                Outcome outcome = Outcome.of(code == Code.OK ? Code.NONODE : code);
                yield new Txn(zxid, request, List.of(), List.of(), outcome);
            }
            case WRITE -> write(request, zxid);
        };
    }

    private Txn create(Request request, long zxid) {
        boolean isClosing = tracker.isClosing(request.session());
        if (!isClosing) {
            tracker.track(request.session());
            tracker.own(request.session(), request.server());
        }
        return new Txn(zxid, request, List.of(), List.of(), Outcome.of(isClosing ? Code.SESSIONEXPIRED : Code.OK));
    }

    private Txn close(Request request, long zxid) {
        List<String> closed = preview.ephemeralsOf(request.session());
        closed.forEach(preview::remove);
        tracker.closing(request.session());
        return new Txn(zxid, request, closed, List.of(), Outcome.of(Code.OK));
    }

    private Txn write(Request request, long zxid) {
        boolean mustBeGlobal = !hasLocalSessions || request.isEphemeralCreate();
        Code code = tracker.check(request.session(), request.server(), mustBeGlobal);
        List<Znode> hit = preview.hitBy(request.changes());
        Outcome outcome = code == Code.OK ? preview.commit(request.changes(), zxid) : Outcome.of(code);
        return new Txn(zxid, request, List.of(), hit, outcome);
    }

    /** The leader itself has applied a transaction. */
    void applied(Txn txn) {
        Request request = txn.request();
        if (request.kind() == Request.Kind.CLOSE_SESSION) {
            tracker.forget(request.session());
        } else if (request.kind() == Request.Kind.CREATE_SESSION
                && txn.outcome().isOk()
                && flavour.isReAdding()) {
            tracker.track(request.session());
        }
    }

    void describe(StringBuilder text) {
        text.append(number).append(closes).append(toldExpired).append('#');
        tracker.describe(text);
    }
}
