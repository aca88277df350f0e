// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.servers;

import static io.holdfast.explorer.servers.Request.Kind.CLOSE_SESSION;
import static io.holdfast.explorer.servers.Request.Kind.CREATE_SESSION;

import io.holdfast.explorer.servers.Connection.Peer;
import io.holdfast.session.Znode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher.Event.EventType;

/**
 * Three servers, one of them the leader. Nothing happens by itself: each method is one step of one server, and whoever
 * explores chooses the order. Every way in which the steps are ordered is one that real servers can take.
 */
public final class Ensemble {

    public static final int SERVERS = 3;

    /** Stands for the line of requests that the leader's own tracker makes. */
    public static final int TRACKER = SERVERS;

    private static final long FIRST_SESSION = 0x51;

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
    private final Server[] servers = {new Server(), new Server(), new Server()};
    private final List<Txn> history = new ArrayList<>();
    private final List<Consumer<Txn>> preparedListeners = new ArrayList<>();

    private Leader leader;
    private long nextSession = FIRST_SESSION;

    /** Three servers that hold nothing, the first of which leads. */
    public Ensemble(Flavour flavour, boolean hasLocalSessions, Diary diary) {
        this.flavour = flavour;
        this.hasLocalSessions = hasLocalSessions;
        this.diary = diary;
        this.leader = new Leader(0, flavour, hasLocalSessions, servers[0].tree, Set.of());
    }

    public static String name(long session) {
        return "0x" + Long.toHexString(session);
    }

    // ---------------------------------------------------------------- clients attach, send and receive

    /** Returns the id that the next session will get. */
    public long nextSession() {
        return nextSession;
    }

    /** A handle without a session connects; it is told of its session when it receives that. */
    public Connection open(Peer peer, int server) {
        long session = nextSession++;
        Connection connection = new Connection(peer, server, session, 0);
        servers[server].connections.add(connection);
        if (hasLocalSessions) {
            servers[server].locals.add(session);
            connection.accept(0);
            tell(server, () -> "gives local session " + name(session));
        } else {
            line(server, new Request(CREATE_SESSION, session, server, List.of(), connection, null, 0));
        }
        return connection;
    }

    /** Attaches with a session; {@code seen} is the last transaction that the client knows of. */
    public Attached validate(long session, int server, long seen) {
        if (seen > servers[server].applied) {
            return Attached.BEHIND;
        }
        if (servers[server].locals.contains(session) || leader.revalidates(session, server)) {
            return Attached.YES;
        }
        tell(server, () -> name(session) + " is told: expired");
        return Attached.EXPIRED;
    }

    /** After {@link #validate} has said yes. */
    public Connection reopen(Peer peer, long session, int server, long seen) {
        Connection connection = new Connection(peer, server, session, seen);
        connection.isSilent = server != leader.number() && !servers[server].knows(session);
        servers[server].connections.add(connection);
        tell(server, () -> name(session) + " attaches" + (connection.isSilent ? ", and is not known here" : ""));
        return connection;
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

    /** Sends a write on a connection. */
    public void send(Connection on, Request.Kind kind, List<Change> changes, Pending pending) {
        Server server = servers[on.server()];
        Request request = new Request(kind, on.session(), on.server(), changes, on, pending, on.seen());
        on.outstanding.add(pending);
        if (on.isSilent || on.isClosed || (isDroppedAtLeader(on) && kind != CLOSE_SESSION)) {
            tell(on.server(), () -> "drops " + request);
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
                upgrade(on);
            }
        }
        line(on.server(), request);
    }

    /** The request that needs a global session is not held back: both are on their way together. */
    private void upgrade(Connection on) {
        Server server = servers[on.server()];
        server.locals.remove(on.session());
        server.upgrading.add(on.session());
        if (on.server() == leader.number()) {
            leader.tracker.track(on.session());
        }
        line(on.server(), new Request(CREATE_SESSION, on.session(), on.server(), List.of(), null, null, 0));
    }

    /** Sends a read: it is answered behind every write before it. */
    public void read(Connection on, Pending pending) {
        on.outstanding.add(pending);
    }

    /** Tells whether the connection has something for its client. */
    public boolean canReceive(Connection on) {
        Pending next = on.outstanding.peek();
        boolean isServed = !on.isSilent && !on.isClosed && !isDroppedAtLeader(on);
        return on.hasNews() || (next != null && next.read() != null && isServed);
    }

    /** The client receives the next message, or the answer to the read that is next. */
    public void receive(Connection on) {
        if (on.hasNews()) {
            Connection.Message next = on.down.remove();
            on.shown(next.zxid());
            next.deliver().run();
            servers[on.server()].connections.removeIf(Connection::isBroken);
            return;
        }
        Pending next = on.outstanding.remove();
        Server server = servers[on.server()];
        on.shown(server.applied);
        next.answer().accept(next.read().apply(server.tree));
    }

    private boolean isDroppedAtLeader(Connection on) {
        return on.server() == leader.number() && leader.tracker.isClosing(on.session());
    }

