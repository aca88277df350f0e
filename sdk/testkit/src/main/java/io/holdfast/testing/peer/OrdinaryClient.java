// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.peer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.testing.wire.Handles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * The client that most applications wrote for themselves: it creates its ephemeral nodes, takes NodeExists for success,
 * creates them again when its session has expired, and never looks at them otherwise.
 *
 * <p>It records what it believes, so that a test can hold that against what the servers have. Thread-safe; only the methods
 * named {@code await...} and {@link #close()} block.
 */
public final class OrdinaryClient implements AutoCloseable {

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final OrdinaryClientSettings settings;
    private final Map<String, Belief> beliefs = new LinkedHashMap<>();
    private final List<Long> sessions = new ArrayList<>();

    @GuardedBy("this")
    private @Nullable ZooKeeper handle;

    @GuardedBy("this")
    private boolean closed;

    OrdinaryClient(OrdinaryClientSettings settings) {
        this.settings = settings;
    }

    /** Returns the settings of a client that connects there. */
    public static OrdinaryClientSettings connectingTo(String connectString) {
        return new OrdinaryClientSettings(connectString);
    }

    /** Returns what the client believes, by path. A node it has not created yet, or not again, is missing. */
    public synchronized Map<String, Belief> beliefs() {
        return Map.copyOf(beliefs);
    }

    /** Returns what the client believes of this node; empty if it knows that it is not registered. */
    public synchronized Optional<Belief> belief(String path) {
        return Optional.ofNullable(beliefs.get(path));
    }

    /** Returns the sessions this client has learned of, in order. Those it never learned of are the point of some tests. */
    public synchronized List<Long> sessions() {
        return List.copyOf(sessions);
    }

    /** Returns the session in use; 0 if the client has not learned of any. */
    public synchronized long sessionId() {
        return sessions.isEmpty() ? 0 : sessions.get(sessions.size() - 1);
    }

    /**
     * Blocks until the client believes that all its nodes are registered.
     *
     * @throws AssertionError if it does not in time
     */
    public void awaitRegistered(Duration limit) throws InterruptedException {
        awaitRegistered(Set.of(), limit);
    }

    /**
     * Blocks until the client believes that all its nodes are registered, and under another session than this one.
     *
     * @throws AssertionError if it does not in time
     */
    public void awaitRegisteredAfter(long session, Duration limit) throws InterruptedException {
        awaitRegistered(Set.of(session), limit);
    }

    /**
     * Makes the client's library report Expired now and drop its connection, as it does by itself when it has heard from no
     * server for long enough. The servers hear nothing of it: the session lives until its timeout.
     */
    public synchronized void declareExpired() {
        if (handle != null) {
            Handles.abandon(handle);
        }
    }

    /** Cuts the connection from the client's side; the library reconnects with the same session. */
    public synchronized void dropConnection() throws IOException {
        if (handle != null) {
            handle.getTestable().closeSocket();
        }
    }

    /** Ends the client as if its process had died: the servers keep its session until that times out. */
    public synchronized void crash() {
        closed = true;
        if (handle != null) {
            Handles.abandon(handle);
        }
    }

    /** Closes the session, which deletes its nodes; waits two seconds at most. Does nothing after a crash. */
    @Override
    public void close() {
        Optional<ZooKeeper> closing;
        synchronized (this) {
            closing = closed ? Optional.empty() : Optional.ofNullable(handle);
            closed = true;
        }
        Handles.close(closing.stream().toList(), CLOSE_LIMIT);
    }

    synchronized void openSession() {
        if (closed) {
            return;
        }
        beliefs.clear();
        ZKClientConfig config = new ZKClientConfig();
        if (settings.usesNetty()) {
            config.setProperty(
                    ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
        }
        try {
            Handle own = new Handle();
            ZooKeeper opened = new ZooKeeper(
                    settings.connectString(), (int) settings.sessionTimeout().toMillis(), own::onEvent, config);
            handle = opened;
            own.zooKeeper = opened;
            if (settings.createsBeforeConnected()) {
                own.createAll();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void awaitRegistered(Set<Long> except, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!isRegistered(except)) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new AssertionError("the ordinary client is not registered within " + limit + ", believes "
                        + beliefs + ", sessions " + sessions);
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    @GuardedBy("this")
    private boolean isRegistered(Set<Long> except) {
        return beliefs.keySet().containsAll(settings.paths())
                && beliefs.values().stream().noneMatch(belief -> except.contains(belief.sessionId()));
    }

    /** One session's worth of this client. */
    private final class Handle {

        private final Set<String> unanswered = new HashSet<>();
        private @Nullable ZooKeeper zooKeeper;

        void onEvent(WatchedEvent event) {
            if (event.getType() != EventType.None) {
                return;
            }
            switch (event.getState()) {
                case SyncConnected -> connected();
                case Expired -> openSession();
                default -> {
                    // It waits for one of the other two, as ordinary clients do.
                }
            }
        }

        void createAll() {
            settings.paths().forEach(this::create);
        }

        private void connected() {
            synchronized (OrdinaryClient.this) {
                long session = zooKeeper().getSessionId();
                if (sessionId() != session) {
                    sessions.add(session);
                }
                settings.paths().stream()
                        .filter(path -> !beliefs.containsKey(path) && !unanswered.contains(path))
                        .forEach(this::create);
            }
        }

        private void create(String path) {
            unanswered.add(path);
            zooKeeper()
                    .create(
                            path,
                            settings.data(),
                            ZooDefs.Ids.OPEN_ACL_UNSAFE,
                            CreateMode.EPHEMERAL,
                            (rc, asked, context, name) -> created(path, Code.get(rc)),
                            null);
        }

        private void created(String path, Code code) {
            synchronized (OrdinaryClient.this) {
                unanswered.remove(path);
                if (zooKeeper() != handle || closed) {
                    return;
                }
                if (code == Code.OK || code == Code.NODEEXISTS) {
                    long session = zooKeeper().getSessionId();
                    beliefs.put(path, new Belief(path, session, System.nanoTime(), code == Code.NODEEXISTS));
                    OrdinaryClient.this.notifyAll();
                } else if (code == Code.CONNECTIONLOSS && zooKeeper().getState().isAlive()) {
                    create(path);
                }
            }
        }

        private ZooKeeper zooKeeper() {
            synchronized (OrdinaryClient.this) {
                if (zooKeeper == null) {
                    throw new IllegalStateException("an event came before the handle was there");
                }
                return zooKeeper;
            }
        }
    }
}
