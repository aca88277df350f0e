// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.servers;

import static io.holdfast.explorer.servers.Request.Kind.CLOSE_SESSION;
import static io.holdfast.explorer.servers.Request.Kind.CREATE_SESSION;

import io.holdfast.explorer.servers.Connection.Peer;
import io.holdfast.zookeeper.Znode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher.Event.EventType;

/**
 * Three servers, one of them the leader. Nothing happens by itself: each method is one step of one server, and whoever
 * explores chooses the order. Every way in which the steps are ordered is one that real servers can take, and section 1 of
 * the facts says where each comes from.
 */
public final class Ensemble {

    public static final int SERVERS = 3;

    /** Stands for the line of requests that the leader's own tracker makes. */
    public static final int TRACKER = SERVERS;

    /** What came of attaching with a session. */
    public enum Attached {
        YES,
        /** "Expired". */
        EXPIRED,
        /** The server has applied less than the client has seen, and refuses. */
        BEHIND
    }

    private final Flavour flavour;
    private final boolean hasLocalSessions;
    private final Diary diary;
    private final Server[] servers = new Server[SERVERS];
    private final Deque<Request> closes = new ArrayDeque<>();
    private final List<Txn> history = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();
    private final List<BiConsumer<Txn, Tree>> preparedListeners = new ArrayList<>();

    /** Sessions whose client was told "expired", and by the servers under which leader. */
    private final Map<Long, Integer> toldExpired = new HashMap<>();

    private Tree preview = new Tree();
    private Tracker tracker = new Tracker();
    private int leader;
    private int term;
    private long nextSession = 0x51;

    /** Three servers that hold nothing, the first of which leads. */
    public Ensemble(Flavour flavour, boolean hasLocalSessions, Diary diary) {
        this.flavour = flavour;
        this.hasLocalSessions = hasLocalSessions;
        this.diary = diary;
        for (int i = 0; i < SERVERS; i++) {
            servers[i] = new Server();
        }
    }

    public static String name(long session) {
        return "0x" + Long.toHexString(session);
    }

    // ---------------------------------------------------------------- clients attach, send and receive

    public long nextSession() {
        return nextSession;
    }

    /** A handle without a session connects; it is told of its session when it receives that. */
    public Connection open(Peer peer, int server) {
        long session = nextSession++;
        Connection connection = new Connection(peer, server, session, 0);
        connections.add(connection);
        if (hasLocalSessions) {
            servers[server].locals.add(session);
            connection.accept(0);
            tell(server, () -> "gives local session " + name(session));
        } else {
            line(server, new Request(CREATE_SESSION, session, server, List.of(), connection, null, 0));
            tell(server, () -> "asks for global session " + name(session));
        }
        return connection;
    }

    /** A session that is global and known everywhere from the start: of somebody else. */
    public void settled(long session) {
        tracker.track(session);
        for (Server server : servers) {
            server.sessions.add(session);
        }
    }

    /** Attaches with a session; {@code seen} is the last transaction that the client knows of. */
    public Attached validate(long session, int server, long seen) {
        if (seen > servers[server].applied) {
            return Attached.BEHIND;
        }
        if (servers[server].locals.contains(session)) {
            return Attached.YES;
        }
        if (!tracker.isLive(session)) {
            toldExpired.put(session, term);
            tell(server, () -> name(session) + " is told: expired");
            return Attached.EXPIRED;
        }
        tracker.own(session, server);
        return Attached.YES;
    }

    /** After {@link #validate} has said yes. */
    public Connection reopen(Peer peer, long session, int server, long seen) {
        Server to = servers[server];
        Connection connection = new Connection(peer, server, session, seen);
        connection.isSilent = server != leader
                && !to.locals.contains(session)
                && !to.upgrading.contains(session)
                && !to.sessions.contains(session);
        connections.add(connection);
        tell(server, () -> name(session) + " attaches" + (connection.isSilent ? ", and is not known here" : ""));
        return connection;
    }

