// SPDX-License-Identifier: Apache-2.0
package io.holdfast;

import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.event.HoldfastObserver;
import io.holdfast.internal.client.ClientSettings;
import io.holdfast.internal.client.SessionView;
import io.holdfast.internal.client.SupervisedZookeeperFactory;
import io.holdfast.internal.handle.HandleLifecycle;
import io.holdfast.internal.handle.Heartbeats;
import io.holdfast.internal.handle.ReplicaReads;
import io.holdfast.internal.handle.SessionSupervisor;
import io.holdfast.internal.registration.KeeperContext;
import io.holdfast.internal.registration.Registrations;
import io.holdfast.internal.session.LiveSession;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.Safety;
import io.holdfast.session.Session;
import io.holdfast.session.SessionListener;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionState.Confirmed;
import io.holdfast.session.SessionState.Refused;
import io.holdfast.spi.SerialExecutor;
import io.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.data.ACL;
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
    private final Executor notifier;
    private final SessionSupervisor line;
    private final Registrations registrations;
    private final Heartbeats heartbeats;
    private final SessionView view;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.BUILT);

    private volatile @Nullable ScheduledFuture<?> audits;

    HoldfastClient(ClientSettings settings, CuratorFrameworkFactory.Builder curator) {
        this.settings = settings;
        Ticker ticker = Ticker.system();
        this.line = new SessionSupervisor(settings.line(), settings.observer(), ticker);
        this.notifier = new SerialExecutor(line.threads().background());
        this.view = new SessionView(settings.connectString(), notifier, ticker);
        this.heartbeats =
                new Heartbeats(settings.line().session(), ticker, line.threads().timer());
        this.registrations = new Registrations(new KeeperContext(
                line.threads().timer(),
                new SerialExecutor(line.threads().background()),
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
        this.curator = curator.zookeeperFactory(new SupervisedZookeeperFactory(line))
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
     * provider, authorization and ZooKeeper client configuration are taken from it and apply to registrations too. The Curator
     * builder is changed on the way: use it for this client alone.
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
        ephemeralWanted();
        return view.awaitConfirmed(atMost, () -> requireStarted("wait for a session"));
    }

    /** Returns the session at hand, empty before the ensemble has given one. */
    public Optional<Session> session() {
        return view.session();
    }

    /** Returns what is known about the session at hand. Out of date as soon as it is returned. */
    public SessionState sessionState() {
        return view.state();
    }

    /** Adds a listener for later changes of the session. */
    public void addSessionListener(SessionListener listener) {
        view.addListener(listener);
    }

    /** Removes a listener; a call that is under way ends. */
    public void removeSessionListener(SessionListener listener) {
        view.removeListener(listener);
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
     * @throws RefusedByEnsembleException if the options have a fence and {@code legacyServers} is set; nothing is sent
     * @throws IllegalStateException if the client is not started or is closed
     */
    public Registration register(String path, Supplier<byte[]> data, RegistrationOptions options) {
        requireStarted("register " + path);
        options.fence().ifPresent(fence -> requireTransactions("The fence " + fence + " of " + path));
        Registration registration = registrations.register(settings.fullPath(path), data, settings.onServers(options));
        ephemeralWanted();
        return registration;
    }

    /**
     * Opens a view of how long it is safe to act; heartbeats are sent while it is open.
     *
     * @throws IllegalArgumentException as {@link #requireDeadlines()}
     * @throws IllegalStateException if the client is not started or is closed
     */
    public Safety safety() {
        requireStarted("tell what is safe");
        requireDeadlines();
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

    /**
     * Returns the path as the servers know it, the connect string's chroot left out: the operations of a {@link Session} know
     * no namespace.
     *
     * @param path an absolute path, below the namespace if there is one
     * @throws IllegalArgumentException if it is not absolute
     */
    public String fullPath(String path) {
        return settings.fullPath(path);
    }

    /** Returns the ACL that the client's ACL provider has for a {@linkplain #fullPath full path}. */
    public List<ACL> aclFor(String fullPath) {
        return settings.aclFor().apply(fullPath);
    }

    /**
     * Checks that the ensemble takes a transaction of this size, as far as this client's {@code jute.maxbuffer} tells.
     *
     * @param ops with {@linkplain #fullPath full paths}
     * @throws IllegalArgumentException if it is too large
     */
    public void requireFits(List<Op> ops) {
        settings.limits().requireFits(ops);
    }

    /**
     * Returns the executor that serves this client's listeners and stages: one task at a time, in order. A task that blocks
     * holds up all that come behind it.
     */
    public Executor notifier() {
        return notifier;
    }

    /**
     * Returns how long after a session was last heard of the ensemble can still hold its nodes, leader changes aside: the
     * session timeout, as the ensemble has granted it if that is known, and two of its ticks.
     */
    public Duration ghostLife() {
        return settings.line().session().ghostLife(timeoutAtHand());
    }

    /**
     * Refuses a session timeout of which nothing is ever certain; for what is built on deadlines, before it sends anything.
     *
     * @throws IllegalArgumentException if the session timeout, as the ensemble has granted it if that is known, is too short for
     *     the safety margin and the servers' tick
     */
    public void requireDeadlines() {
        settings.line().session().requireCertainty(timeoutAtHand());
    }

    /**
     * Refuses servers that have no transactions; for what is built on them, before it sends anything.
     *
     * @param what needs them, to begin the message with
     * @throws RefusedByEnsembleException if {@code legacyServers} is set
     */
    public void requireTransactions(String what) {
        if (settings.line().isLegacyServers()) {
            throw new RefusedByEnsembleException(
                    what
                            + " needs transactions, and legacyServers is set: servers before 3.4 have none; nothing was sent."
                            + " Upgrade the servers, or use registrations without a fence, and groups, which need none",
                    null);
        }
    }

    private Duration timeoutAtHand() {
        return sessionState() instanceof Confirmed confirmed
                ? confirmed.negotiated()
                : settings.line().session().sessionTimeout();
    }

    /** Returns the observer that is told what this client does, for what is built on it. */
    public HoldfastObserver observer() {
        return settings.observer();
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
        view.wake();
    }

    private void changed(HandleLifecycle handle, SessionState from, SessionState to) {
        view.changed(handle, from, to);
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
        }
        heartbeats.changed(handle, to);
    }

    private void audit() {
        view.life().ifPresent(HoldfastClient::suspect);
        registrations.audit();
    }

    private void ephemeralWanted() {
        line.ephemeralWanted();
        view.life().ifPresent(HandleLifecycle::ephemeralWanted);
    }

    private static void suspect(HandleLifecycle handle) {
        var unused = handle.confirmation().heartbeat();
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
