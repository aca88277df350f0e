// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.client;

import io.holdfast.error.CapacityExceededException;
import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.event.HoldfastObserver;
import io.holdfast.internal.handle.ClientThreads;
import io.holdfast.internal.handle.EventQueue;
import io.holdfast.internal.handle.SessionSupervisor;
import io.holdfast.internal.registration.PathClaims;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.Session;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionListener;
import io.holdfast.spi.RecipeSupport;
import io.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * A client put together: its sessions and the Curator clients that open them. The first session has whatever belongs to one
 * session only, and is shared by the application's Curator recipes; nodes that do not fit into it are spread over more, up to
 * {@code maxSessions}. Thread-safe.
 */
public final class ClientCore implements RecipeSupport {

    private enum Phase {
        BUILT,
        STARTED,
        CLOSED
    }

    /** A process may end as soon as its client is closed; an observer that blocks must not keep it. */
    private static final Duration LAST_EVENTS = Duration.ofSeconds(1);

    private final ClientSettings settings;
    private final Ticker ticker = Ticker.system();
    private final ClientThreads threads;
    private final EventQueue events;
    private final Executor callbacks;
    private final ClientSessions slots;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.BUILT);

    private volatile @Nullable ScheduledFuture<?> audits;

    public ClientCore(ClientSettings settings, CuratorBase base) {
        this.settings = settings;
        this.threads = new ClientThreads();
        this.events = new EventQueue(threads, settings.application().observer());
        SessionSupervisor supervisor = new SessionSupervisor(settings.supervisor(), threads, events, ticker);
        this.callbacks = threads.callbacks(settings.application().callbacks());
        PathClaims claims = new PathClaims();
        this.slots = new ClientSessions(
                settings.maxSessions(),
                supervisor,
                each -> new SessionSlot(settings, each, events, callbacks, ticker, claims),
                each -> base.build(each, settings.supervisor().session().sessionTimeout()));
    }

    /** Begins to connect; see {@link io.holdfast.HoldfastClient#start()}. */
    public void start() {
        if (!phase.compareAndSet(Phase.BUILT, Phase.STARTED)) {
            throw new IllegalStateException("The client was " + (phase.get() == Phase.CLOSED ? "closed" : "started")
                    + " before; build another one");
        }
        slots.start();
        Duration interval = settings.auditInterval();
        if (!interval.isZero()) {
            audits = threads.timer()
                    .scheduleWithFixedDelay(
                            () -> slots.all().forEach(SessionSlot::audit),
                            interval.toNanos(),
                            interval.toNanos(),
                            TimeUnit.NANOSECONDS);
        }
    }

    /** Waits for a confirmed session; see {@link io.holdfast.HoldfastClient#awaitConfirmed}. */
    public Session awaitConfirmed(Duration atMost) throws InterruptedException {
        requireStarted("wait for a session");
        requireMayWait("awaitConfirmed", "addSessionListener");
        SessionSlot slot = slots.first();
        slot.ephemeralWanted();
        return slot.view().awaitConfirmed(atMost, slot::whyNone, () -> requireStarted("wait for a session"));
    }

    public List<Session> sessions() {
        return slots.all().stream()
                .flatMap(slot -> slot.view().session().stream())
                .toList();
    }

    @Override
    public Registration register(String path, Supplier<byte[]> data, RegistrationOptions options) {
        return register(path, data, options, background());
    }

    /** Registers a node; listeners and stages run on this executor. */
    public Registration register(String path, Supplier<byte[]> data, RegistrationOptions options, Executor executor) {
        requireStarted("register " + path);
        options.fence().ifPresent(fence -> requireTransactions("The fence " + fence + " of " + path));
        String fullPath = settings.fullPath(path);
        RegistrationOptions onServers = settings.onServers(options);
        while (true) {
            SessionSlot slot = slots.forNode(fullPath, onServers);
            try {
                Registration registration = slot.registrations().register(fullPath, data, onServers, executor);
                slot.ephemeralWanted();
                return registration;
            } catch (CapacityExceededException e) {
                if (slots.forNode(fullPath, onServers) == slot) {
                    throw e;
                } // somebody else was given the room meanwhile, and there is more elsewhere
            }
        }
    }

    /** Returns what the client is built on; see {@link io.holdfast.HoldfastClient#unwrap}. */
    public <T> T unwrap(Class<T> type) {
        if (type == CuratorFramework.class) {
            return type.cast(slots.curator());
        }
        if (type == RecipeSupport.class) {
            return type.cast(this);
        }
        throw new IllegalArgumentException("type must be " + CuratorFramework.class.getName() + " or "
                + RecipeSupport.class.getName() + ", but was " + type.getName());
    }

    @Override
    public String memberId() {
        return settings.member().id();
    }

    @Override
    public Optional<Session> session(SessionId id) {
        return sessions().stream().filter(session -> session.id().equals(id)).findFirst();
    }

    @Override
    public Optional<Session> reader() {
        return sessions().stream().findFirst();
    }

    @Override
    public void addSessionListener(SessionListener listener) {
        addSessionListener(listener, background());
    }

    /** Adds a listener that is called on this executor, in order. */
    public void addSessionListener(SessionListener listener, Executor executor) {
        slots.addListener(listener, executor);
    }

    @Override
    public void removeSessionListener(SessionListener listener) {
        slots.removeListener(listener);
    }

    @Override
    public String fullPath(String path) {
        return settings.fullPath(path);
    }

    @Override
    public List<ACL> aclFor(String fullPath) {
        return settings.application().aclFor().apply(fullPath);
    }

    @Override
    public void requireFits(List<Op> ops) {
        settings.limits().requireFits(ops);
    }

    @Override
    public void requireDeadlines() {
        settings.supervisor().session().requireCertainty(slots.first().timeoutAtHand());
    }

    @Override
    public void requireTransactions(String what) {
        if (settings.supervisor().isLegacyServers()) {
            throw new RefusedByEnsembleException(
                    what
                            + " needs transactions, and legacyServers is set: servers before 3.4 have none; nothing was sent."
                            + " Upgrade the servers, or use registrations without a fence, and groups, which need none",
                    null);
        }
    }

    @Override
    public void requireHistory(String what) {
        slots.first().supervisor().history().require(what);
    }

    /** Lets grants be given again; see {@link io.holdfast.HoldfastClient#acceptHistory}. */
    public void acceptHistory() {
        slots.first().supervisor().history().accept();
    }

    @Override
    public Duration ghostLife() {
        return settings.supervisor().session().ghostLife(slots.first().timeoutAtHand());
    }

    @Override
    public HoldfastObserver observer() {
        return events;
    }

    @Override
    public Executor callbacks() {
        return callbacks;
    }

    @Override
    public Executor background() {
        return threads.background();
    }

    @Override
    public void requireMayWait(String what, String instead) {
        threads.waits().require(what, instead);
    }

    @Override
    public boolean mayWait() {
        return threads.waits().isAllowed();
    }

    @Override
    public Future<?> later(Duration delay, Runnable task) {
        long nanos = TimeUnit.NANOSECONDS.convert(delay); // as long as it can be, if it is too long
        return threads.timer().schedule(() -> background().execute(task), Math.max(0, nanos), TimeUnit.NANOSECONDS);
    }

    @Override
    public Ticker ticker() {
        return ticker;
    }

    /** Closes the client; see {@link io.holdfast.HoldfastClient#close()}. */
    public void close() {
        if (phase.getAndSet(Phase.CLOSED) == Phase.CLOSED) {
            return;
        }
        ScheduledFuture<?> scheduled = audits;
        if (scheduled != null) {
            scheduled.cancel(false);
        }
        slots.close();
        slots.first().supervisor().history().flush();
        settings.supervisor().journal().ifPresent(journal -> journal.close());
        slots.all().forEach(slot -> slot.view().wake());
        events.flush(LAST_EVENTS);
    }

    private void requireStarted(String what) {
        Phase now = phase.get();
        if (now != Phase.STARTED) {
            throw new IllegalStateException("The client of member " + memberId() + " is "
                    + (now == Phase.CLOSED ? "closed" : "not started") + " and cannot " + what);
        }
    }

    @Override
    public String toString() {
        return "HoldfastClient[" + memberId() + " at " + settings.servers().connectString() + ", "
                + slots.first().whyNone() + "]";
    }
}