    /** Sends a write on a connection. */
    public void send(Connection on, Request.Kind kind, List<Change> changes, Pending pending) {
        int at = on.server();
        Server server = servers[at];
        Request request = new Request(kind, on.session(), at, changes, on, pending, on.seen());
        on.outstanding.add(pending);
        if (on.isSilent || on.isClosed || (at == leader && tracker.isClosing(on.session()) && kind != CLOSE_SESSION)) {
            tell(at, () -> "drops " + request);
            return;
        }
        if (server.locals.contains(on.session())) {
            if (kind == CLOSE_SESSION) {
                server.locals.remove(on.session());
                on.answer(pending, Outcome.of(Code.OK), server.applied);
                on.close("closed");
                return;
            }
            if (kind == Request.Kind.PROBE || request.isEphemeralCreate()) {
                server.locals.remove(on.session());
                server.upgrading.add(on.session());
                if (at == leader) {
                    tracker.track(on.session());
                }
                line(at, new Request(CREATE_SESSION, on.session(), at, List.of(), null, null, 0));
                tell(at, () -> "upgrades " + name(on.session()));
            }
        }
        line(at, request);
    }

    /** Sends a read: it is answered behind every write before it. */
    public void read(Connection on, Pending pending) {
        on.outstanding.add(pending);
    }

    /** Tells whether the connection has something for its client. */
    public boolean canReceive(Connection on) {
        return on.hasNews() || isReadDue(on);
    }

    /** The client receives the next message, or the answer to the read that is next. */
    public void receive(Connection on) {
        if (on.hasNews()) {
            Connection.Message next = on.down.remove();
            on.shown(next.zxid());
            next.deliver().run();
            return;
        }
        Pending next = on.outstanding.remove();
        Server server = servers[on.server()];
        on.shown(server.applied);
        next.answer().accept(next.read().apply(server.tree));
    }

    private boolean isReadDue(Connection on) {
        Pending next = on.outstanding.peek();
        return next != null
                && next.read() != null
                && !on.isSilent
                && !on.isClosed
                && !(on.server() == leader && tracker.isClosing(on.session()));
    }

    /** The connection breaks; requests that the leader has not prepared yet may never have arrived. */
    public void cut(Connection on, boolean losesRequests) {
        if (losesRequests) {
            servers[on.server()].line.removeIf(request -> request.from() == on);
        }
        drop(on);
    }

    private void drop(Connection on) {
        connections.remove(on);
        on.cut();
    }

    // ---------------------------------------------------------------- the leader prepares, servers apply

    public boolean canPrepare(int line) {
        return lineOf(line).peek() != null;
    }

    /** Returns how far the client had seen history when it sent what the leader would prepare next. */
    public long seenByNext(int line) {
        return lineOf(line).element().seen();
    }

    /** The leader prepares the next request of a line: from here on it has its place in history. */
    public void prepare(int line) {
        Request request = lineOf(line).remove();
        long zxid = history.size() + 1L;
        List<String> closed = List.of();
        List<Znode> hit = List.of();
        Outcome outcome;
        switch (request.kind()) {
            case CREATE_SESSION -> {
                boolean isClosing = tracker.isClosing(request.session());
                if (!isClosing) {
                    tracker.track(request.session());
                    tracker.own(request.session(), request.server());
                }
                outcome = Outcome.of(isClosing ? Code.SESSIONEXPIRED : Code.OK);
            }
            case CLOSE_SESSION -> {
                closed = preview.ephemeralsOf(request.session());
                closed.forEach(preview::remove);
                tracker.closing(request.session());
                outcome = Outcome.of(Code.OK);
            }
            case PROBE -> {
                Code code = tracker.check(request.session(), request.server(), true);
                outcome = Outcome.of(code == Code.OK ? Code.NONODE : code);
            }
            default -> {
                Code code = tracker.check(
                        request.session(), request.server(), !hasLocalSessions || request.isEphemeralCreate());
                hit = preview.hitBy(request.changes());
                outcome = code == Code.OK ? preview.commit(request.changes(), zxid) : Outcome.of(code);
            }
        }
        Txn txn = new Txn(zxid, request, closed, hit, outcome);
        history.add(txn);
        tell(leader, () -> "prepares " + txn);
        preparedListeners.forEach(listener -> listener.accept(txn, preview));
    }

    public boolean canApply(int server) {
        return servers[server].applied < history.size();
    }

