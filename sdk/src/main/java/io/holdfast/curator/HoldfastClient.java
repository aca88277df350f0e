// SPDX-License-Identifier: Apache-2.0
package io.holdfast.curator;

import io.holdfast.ephemeral.KeeperContext;
import io.holdfast.ephemeral.Registration;
import io.holdfast.ephemeral.RegistrationOptions;
import io.holdfast.ephemeral.Registrations;
import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.handle.ConfirmedSession;
import io.holdfast.handle.HandleLife;
import io.holdfast.handle.HandleLine;
import io.holdfast.handle.Heartbeats;
import io.holdfast.handle.ReplicaReads;
import io.holdfast.handle.SerialExecutor;
import io.holdfast.session.LiveSession;
import io.holdfast.session.Safety;
import io.holdfast.session.Session;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionListener;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionState.Confirmed;
import io.holdfast.session.SessionState.Opening;
import io.holdfast.session.SessionState.Refused;
import io.holdfast.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.jspecify.annotations.Nullable;

/**
 * A client whose ephemeral nodes can be trusted: it confirms that its session is global before it creates any, keeps what is
 * registered, and says for how long it is safe to rely on it.
 *
 * <p>It owns one {@link CuratorFramework}, which shares its session and is protected by the same gate. When a session ends,
 * it opens the next one and registers everything again.
 *
 * <p><b>Thread-safety:</b> every method may be called from any thread. <b>Blocking:</b> only {@link #awaitConfirmed} and
 * {@link #close()} block. <b>Threads:</b> besides those of Curator and ZooKeeper one timer, and short-lived ones while
 * something has to block; none per registration.
 *
 * <p><b>Use:</b> {@code HoldfastClient.builder().connectString("zk1:2181,zk2:2181").memberId("broker-7").build()}, then
 * {@link #start()}, then {@link #register}.
 */
public final class HoldfastClient implements AutoCloseable {

    private enum Phase {
        BUILT,
        STARTED,
        CLOSED
    }

