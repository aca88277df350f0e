// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer;

import io.holdfast.explorer.servers.Change;
import io.holdfast.explorer.servers.Connection;
import io.holdfast.explorer.servers.Ensemble;
import io.holdfast.explorer.servers.Outcome;
import io.holdfast.explorer.servers.Pending;
import io.holdfast.explorer.servers.Request;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher.Event.EventType;

/** An ordinary client on the model of the servers, which does what a test says. */
final class ScriptedClient implements Connection.Peer {

    private final Ensemble servers;
    private Connection connection;
    private long session;
    private long seen;

    ScriptedClient(Ensemble servers) {
        this.servers = servers;
    }

    /** Opens a session through a server, and is told of it. */
    static ScriptedClient opened(Ensemble servers, int server) {
        ScriptedClient client = connecting(servers, server);
        while (client.session == 0) {
            if (servers.canReceive(client.connection)) {
                client.receive();
            } else if (servers.canPrepare(server)) {
                servers.prepare(server);
            } else {
                servers.apply(server);
            }
        }
        return client;
    }

    /** Asks for a session, and is not told yet. */
    static ScriptedClient connecting(Ensemble servers, int server) {
        ScriptedClient client = new ScriptedClient(servers);
        client.connection = servers.open(client, server);
        return client;
    }

    /** As {@link #opened}, and owns an ephemeral node that all servers hold. */
    static ScriptedClient owning(Ensemble servers, int server, String path) {
        ScriptedClient client = opened(servers, server);
        var unused = client.create(path);
        client.deliverAll();
        return client;
    }

    long session() {
        return session;
    }

    boolean isSilent() {
        return connection.isSilent();
    }

    CompletableFuture<Code> create(String path) {
        return write(new Change.Create(path, new byte[0], connection.session()));
    }

    CompletableFuture<Code> write(Change... changes) {
        return send(Request.Kind.WRITE, List.of(changes));
    }

    CompletableFuture<Code> send(Request.Kind kind) {
        return send(kind, List.of());
    }

    private CompletableFuture<Code> send(Request.Kind kind, List<Change> changes) {
        CompletableFuture<Code> answer = new CompletableFuture<>();
        servers.send(connection, kind, changes, new Pending("scripted", null, done -> answer.complete(done.code())));
        return answer;
    }

    /** Reads the owner of a node, 0 if there is none. */
    CompletableFuture<Long> owner(String path) {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        servers.read(connection, new Pending("scripted", tree -> Outcome.read(tree.node(path)), done -> {
            boolean isThere = done.isOk() && done.nodes().get(0).isPresent();
            answer.complete(isThere ? done.nodes().get(0).get().owner() : 0L);
        }));
        return answer;
    }

    void receive() {
        servers.receive(connection);
        seen = Math.max(seen, connection.seen());
    }

    /** Receives all that is there for it. */
    void receiveAll() {
        while (!connection.isBroken() && servers.canReceive(connection)) {
            receive();
        }
    }

    /** Brings everything to rest. */
    void deliverAll() {
        for (int line = 0; line <= Ensemble.TRACKER; line++) {
            while (servers.canPrepare(line)) {
                servers.prepare(line);
            }
        }
        for (int server = 0; server < Ensemble.SERVERS; server++) {
            while (servers.canApply(server)) {
                servers.apply(server);
            }
        }
        receiveAll();
    }

    void cut(boolean losesRequests) {
        servers.cut(connection, losesRequests);
    }

    /** Attaches with its session to a server. */
    Ensemble.Attached attach(int server) {
        Ensemble.Attached answer = servers.validate(session, server, seen);
        if (answer == Ensemble.Attached.YES) {
            connection = servers.reopen(this, session, server, seen);
        }
        return answer;
    }

    @Override
    public void connected(long granted) {
        session = granted;
    }

    @Override
    public void event(EventType type, String path) {}

    @Override
    public void disconnected() {}
}