    /** A server applies the next transaction. */
    public void apply(int number) {
        Server server = servers[number];
        Txn txn = history.get(server.applied++);
        Request request = txn.request();
        Code code = txn.outcome().code();
        tell(number, () -> "applies " + txn);
        if (request.kind() == CREATE_SESSION && txn.outcome().isOk()) {
            server.sessions.add(request.session());
            server.upgrading.remove(request.session());
            if (number == leader && flavour.isReAdding()) {
                tracker.track(request.session());
            }
            if (request.from() != null && isOpen(request.from(), number)) {
                request.from().accept(txn.zxid());
            }
            connections.stream()
                    .filter(each -> each.isSilent && each.server() == number && each.session() == request.session())
                    .forEach(each -> each.close("out of order")); // it answers what was not dropped
        } else if (request.kind() == CLOSE_SESSION) {
            if (number == leader) {
                tracker.forget(request.session());
            }
            server.sessions.remove(request.session());
            List<String> gone = flavour.listsPaths() ? txn.closed() : server.tree.ephemeralsOf(request.session());
            gone.forEach(path -> {
                server.tree.remove(path);
                fire(number, EventType.NodeDeleted, path, txn.zxid());
            });
        } else if (txn.outcome().isOk()) {
            Tree before = server.tree.copy();
            code = server.tree.follow(request.changes(), txn.zxid());
            fireChanges(number, before, request.changes(), txn.zxid());
        }
        answer(number, txn, code);
    }

    private void answer(int number, Txn txn, Code code) {
        Request request = txn.request();
        if (request.pending() != null && request.from() != null && isOpen(request.from(), number)) {
            if (code == Code.SESSIONMOVED) {
                request.from().close("session moved");
            } else {
                Outcome outcome = code == txn.outcome().code() ? txn.outcome() : Outcome.of(code);
                request.from().answer(request.pending(), outcome, txn.zxid());
            }
        }
        if (request.kind() == CLOSE_SESSION) {
            connections.stream()
                    .filter(each -> isOpen(each, number) && each.session() == request.session())
                    .forEach(each -> each.close("the server closes the connection"));
        }
    }

    private void fireChanges(int number, Tree before, List<Change> changes, long zxid) {
        for (Change change : changes) {
            Optional<Znode> was = before.node(change.path());
            Optional<Znode> is = servers[number].tree.node(change.path());
            if (was.isEmpty() && is.isPresent()) {
                fire(number, EventType.NodeCreated, change.path(), zxid);
            } else if (was.isPresent()
                    && (is.isEmpty() || is.get().czxid() != was.get().czxid())) {
                fire(number, EventType.NodeDeleted, change.path(), zxid);
            } else if (change instanceof Change.SetData) {
                fire(number, EventType.NodeDataChanged, change.path(), zxid);
            }
        }
    }

    private void fire(int number, EventType type, String path, long zxid) {
        connections.stream().filter(each -> isOpen(each, number)).forEach(each -> each.fire(type, path, zxid));
    }

    /**
     * A handle that has attached again sets its watches again, and is told what has happened to the path since.
     *
     * @param existed whether there was a node when the watch was set
     */
    public void watchAgain(Connection on, String path, boolean existed, long since) {
        Tree tree = servers[on.server()].tree;
        on.watch(path);
        boolean exists = tree.node(path).isPresent();
        if (existed && !exists) {
            on.fire(EventType.NodeDeleted, path, on.seen());
        } else if (existed && tree.mzxid(path) > since) {
            on.fire(EventType.NodeDataChanged, path, on.seen());
        } else if (!existed && exists) {
            on.fire(EventType.NodeCreated, path, on.seen());
        }
    }

    // ---------------------------------------------------------------- what goes wrong

    /** Returns the sessions that the tracker may expire. */
    public List<Long> mayExpire() {
        return tracker.live();
    }

    /** The tracker has not heard of the session for its timeout: it is marked, and its close is about to be asked for. */
    public void expire(long session) {
        if (flavour.isReAdding()) {
            tracker.forget(session);
        } else {
            tracker.closing(session);
        }
        closes.add(new Request(CLOSE_SESSION, session, leader, List.of(), null, null, 0));
        tell(leader, () -> "expires " + name(session));
    }

    public List<Long> localsOf(int server) {
        return List.copyOf(servers[server].locals);
    }

    /** A local session expires at its server. */
    public void expireLocal(int server, long session) {
        servers[server].locals.remove(session);
        connections.stream()
                .filter(each -> isOpen(each, server) && each.session() == session)
                .forEach(each -> each.close("local session expires"));
        tell(server, () -> "expires local session " + name(session));
    }

