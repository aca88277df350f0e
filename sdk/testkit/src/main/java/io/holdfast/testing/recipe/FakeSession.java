// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.recipe;

import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.session.Safety;
import io.holdfast.session.Session;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionOps;
import io.holdfast.session.SessionState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;

/** One session: connected or not, known to the servers or not. */
final class FakeSession implements Session {

    static final Duration TIMEOUT = Duration.ofSeconds(10);
    static final Duration CERTAIN = Duration.ofSeconds(7);
    static final Duration TICK = Duration.ofSeconds(2);

    private final FakeClient client;
    private final Agenda agenda;
    private final SessionId id;
    private final FakeOps ops;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final List<Runnable> untilReconnection = new ArrayList<>();
    private SessionState state;
    private boolean isKnownToServers = true;
    private int connection;
    private long heardNanos;

    FakeSession(FakeClient client, FakeEnsemble ensemble, SessionId id) {
        this.client = client;
        this.agenda = ensemble.agenda();
        this.id = id;
        this.ops = new FakeOps(this, ensemble);
        this.state = new SessionState.Unconfirmed(id, TIMEOUT);
    }

    boolean isSuspended() {
        return state instanceof SessionState.Suspended;
    }

    boolean isKnownToServers() {
        return isKnownToServers;
    }

    void forgottenByServers() {
        isKnownToServers = false;
    }

    /** Returns a number that changes with each lost connection. */
    int connection() {
        return connection;
    }

    void move(SessionState to) {
        if (state.isConfirmed()) {
            heardNanos = agenda.now();
        }
        SessionState from = state;
        state = to;
        if (to instanceof SessionState.Suspended) {
            connection++;
        }
        if (to.isOver()) {
            connection++;
            untilReconnection.clear();
            agenda.execute(() -> ended.complete(null));
        }
        client.sessionMoved(from, to);
        if (to.isConfirmed()) {
            untilReconnection.forEach(agenda::execute);
            untilReconnection.clear();
        }
    }

    /** A watch has fired: told as soon as there is a connection. */
    void deliver(Watcher watcher, WatchedEvent event) {
        if (!isKnownToServers || state.isOver()) {
            return;
        }
        if (isSuspended()) {
            untilReconnection.add(() -> deliver(watcher, event));
            return;
        }
        agenda.execute(() -> {
            if (isSuspended()) {
                untilReconnection.add(() -> deliver(watcher, event));
            } else if (!state.isOver()) {
                watcher.process(event);
            }
        });
    }

    @Override
    public SessionId id() {
        return id;
    }

    @Override
    public SessionState state() {
        return state;
    }

    @Override
    public SessionOps ops() {
        return ops;
    }

    @Override
    public Duration remaining() {
        if (state.isConfirmed()) {
            return CERTAIN;
        }
        if (!isSuspended()) {
            return Duration.ZERO;
        }
        Duration left = CERTAIN.minusNanos(agenda.now() - heardNanos);
        return left.isNegative() ? Duration.ZERO : left;
    }

    @Override
    public Safety safety() {
        client.requireOpen();
        return new OfThisSession();
    }

    @Override
    public CompletionStage<Void> ended() {
        return ended.copy();
    }

    private final class OfThisSession implements Safety {

        @Override
        public SessionId session() {
            return id;
        }

        @Override
        public boolean isSafe() {
            return state.isConfirmed();
        }

        @Override
        public Duration remaining() {
            return isSafe() ? FakeSession.this.remaining() : Duration.ZERO;
        }

        @Override
        public boolean await(Duration atMost) {
            agenda.runAll();
            return isSafe();
        }

        @Override
        public void require(Duration needed) {
            if (remaining().compareTo(needed) < 0) {
                throw new SessionNotConfirmedException(
                        "safe for " + remaining() + " more, but " + needed + " are needed", null);
            }
        }

        @Override
        public void close() {}
    }
}
