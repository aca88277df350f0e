// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.client;

import io.holdfast.explorer.servers.Connection;
import io.holdfast.explorer.servers.Diary;
import io.holdfast.explorer.servers.Ensemble;
import io.holdfast.explorer.servers.Pending;
import io.holdfast.explorer.servers.Request;
import io.holdfast.internal.ownership.ReplicaView;
import io.holdfast.internal.session.EndOutcome;
import io.holdfast.internal.session.SessionCredentials;
import io.holdfast.session.SessionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.Watcher.Event.EventType;

/**
 * What a member does beside its own connection, each when the explorer lets it: it attaches to an earlier session to close it,
 * asks every server what it holds, or runs code of users. The ports of the SDK for these, on the model.
 */
final class Errands {

    /** @param tag what tells it from another errand of the same text */
    private record Errand(String text, String tag, Runnable run) {
        @Override
        public String toString() {
            return text + tag;
        }
    }

    private final Ensemble servers;
    private final int home;
    private final Diary diary;
    private final List<Errand> waiting = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();

    Errands(Ensemble servers, int home, Diary diary) {
        this.servers = servers;
        this.home = home;
        this.diary = diary;
    }

    void add(String text, String tag, Runnable run) {
        waiting.add(new Errand(text, tag, run));
    }

    int waiting() {
        return waiting.size();
    }

    void run(int which) {
        Errand errand = waiting.remove(which);
        diary.note("member", errand::text);
        errand.run().run();
    }

    /** Returns the connections that have something for the member. */
    List<Connection> receivable() {
        connections.removeIf(Connection::isBroken);
        return connections.stream().filter(servers::canReceive).toList();
    }

    boolean isUnderWay() {
        return !waiting.isEmpty() || connections.stream().anyMatch(each -> !each.isBroken());
    }

    CompletionStage<EndOutcome> end(SessionCredentials credentials) {
        CompletableFuture<EndOutcome> outcome = new CompletableFuture<>();
        long session = credentials.sessionId();
        add("attaches with " + Ensemble.name(session) + " to close it", "", () -> attach(session, outcome));
        return outcome;
    }

    private void attach(long session, CompletableFuture<EndOutcome> outcome) {
        if (servers.validate(session, home, 0) == Ensemble.Attached.EXPIRED) {
            outcome.complete(EndOutcome.EXPIRED);
            return;
        }
        Connection on = servers.reopen(new Attached(outcome), session, home, 0);
        if (on.isSilent()) {
            servers.cut(on, false);
            return;
        }
        connections.add(on);
        Pending close = new Pending(
                "close", null, answer -> outcome.complete(answer.isOk() ? EndOutcome.CLOSED : EndOutcome.UNREACHABLE));
        servers.send(on, Request.Kind.CLOSE_SESSION, List.of(), close);
    }

    CompletionStage<List<ReplicaView>> askServers(String path) {
        CompletableFuture<List<ReplicaView>> answer = new CompletableFuture<>();
        add("asks every server what it holds at " + path, "", () -> answer.complete(views(path)));
        return answer;
    }

    /** Each server catches up with what is committed before it answers. */
    private List<ReplicaView> views(String path) {
        int committed = servers.committed();
        List<ReplicaView> views = new ArrayList<>();
        for (int i = 0; i < Ensemble.SERVERS; i++) {
            while (servers.applied(i) < committed) {
                servers.apply(i);
            }
            Optional<ReplicaView.Identity> held = servers.tree(i)
                    .node(path)
                    .map(node -> new ReplicaView.Identity(new SessionId(node.owner()), node.czxid(), node.version()));
            views.add(new ReplicaView("server " + i, true, held));
        }
        return views;
    }

    void describe(StringBuilder text) {
        text.append(waiting);
    }

    private record Attached(CompletableFuture<EndOutcome> outcome) implements Connection.Peer {
        @Override
        public void connected(long session) {}

        @Override
        public void event(EventType type, String path) {}

        @Override
        public void disconnected() {
            outcome.complete(EndOutcome.UNREACHABLE);
        }
    }
}