    /**
     * The leader dies and another server leads. What no server had applied may be lost, or not: both happen. All that was in
     * memory is: the marks of closing sessions, the lines, local sessions. Every session known gets a fresh timeout.
     */
    public void changeLeader(boolean losesProposals) {
        int committed = 0;
        for (Server server : servers) {
            committed = Math.max(committed, server.applied);
        }
        if (losesProposals) {
            history.subList(committed, history.size()).clear();
        }
        leader = leader == 2 ? 0 : 2;
        term++;
        tell(leader, () -> "leads from now on, " + (losesProposals ? "without" : "with") + " what was only proposed");
        closes.clear();
        for (Connection each : List.copyOf(connections)) {
            drop(each);
        }
        for (Server server : servers) {
            server.forgetMemory();
        }
        tracker = new Tracker();
        while (canApply(leader)) {
            apply(leader);
        }
        preview = servers[leader].tree.copy();
        servers[leader].sessions.forEach(tracker::track);
    }

    /** Somebody else writes, and the leader prepares it at once. */
    public void write(long session, int through, List<Change> changes) {
        Request request = new Request(Request.Kind.WRITE, session, through, changes, null, null, 0);
        servers[through].line.addFirst(request);
        tracker.own(session, through);
        prepare(through);
    }

    /** Somebody closes a session, and the leader prepares it at once. */
    public void close(long session) {
        closes.addFirst(new Request(CLOSE_SESSION, session, leader, List.of(), null, null, 0));
        prepare(TRACKER);
    }

    /** Puts a node into one server's tree that no transaction has made: a replica that has diverged. */
    public void plant(int server, Znode node) {
        servers[server].tree.plant(node);
    }

    /** Puts a node into every tree: one that has always been there. */
    public void stands(Znode node) {
        for (Server server : servers) {
            server.tree.plant(node);
        }
        preview.plant(node);
    }

    // ---------------------------------------------------------------- what can be seen

    public int leader() {
        return leader;
    }

    public Tree tree(int server) {
        return servers[server].tree;
    }

    /** Returns the tree as it will be when all that is prepared is applied. */
    public Tree preview() {
        return preview;
    }

    public int applied(int server) {
        return servers[server].applied;
    }

    public int committed() {
        int most = 0;
        for (Server server : servers) {
            most = Math.max(most, server.applied);
        }
        return most;
    }

    public List<Txn> history() {
        return history;
    }

    public boolean knows(int server, long session) {
        return servers[server].sessions.contains(session);
    }

    public boolean isTracked(long session) {
        return tracker.isLive(session);
    }

    public boolean isAttached(int server) {
        return connections.stream().anyMatch(each -> isOpen(each, server));
    }

    public List<Connection> connections() {
        return connections;
    }

    /** Tells whether the servers have told a client that its session is gone, under the leader that still leads. */
    public boolean wasToldExpired(long session) {
        return toldExpired.getOrDefault(session, -1) == term;
    }

    /** Told each transaction as soon as it is prepared, with the tree as it will be. */
    public void onPrepared(BiConsumer<Txn, Tree> listener) {
        preparedListeners.add(listener);
    }

    public void describe(StringBuilder text) {
        text.append(leader)
                .append(term)
                .append(nextSession)
                .append(closes)
                .append(toldExpired)
                .append('#');
        tracker.describe(text);
        for (int i = 0; i < SERVERS; i++) {
            text.append('#');
            servers[i].describe(text);
        }
        int least = Integer.MAX_VALUE;
        for (Server server : servers) {
            least = Math.min(least, server.applied);
        }
        text.append(history.size()).append(history.subList(least, history.size()));
        connections.forEach(each -> {
            text.append('@');
            each.describe(text);
        });
    }

    private boolean isOpen(Connection connection, int server) {
        return connection.server() == server && !connection.isClosed && !connection.isBroken();
    }

    private Deque<Request> lineOf(int line) {
        return line == TRACKER ? closes : servers[line].line;
    }

    private void line(int server, Request request) {
        servers[server].line.add(request);
        tell(server, () -> "passes on " + request);
    }

    private void tell(int server, Supplier<String> what) {
        diary.note(server == leader ? "leader" : "server " + server, what);
    }
}
