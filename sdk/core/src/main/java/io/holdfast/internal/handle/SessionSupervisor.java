// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.event.HoldfastEvent;
import io.holdfast.event.HoldfastEvent.SessionChanged;
import io.holdfast.event.HoldfastEvent.SessionConfirmed;
import io.holdfast.event.HoldfastObserver;
import io.holdfast.internal.resilience.OpeningPace;
import io.holdfast.internal.session.EarlierSessions;
import io.holdfast.internal.session.EndOutcome;
import io.holdfast.internal.session.SessionConfirmation;
import io.holdfast.internal.session.SessionCredentials;
import io.holdfast.internal.session.SessionEvent;
import io.holdfast.internal.session.SessionMachine;
import io.holdfast.internal.session.SessionMachine.Confirmed;
import io.holdfast.internal.session.SessionMachine.Opening;
import io.holdfast.internal.session.SessionMachine.Suspended;
import io.holdfast.internal.session.SessionMachine.Unconfirmed;
import io.holdfast.internal.time.Guarded;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionState;
import io.holdfast.spi.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the handles of one client, one after the other, and keeps what the next has to know about earlier ones. Where a client
 * has several sessions at a time, each has a supervisor, and all of them know the same earlier sessions.
 *
 * <p>Thread-safe. It serves one client only: a session counts as an earlier one, which may be ended, once its handle is
 * over.
 *
 * @see "docs/adr/0005-curator-opens-the-handles.md"
 */
public final class SessionSupervisor implements HandleOwner {

    private static final Logger LOG = LoggerFactory.getLogger(SessionSupervisor.class);

    private final SupervisorSettings settings;
    private final HoldfastObserver observer;
    private final Ticker ticker;
    private final ClientThreads threads;
    private final OpeningPace pace;
    private final EarlierSessions earlier;
    private final PriorSessionBarrier barrier;
    private final EnsembleHistory history;
    private final Optional<SessionMarkers> markers;
    private final JournaledRuns runs;
    private final List<HandleListener> listeners = new CopyOnWriteArrayList<>();
    private final ServerFeatures features;
    private final LongLists longLists;
    private final Map<HandleLifecycle, Long> confirmingSince = new ConcurrentHashMap<>();
    private final Set<HandleLifecycle> confirmedBefore = ConcurrentHashMap.newKeySet();

    private volatile boolean isEager;
    private volatile AttachAndClose.@Nullable Target target;

    public SessionSupervisor(
            SupervisorSettings settings, ClientThreads threads, HoldfastObserver observer, Ticker ticker) {
        this.settings = settings;
        this.observer = observer;
        this.ticker = ticker;
        this.features = ServerFeatures.of(settings.isLegacyServers());
        this.longLists = new LongLists(ticker);
        this.threads = threads;
        this.pace = new OpeningPace(settings.pace());
        this.isEager = settings.isEager();
        this.earlier = new EarlierSessions(this::attachAndClose, observer, ticker);
        this.barrier = new PriorSessionBarrier(earlier, ticker, threads.timer());
        this.history = new EnsembleHistory(settings.history(), observer, threads);
        this.markers = settings.markers().map(where -> new SessionMarkers(where, earlier, threads.suppliers()));
        this.runs = new JournaledRuns(
                RunJournal.of(settings, threads, observer), settings.session(), markers, earlier, threads);
    }

    private SessionSupervisor(SessionSupervisor first) {
        this.settings = first.settings;
        this.observer = first.observer;
        this.ticker = first.ticker;
        this.features = first.features;
        this.longLists = first.longLists;
        this.threads = first.threads;
        this.pace = first.pace;
        this.isEager = true;
        this.earlier = first.earlier;
        this.barrier = new PriorSessionBarrier(earlier, ticker, threads.timer());
        this.history = first.history;
        this.markers = settings.markers().map(where -> new SessionMarkers(where, earlier, threads.suppliers()));
        this.runs = first.runs;
    }

    /** Returns a supervisor for one more session of the same client, beside this one's. */
    public SessionSupervisor oneMore() {
        return new SessionSupervisor(this);
    }

    /** Opens a handle; connects in the background. */
    public ZooKeeper open(
            String connectString,
            int sessionTimeout,
            Watcher watcher,
            boolean canBeReadOnly,
            @Nullable ZKClientConfig config)
            throws IOException {
        target = new AttachAndClose.Target(connectString, config == null ? new ZKClientConfig() : config);
        return ConfirmingZooKeeper.open(connectString, sessionTimeout, watcher, canBeReadOnly, config, this);
    }

    public void addListener(HandleListener listener) {
        listeners.add(listener);
    }

    /** Returns in words when the next session is asked for; empty if the last one was confirmed. */
    public String pace() {
        return pace.inWords();
    }

    /** Returns what notices that the ensemble has lost transactions. */
    public EnsembleHistory history() {
        return history;
    }