    /** The connection breaks; requests that the leader has not prepared yet may never have arrived. */
    public void cut(Connection on, boolean losesRequests) {
        if (losesRequests) {
            servers[on.server()].line.removeIf(request -> request.from() == on);
        }
        servers[on.server()].connections.remove(on);
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
        prepare(lineOf(line).remove());
    }

    private void prepare(Request request) {
        Txn txn = leader.prepare(request, history.size() + 1L);
        history.add(txn);
        tell(leader.number(), () -> "prepares " + txn);
        preparedListeners.forEach(listener -> listener.accept(txn));
    }

    public boolean canApply(int server) {
        return servers[server].applied < history.size();
    }

    /** A server applies the next transaction. */
    public void apply(int number) {
        Txn txn = history.get(servers[number].applied);
        tell(number, () -> "applies " + txn);
        if (number == leader.number()) {
            leader.applied(txn);
        }
        servers[number].apply(txn, flavour.listsPaths());
    }

    // ---------------------------------------------------------------- what goes wrong

    /** The tracker has not heard of the session for its timeout: it is marked, and its close is about to be asked for. */
    public void expire(long session) {
        leader.expire(session);
        tell(leader.number(), () -> "expires " + name(session));
    }

    /** A local session expires at its server. */
    public void expireLocal(int server, long session) {
        servers[server].locals.remove(session);
        servers[server].closeAll(session, "local session expires");
    }

    /**
     * The leader dies and another server leads. What no server had applied may be lost, or not: both happen. All that was in
     * memory is: the marks of closing sessions, the lines, local sessions. Every session known gets a fresh timeout.
     */
    public void changeLeader(boolean losesProposals) {
        int next = leader.number() == 2 ? 0 : 2;
        if (losesProposals) {
            history.subList(committed(), history.size()).clear();
        }
        tell(next, () -> "leads from now on, " + (losesProposals ? "without" : "with") + " what was only proposed");
        for (Server server : servers) {
            List.copyOf(server.connections).forEach(each -> cut(each, false));
            server.forgetMemory();
        }
        while (canApply(next)) {
            apply(next);
        }
        leader = new Leader(next, flavour, hasLocalSessions, servers[next].tree, servers[next].sessions);
    }

    /** Somebody else writes through a server, and the leader prepares it at once. */
    public void write(long session, int through, List<Change> changes) {
        leader.tracker.own(session, through);
        prepare(new Request(Request.Kind.WRITE, session, through, changes, null, null, 0));
    }

    /** Somebody else closes a session, and the leader prepares it at once. */
    public void close(long session) {
        prepare(new Request(CLOSE_SESSION, session, leader.number(), List.of(), null, null, 0));
    }

    // ---------------------------------------------------------------- how it was before

    /** A session of somebody else, which is global and known everywhere from the start. */
    public void settled(long session) {
        leader.tracker.track(session);
        for (Server server : servers) {
            server.sessions.add(session);
        }
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
        leader.preview.plant(node);
    }

    // ---------------------------------------------------------------- what can be seen

    public int leader() {
        return leader.number();
    }

    public Tree tree(int server) {
        return servers[server].tree;
    }

    /** Returns the tree as it will be when all that is prepared is applied. */
    public Tree preview() {
        return leader.preview;
    }

    public int applied(int server) {
        return servers[server].applied;
    }

    /** Returns how much of history cannot be lost any more. */
    public int committed() {
        return Arrays.stream(servers).mapToInt(server -> server.applied).max().orElseThrow();
    }

    public List<Txn> history() {
        return history;
    }

    /** Tells whether the server knows the session as a global one. */
    public boolean knows(int server, long session) {
        return servers[server].sessions.contains(session);
    }

    public boolean isTracked(long session) {
        return leader.tracker.isLive(session);
    }

    /** Returns the sessions that the tracker may expire. */
    public List<Long> mayExpire() {
        return leader.tracker.live();
    }

    public List<Long> localsOf(int server) {
        return List.copyOf(servers[server].locals);
    }

    public boolean isAttached(int server) {
        return !servers[server].connections.isEmpty();
    }

    /** Tells whether the servers have told a client that its session is gone, under the leader that still leads. */
    public boolean wasToldExpired(long session) {
        return leader.hasToldExpired(session);
    }

    /** Told each transaction as soon as it is prepared. */
    public void onPrepared(Consumer<Txn> listener) {
        preparedListeners.add(listener);
    }

    /** Appends what tells this ensemble from another one; what every server has applied is in their trees. */
    public void describe(StringBuilder text) {
        leader.describe(text);
        text.append(nextSession);
        int least = history.size();
        for (Server server : servers) {
            server.describe(text.append('#'));
            least = Math.min(least, server.applied);
        }
        text.append('#').append(history.size()).append(history.subList(least, history.size()));
    }

    private Deque<Request> lineOf(int line) {
        return line == TRACKER ? leader.closes : servers[line].line;
    }

    private void line(int server, Request request) {
        servers[server].line.add(request);
        tell(server, () -> "passes on " + request);
    }

    private void tell(int server, Supplier<String> what) {
        diary.note(server == leader.number() ? "leader" : "server " + server, what);
    }
}
