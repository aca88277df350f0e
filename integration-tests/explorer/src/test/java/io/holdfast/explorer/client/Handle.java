// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.client;

import io.holdfast.explorer.servers.Change;
import io.holdfast.explorer.servers.Connection;
import io.holdfast.explorer.servers.Ensemble;
import io.holdfast.explorer.servers.Outcome;
import io.holdfast.explorer.servers.Pending;
import io.holdfast.explorer.servers.Request;
import io.holdfast.explorer.servers.Tree;
import io.holdfast.internal.handle.ExploredGate;
import io.holdfast.internal.session.ProbedHandle;
import io.holdfast.internal.session.SessionConfirmation;
import io.holdfast.internal.session.SessionEvent;
import io.holdfast.internal.session.SessionMachine;
import io.holdfast.internal.session.SessionMachine.Closed;
import io.holdfast.internal.session.SessionMachine.Confirmed;
import io.holdfast.internal.session.SessionMachine.Expired;
import io.holdfast.internal.session.SessionMachine.Opening;
import io.holdfast.internal.session.SessionMachine.Refused;
import io.holdfast.internal.session.SessionMachine.Unconfirmed;
import io.holdfast.internal.session.SessionMachine.Verifying;
import io.holdfast.session.SessionId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.jspecify.annotations.Nullable;

/**
 * One handle: the real session machine and the real gate on a connection of the model. It does what {@code HandleLifecycle} and
 * {@code HoldfastClient} do between them, which cannot be used here because they hold a real {@code ZooKeeper}.
 */
final class Handle implements ProbedHandle, Connection.Peer {

    private record Watch(Watcher watcher, boolean existed) {}

    final SessionConfirmation confirmation;
    final ExploredGate gate = new ExploredGate();

    private final Member member;
    private final Ensemble servers;
    private final Conduct conduct;
    private final Map<String, Watch> watches = new TreeMap<>();

    /** Sent by whoever does not wait for the session. */
    private final Deque<Runnable> early = new ArrayDeque<>();

    private @Nullable Connection connection;
    private long session;
    private long seen;
    private boolean hasUpgradedHere;

    Handle(Member member, Ensemble servers, Conduct conduct) {
        this.member = member;
        this.servers = servers;
        this.conduct = conduct;
        this.confirmation = new SessionConfirmation(this, member.settings(), member.clock(), member.clock());
    }

    void begin() {
        if (conduct.isGated()) {
            confirmation.wanted();
        } else {
            gate.open();
        }
        if (conduct.pipelines()) {
            member.live(this, servers.nextSession());
        }
    }

    long session() {
        return session == 0 && conduct.pipelines() ? servers.nextSession() : session;
    }

    SessionMachine state() {
        return confirmation.state();
    }

    @Nullable
    Connection connection() {
        return connection;
    }

    long seen() {
        return seen;
    }

    /** The connection that is being made, or was made, to a server. */
    void connect(int server) {
        if (session == 0) {
            connection = servers.open(this, server);
            while (!early.isEmpty()) {
                early.remove().run();
            }
            return;
        }
        if (servers.validate(session, server, seen) == Ensemble.Attached.EXPIRED) {
            expired();
            return;
        }
        connection = servers.reopen(this, session, server, seen);
        watches.forEach((path, watch) -> servers.watchAgain(connection, path, watch.existed(), seen));
        confirmation.connected(new SessionId(session), Member.TIMEOUT);
    }

    @Override
    public void connected(long granted) {
        session = granted;
        member.learned(granted);
        if (conduct.marksEarly()) {
            member.mark(this, session);
        }
        confirmation.connected(new SessionId(session), Member.TIMEOUT);
    }

    @Override
    public void disconnected() {
        noteSeen();
        connection = null;
        hasUpgradedHere = false;
        if (session != 0) {
            gate.connectionLost();
            confirmation.disconnected();
        } else if (conduct.pipelines()) {
            member.registrations().sessionSuspended();
            member.registrations().sessionEnded();
            member.live(this, servers.nextSession());
        }
    }

    /** The handle is told, or its library has decided, that the session has expired. */
    void expired() {
        confirmation.sessionExpired();
    }