    /** Returns this client's earlier sessions. */
    public EarlierSessions earlier() {
        return earlier;
    }

    /** Returns the threads that all work of this client runs on besides the handles' own. */
    public ClientThreads threads() {
        return threads;
    }

    @Override
    public SessionConfirmation confirm(HandleLifecycle lifecycle) {
        return new SessionConfirmation(lifecycle, settings.session(), ticker, threads.timer());
    }

    @Override
    public ServerFeatures features() {
        return features;
    }

    @Override
    public LongLists longLists() {
        return longLists;
    }

    @Override
    public boolean isEager() {
        return isEager;
    }

    @Override
    public void ephemeralWanted() {
        isEager = true; // who has created ephemerals once will look for them under the next session
    }

    @Override
    public void opened(HandleLifecycle lifecycle) {
        tell(lifecycle, lifecycle.state(), lifecycle.state());
    }

    @Override
    public boolean mayFindRemains() {
        return !barrier.isDone();
    }

    @Override
    public CompletionStage<Void> beforeVerifying(HandleLifecycle lifecycle) {
        return runs.opened(lifecycle.credentials(), lifecycle.recordAccess())
                .thenCompose(done -> barrier.drain(lifecycle.ops()));
    }

    @Override
    public void changed(HandleLifecycle lifecycle, SessionMachine from, SessionMachine to, SessionEvent by) {
        SessionState before = from.view();
        SessionState after = to.view();
        if (before.equals(after)) {
            return; // only what it waits for has changed
        }
        observe(new SessionChanged(
                to.id().value(),
                before.getClass().getSimpleName(),
                after.getClass().getSimpleName(),
                by.trigger(),
                by.cause()));
        if (from instanceof Opening || from instanceof Unconfirmed || from instanceof Suspended) {
            confirmingSince.put(lifecycle, ticker.read());
        }
        if (to instanceof Confirmed confirmed) {
            Guarded.run(LOG, "A log appender", () -> warnIfNeverSafe(confirmed));
            pace.confirmed();
            history.confirmed(to.id(), lifecycle.lastZxid());
            markers.ifPresent(each -> each.confirmed(to.id(), lifecycle.ops()));
            Duration took = Duration.ofNanos(ticker.read() - confirmingSince.getOrDefault(lifecycle, ticker.read()));
            observe(new SessionConfirmed(to.id().value(), took, !confirmedBefore.add(lifecycle)));
        }
        if (by instanceof SessionEvent.ClosedByUser) {
            runs.closing(lifecycle.recordAccess());
        }
        if (to.isOver()) {
            confirmingSince.remove(lifecycle);
            confirmedBefore.remove(lifecycle);
            over(lifecycle, to.id());
        }
        tell(lifecycle, before, after);
    }

    /** The session continues whatever an observer or a listener throws. */
    private void observe(HoldfastEvent event) {
        Guarded.run(LOG, "An observer", () -> observer.onEvent(event));
    }

    private void tell(HandleLifecycle lifecycle, SessionState before, SessionState after) {
        listeners.forEach(listener ->
                Guarded.run(LOG, "A listener of the handle", () -> listener.changed(lifecycle, before, after)));
    }

    @Override
    public void later(Duration delay, Runnable task) {
        threads.later(delay, task);
    }

    @Override
    public void served(Thread eventThread) {
        threads.waits().serves(eventThread, "ZooKeeper's client delivers answers and events on it");
    }

    @Override
    public void giveUp(HandleLifecycle lifecycle, Runnable thenReplace) {
        Duration wait = pace.afterFailure();
        threads.background().execute(() -> {
            try {
                lifecycle.closeGivenUp();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        threads.later(wait, thenReplace);
    }

    private void warnIfNeverSafe(Confirmed confirmed) {
        Duration margin = settings.session().safetyMargin();
        if (margin.compareTo(confirmed.negotiated()) >= 0) {
            LOG.warn(
                    "session={} the ensemble granted a timeout of {}, which safetyMargin ({}) uses up: nothing will count as safe",
                    confirmed.id(),
                    confirmed.negotiated(),
                    margin);
        }
    }

    private void over(HandleLifecycle lifecycle, SessionId id) {
        history.seen(lifecycle.lastZxid());
        Optional<SessionCredentials> credentials = lifecycle.credentials();
        if (credentials.isPresent()) {
            earlier.remember(credentials.get());
            Duration timeout = credentials.get().sessionTimeout();
            barrier.add(id, lifecycle.ledger(), timeout, settings.session().ghostLife(timeout));
        }
    }

    @Override
    public void endedOnServer(SessionId id) {
        runs.over(id);
    }

    private CompletionStage<EndOutcome> attachAndClose(SessionCredentials credentials) {
        AttachAndClose.Target where = target;
        return where == null
                ? CompletableFuture.completedFuture(EndOutcome.UNREACHABLE)
                : new AttachAndClose(where, threads).end(credentials);
    }
}
