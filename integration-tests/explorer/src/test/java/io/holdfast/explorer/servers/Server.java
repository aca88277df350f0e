// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.servers;

import static io.holdfast.explorer.servers.Request.Kind.CLOSE_SESSION;
import static io.holdfast.explorer.servers.Request.Kind.CREATE_SESSION;

import io.holdfast.session.Znode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher.Event.EventType;

/** One server: how much of history it has applied, what it alone knows, and who is attached to it. */
final class Server {

    final Tree tree = new Tree();

    /** Global sessions, as the applied transactions tell. */
    final Set<Long> sessions = new TreeSet<>();

    /** Local sessions: this server's own, in memory. */
    final Set<Long> locals = new TreeSet<>();

    /** Sessions on their way from local to global. */
    final Set<Long> upgrading = new TreeSet<>();

    /** What it has sent to the leader, or is about to, in order. */
    final Deque<Request> line = new ArrayDeque<>();

    final List<Connection> connections = new ArrayList<>();

    /** How many transactions it has applied. */
    int applied;

    boolean knows(long session) {
        return locals.contains(session) || upgrading.contains(session) || sessions.contains(session);
    }

    void forgetMemory() {
        locals.clear();
        upgrading.clear();
        line.clear();
    }

    /** Applies the next transaction, answers whoever waits for it here, and tells whoever watches. */
    void apply(Txn txn, boolean listsPaths) {
        applied++;
        Request request = txn.request();
        Code code = txn.outcome().code();
        if (request.kind() == CREATE_SESSION && txn.outcome().isOk()) {
            created(request, txn.zxid());
        } else if (request.kind() == CLOSE_SESSION) {
            sessions.remove(request.session());
            List<String> gone = listsPaths ? txn.closed() : tree.ephemeralsOf(request.session());
            gone.forEach(path -> {
                tree.remove(path);
                fire(EventType.NodeDeleted, path, txn.zxid());
            });
        } else if (txn.outcome().isOk()) {
            Tree before = tree.copy();
            code = tree.follow(request.changes(), txn.zxid());
            request.changes().forEach(change -> fire(change, before, txn.zxid()));
        }
        answer(txn, code);
        if (request.kind() == CLOSE_SESSION) {
            closeAll(request.session(), "the server closes the connection");
        }
    }

    private void created(Request request, long zxid) {
        sessions.add(request.session());
        upgrading.remove(request.session());
        if (request.from() != null && isAttached(request.from())) {
            request.from().accept(zxid);
        }
        connections.stream()
                .filter(each -> each.isSilent && each.session() == request.session())
                .forEach(each -> each.close("out of order")); // it would answer what comes after what it has dropped
    }

    private void answer(Txn txn, Code code) {
        Request request = txn.request();
        if (request.pending() == null || request.from() == null || !isAttached(request.from())) {
            return;
        }
        if (code == Code.SESSIONMOVED) {
            request.from().close("session moved");
            return;
        }
        Outcome outcome = code == txn.outcome().code() ? txn.outcome() : Outcome.of(code);
        request.from().answer(request.pending(), outcome, txn.zxid());
    }

    void closeAll(long session, String why) {
        connections.stream()
                .filter(each -> !each.isClosed && each.session() == session)
                .forEach(each -> each.close(why));
    }

    private void fire(Change change, Tree before, long zxid) {
        Optional<Znode> was = before.node(change.path());
        Optional<Znode> is = tree.node(change.path());
        if (was.isEmpty() && is.isPresent()) {
            fire(EventType.NodeCreated, change.path(), zxid);
        } else if (was.isPresent()
                && (is.isEmpty() || is.get().czxid() != was.get().czxid())) {
            fire(EventType.NodeDeleted, change.path(), zxid);
        } else if (change instanceof Change.SetData) {
            fire(EventType.NodeDataChanged, change.path(), zxid);
        }
    }

    private void fire(EventType type, String path, long zxid) {
        connections.stream().filter(each -> !each.isClosed).forEach(each -> each.fire(type, path, zxid));
    }

    private boolean isAttached(Connection connection) {
        return connections.contains(connection) && !connection.isClosed;
    }

    void describe(StringBuilder text) {
        text.append(applied).append(locals).append(upgrading);
        line.forEach(request -> text.append(request).append('<').append(request.seen()));
        tree.describe(text.append('|'));
        connections.forEach(each -> each.describe(text.append('@')));
    }
}