    @Override
    public void event(EventType type, String path) {
        Watch fired = watches.remove(path);
        if (fired != null) {
            fired.watcher().process(new WatchedEvent(type, KeeperState.SyncConnected, path));
        }
    }

    void noteSeen() {
        if (connection != null) {
            seen = Math.max(seen, connection.seen());
        }
    }

    // ---------------------------------------------------------------- the machine asks and tells

    @Override
    public void sendProbe(Consumer<Code> answer) {
        if (!conduct.verifies() && state() instanceof Verifying && hasUpgradedHere) {
            answer.accept(Code.NONODE);
            return;
        }
        hasUpgradedHere = true;
        String text =
                "probe " + state().probe() + " while " + state().getClass().getSimpleName();
        Pending pending = new Pending(text, null, outcome -> answer.accept(outcome.code()));
        submit(pending, () -> servers.send(connection, Request.Kind.PROBE, List.of(), pending));
    }

    @Override
    public CompletionStage<Void> beforeVerifying(SessionId id) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void changed(SessionMachine from, SessionMachine to, SessionEvent by) {
        boolean isGivenUp = to instanceof Closed closed && closed.isGivenUp();
        if (isReady(to)) {
            gate.open();
        } else if (to instanceof Refused) {
            gate.refuse();
        } else if (to instanceof Expired) {
            gate.over();
        } else if (!(to instanceof Opening)) {
            gate.hold();
        }
        member.tell(() -> (session == 0 ? "no session" : Ensemble.name(session)) + ": "
                + to.getClass().getSimpleName());
        if (to.isOver()) {
            member.remember(session);
        }
        if (isReady(from)) {
            member.registrations().sessionSuspended();
        }
        if (isReady(to)) {
            member.live(this, session);
        } else if (to instanceof Refused refused) {
            member.registrations().sessionRefused(refused.reason());
        } else if (to.isOver()) {
            member.registrations().sessionEnded();
        }
        if (to.isOver()) {
            end(isGivenUp);
        }
    }

    private boolean isReady(SessionMachine state) {
        return state instanceof Confirmed || (!conduct.isGated() && state instanceof Unconfirmed);
    }

    /** It is closed, with a closeSession if it was given up, and the next one is opened. */
    private void end(boolean closesSession) {
        Connection last = connection;
        connection = null;
        gate.over();
        if (last != null) {
            if (closesSession) {
                servers.send(last, Request.Kind.CLOSE_SESSION, List.of(), new Pending("close", null, outcome -> {}));
            }
            member.clock().execute(() -> servers.cut(last, false));
        }
        member.openNext();
    }

    // ---------------------------------------------------------------- requests

    void write(List<Change> changes, String text, StepTrace trace, Consumer<Outcome> to) {
        Pending pending = pending(text, null, trace, to);
        submit(pending, () -> servers.send(connection, Request.Kind.WRITE, changes, pending));
    }

    void read(String text, Function<Tree, Outcome> look, StepTrace trace, Consumer<Outcome> to) {
        Pending pending = pending(text, look, trace, to);
        submit(pending, () -> servers.read(connection, pending));
    }

    private static Pending pending(
            String text, @Nullable Function<Tree, Outcome> look, StepTrace trace, Consumer<Outcome> to) {
        String tagged = text + trace.tag();
        return new Pending(tagged, look, outcome -> {
            trace.answered(tagged, outcome);
            to.accept(outcome);
        });
    }

    private void submit(Pending pending, Runnable send) {
        if (connection != null) {
            send.run();
        } else if (session == 0 && conduct.pipelines()) {
            early.add(send);
        } else {
            member.clock().execute(() -> pending.answer().accept(Outcome.of(Code.CONNECTIONLOSS)));
        }
    }

    /** A watch stands from now on, on a node or on its absence. */
    void watch(String path, Watcher watcher, boolean existed) {
        watches.put(path, new Watch(watcher, existed));
        if (connection != null) {
            connection.watch(path);
        }
    }

    boolean isWatching(String path) {
        return watches.containsKey(path);
    }

    void describe(StringBuilder text) {
        text.append(session)
                .append(' ')
                .append(seen)
                .append(' ')
                .append(state())
                .append(hasUpgradedHere);
        watches.forEach((path, watch) -> text.append(path).append(watch.existed()));
        text.append(connection == null ? "-" : connection.server()).append(early.size());
    }
}