    private final ClientSettings settings;
    private final CuratorFramework curator;
    private final HandleLine line;
    private final Registrations registrations;
    private final Heartbeats heartbeats;
    private final SerialExecutor notifier;
    private final Ticker ticker;
    private final List<SessionListener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.BUILT);
    private final Object changes = new Object();

    private volatile @Nullable ScheduledFuture<?> audits;
    private volatile @Nullable HandleLife life;
    private volatile @Nullable ConfirmedSession session;

    HoldfastClient(ClientSettings settings, CuratorFrameworkFactory.Builder curator) {
        this.settings = settings;
        this.ticker = Ticker.system();
        this.line = new HandleLine(settings.line(), settings.observer(), ticker);
        this.notifier = new SerialExecutor(line.threads().background());
        this.heartbeats = new Heartbeats(ticker, line.threads().timer());
        this.registrations = new Registrations(new KeeperContext(
                line.threads().timer(),
                line.threads().suppliers(),
                notifier,
                line.earlier(),
                new ReplicaReads(
                        settings.connectString(),
                        settings.zkClientConfig(),
                        settings.line().session().confirmTimeout(),
                        line.threads().background()),
                settings.line().session(),
                settings.observer(),
                ticker,
                settings.aclFor(),
                settings.memberId(),
                settings.incarnation(),
                settings.limits()));
        this.line.addListener(this::changed);
        this.curator = curator.zookeeperFactory(new ConfirmingZookeeperFactory(line))
                .sessionTimeoutMs(
                        (int) settings.line().session().sessionTimeout().toMillis())
                .build();
    }

    /** Returns a builder for a client of its own. */
    public static HoldfastClientBuilder builder() {
        return new HoldfastClientBuilder(null);
    }

    /**
     * Returns a builder for a client on the given Curator configuration: connect string, namespace, session timeout, ACL
     * provider, authorization and ZooKeeper client configuration are taken from it and apply to registrations too.
     */
    public static HoldfastClientBuilder wrap(CuratorFrameworkFactory.Builder curator) {
        return new HoldfastClientBuilder(curator);
    }

    /**
     * Begins to connect, in the background.
     *
     * @return this client
     * @throws IllegalStateException if it was started or closed before
     */
    public HoldfastClient start() {
        if (!phase.compareAndSet(Phase.BUILT, Phase.STARTED)) {
            throw new IllegalStateException("The client was " + (phase.get() == Phase.CLOSED ? "closed" : "started")
                    + " before; build another one");
        }
        curator.start();
        Duration interval = settings.auditInterval();
        if (!interval.isZero()) {
            audits = line.threads()
                    .timer()
                    .scheduleWithFixedDelay(this::audit, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
        }
        return this;
    }

    /**
     * Asks for a confirmed session and waits for it.
     *
     * @param atMost how long; zero or more
     * @throws SessionNotConfirmedException if there is none in time; the client goes on trying
     * @throws RefusedByEnsembleException if the ensemble lets no session own ephemeral nodes
     * @throws IllegalStateException if the client is not started or is closed
     */
    public Session awaitConfirmed(Duration atMost) throws InterruptedException {
        requireStarted("wait for a session");
        if (atMost.isNegative()) {
            throw new IllegalArgumentException("atMost must be zero or more, but was " + atMost);
        }
        ephemeralWanted();
        long until = ticker.read() + atMost.toNanos();
        synchronized (changes) {
            while (true) {
                requireStarted("wait for a session");
                SessionState state = sessionState();
                ConfirmedSession current = session;
                if (state instanceof Confirmed && current != null) {
                    return current;
                }
                if (state instanceof Refused refused) {
                    throw new RefusedByEnsembleException(
                            "No session of " + settings.connectString() + " can be confirmed: " + refused.reason(),
                            null);
                }
                long left = until - ticker.read();
                if (left <= 0) {
                    throw new SessionNotConfirmedException(
                            "No session of " + settings.connectString() + " was confirmed within " + atMost.toMillis()
                                    + " ms; its state is " + state
                                    + (state instanceof Opening ? ": no server answers at this connectString" : "")
                                    + ". The client goes on trying",
                            null);
                }
                TimeUnit.NANOSECONDS.timedWait(changes, left);
            }
        }
    }

    /** Returns the session at hand, empty before the ensemble has given one. */
    public Optional<Session> session() {
        ConfirmedSession current = session;
        return current == null || current.id().equals(SessionId.NONE) ? Optional.empty() : Optional.of(current);
    }

    /** Returns what is known about the session at hand. Out of date as soon as it is returned. */
    public SessionState sessionState() {
        HandleLife current = life;
        return current == null ? new Opening(false) : current.state();
    }

    /** Adds a listener for later changes of the session. */
    public void addSessionListener(SessionListener listener) {
        listeners.add(listener);
    }

    /** Registers an ephemeral node with the default options. See {@link #register(String, Supplier, RegistrationOptions)}. */
    public Registration register(String path, byte[] data) {
        return register(path, data, RegistrationOptions.defaults());
    }

    /** Registers an ephemeral node. See {@link #register(String, Supplier, RegistrationOptions)}. */
    public Registration register(String path, byte[] data, RegistrationOptions options) {
        byte[] copy = data.clone();
        return register(path, () -> copy, options);
    }

    /**
     * Registers an ephemeral node: it is created in a confirmed session, and again whenever it is gone, until the registration
     * is closed. Does not wait.
     *
     * @param path an absolute path, below the namespace if there is one
     * @param data makes the payload; called once now, in this thread, and again for each later create, in another
     * @throws IllegalArgumentException if the path or the data are refused; nothing is sent
     * @throws io.holdfast.error.CapacityExceededException if the path does not fit the budget; nothing is sent
     * @throws io.holdfast.error.OwnershipConflictException if this client has a registration at the path; nothing is sent
     * @throws IllegalStateException if the client is not started or is closed
     */
    public Registration register(String path, Supplier<byte[]> data, RegistrationOptions options) {
        requireStarted("register " + path);
        Registration registration = registrations.register(settings.fullPath(path), data, options);
        ephemeralWanted();
        return registration;
    }

    /** Opens a view of how long it is safe to act; heartbeats are sent while it is open. */
    public Safety safety() {
        requireStarted("tell what is safe");
        ephemeralWanted();
        return heartbeats.open();
    }

    /**
     * Returns the Curator client that shares this client's session, for whatever else the application does. Do not close it:
     * close this client.
     */
    public CuratorFramework curator() {
        return curator;
    }

    /** Returns the logical owner of all nodes of this client. */
    public String memberId() {
        return settings.memberId();
    }

    /**
     * Closes the session, which deletes every node of this client in one transaction. Waits for the ensemble's answer or the
     * loss of the connection. Idempotent; what is waiting for a registration is told.
     */
    @Override
    public void close() {
        if (phase.getAndSet(Phase.CLOSED) == Phase.CLOSED) {
            return;
        }
        ScheduledFuture<?> scheduled = audits;
        if (scheduled != null) {
            scheduled.cancel(false);
        }
        registrations.close();
        curator.close();
        settings.line().journal().ifPresent(journal -> journal.close());
        wake();
    }

    private void changed(HandleLife handle, SessionState from, SessionState to) {
        ConfirmedSession current = session;
        SessionState before = from;
        HandleLife last = life;
        if (last != handle) {
            before = last == null ? from : last.state();
            life = handle;
            current = new ConfirmedSession(handle, ticker);
            session = current;
        }
        if (from instanceof Confirmed) {
            registrations.sessionSuspended();
        }
        if (to instanceof Confirmed confirmed) {
            registrations.sessionConfirmed(
                    new LiveSession(confirmed.id(), confirmed.negotiated(), handle.ops(), () -> suspect(handle)));
        } else if (to instanceof Refused refused) {
            registrations.sessionRefused(refused.reason());
        } else if (to.isOver()) {
            registrations.sessionEnded();
            if (current != null) {
                current.end(notifier);
            }
        }
        heartbeats.changed(handle, to);
        tell(before, to);
        wake();
    }

    private void tell(SessionState before, SessionState now) {
        for (SessionListener listener : listeners) {
            notifier.execute(() -> listener.changed(before, now));
        }
    }

    private void audit() {
        HandleLife current = life;
        if (current != null) {
            suspect(current);
            registrations.audit();
        }
    }

    private void ephemeralWanted() {
        line.ephemeralWanted();
        HandleLife current = life;
        if (current != null) {
            current.ephemeralWanted();
        }
    }

    private static void suspect(HandleLife handle) {
        var unused = handle.confirmation().heartbeat();
    }

    private void wake() {
        synchronized (changes) {
            changes.notifyAll();
        }
    }

    private void requireStarted(String what) {
        Phase now = phase.get();
        if (now != Phase.STARTED) {
            throw new IllegalStateException("The client of member " + settings.memberId() + " is "
                    + (now == Phase.CLOSED ? "closed" : "not started") + " and cannot " + what);
        }
    }

    @Override
    public String toString() {
        return "HoldfastClient[" + settings.memberId() + " at " + settings.connectString() + ", " + sessionState()
                + "]";
    }
}
