// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.view;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.recipes.view.Freshness;
import io.holdfast.session.Session;
import io.holdfast.session.SessionListener;
import io.holdfast.session.SessionOps;
import io.holdfast.session.SessionState;
import io.holdfast.spi.RecipeSupport;
import io.holdfast.spi.SerialExecutor;
import io.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is in one directory, kept up to date: names, data, owners and czxids. Eventually exact: once changes and faults
 * stop, it shows what the servers hold, across lost connections, changes of the server and new sessions. A directory that
 * does not exist is empty, and noticed when it appears.
 *
 * <p><b>Thread-safety:</b> every method may be called from any thread. <b>Blocking:</b> only {@link #awaitCurrent}.
 * <b>Cost:</b> a watch on the directory and one on each child; two reads per child at the beginning and after each
 * reconnection,
 * 64 at a time. Watches stay on the server when this is closed, until they fire or the session ends.
 *
 * <p>It does not show every state in between: of several changes of one child before the next read, the last one is seen. A
 * node that is replaced by another one of the same name is always seen as that.
 */
public final class LiveChildren implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveChildren.class);

    private final String directory;
    private final RecipeSupport client;
    private final Ticker ticker;
    private final Executor loop;
    private final Executor notifier;
    private final ChildrenReader reader;
    private final SessionListener sessions = this::sessionChanged;

    // confined to the loop
    private final List<ChildrenListener> listeners = new ArrayList<>();

    @GuardedBy("this")
    private SortedMap<String, Child> children = Collections.emptySortedMap();

    @GuardedBy("this")
    private Optional<Gap> gap;

    @GuardedBy("this")
    private boolean isClosed;

    /** Completes at the next end of a gap, or when the view is closed. */
    @GuardedBy("this")
    private CompletableFuture<Void> settled = new CompletableFuture<>();

    /** Why and since when the view may be out of date. */
    private record Gap(String why, long sinceNanos) {}

    private LiveChildren(String directory, RecipeSupport client) {
        this.directory = directory;
        this.client = client;
        this.ticker = client.ticker();
        this.loop = new SerialExecutor(client.background());
        this.notifier = new SerialExecutor(client.callbacks());
        this.gap = Optional.of(new Gap("nothing has been read yet", ticker.read()));
        this.reader = new ChildrenReader(directory, loop, this::later, new ChildrenReader.Audience() {
            @Override
            public void read(SortedMap<String, Child> read) {
                replace(read);
            }

            @Override
            public void caughtUp() {
                settle();
            }

            @Override
            public void stale(String why) {
                doubt(why);
            }
        });
    }

    /**
     * Starts to read a directory. Does not wait.
     *
     * @param directory the full path, the client's namespace included
     */
    public static LiveChildren of(RecipeSupport client, String directory) {
        LiveChildren view = new LiveChildren(directory, client);
        view.start();
        return view;
    }

    private void start() {
        client.addSessionListener(sessions);
        loop.execute(() -> {
            client.reader()
                    .filter(session -> isConnected(session.state()))
                    .ifPresent(session -> reader.connected(session.ops()));
        });
    }

    /** Returns the children as they were last read, by name; not to be modified. */
    public synchronized SortedMap<String, Child> children() {
        return children;
    }

    /** Returns how much {@link #children()} can be relied on now. Out of date as soon as it is returned. */
    public Freshness freshness() {
        Optional<Gap> known;
        synchronized (this) {
            known = gap;
        }
        if (known.isPresent()) {
            Duration since = Duration.ofNanos(ticker.read() - known.get().sinceNanos());
            return new Freshness.Stale(known.get().why(), since);
        }
        SessionState state = client.reader().map(Session::state).orElse(new SessionState.Opening());
        return isConnected(state)
                ? new Freshness.Current()
                : new Freshness.Stale("not connected: " + state, Duration.ZERO); // and the news of that is on its way
    }

    /**
     * Waits until the view is current.
     *
     * @param atMost how long; zero or more
     * @return false if the time ran out; {@link #freshness()} says what is missing
     * @throws IllegalStateException if the view is closed
     */
    public boolean awaitCurrent(Duration atMost) throws InterruptedException {
        if (atMost.isNegative()) {
            throw new IllegalArgumentException("atMost must be zero or more, but was " + atMost);
        }
        client.requireMayWait("awaitCurrent of " + directory, "freshness()");
        long until = ticker.read() + atMost.toNanos();
        while (true) {
            CompletableFuture<Void> next;
            synchronized (this) {
                if (gap.isEmpty()) {
                    return true;
                }
                if (isClosed) {
                    throw new IllegalStateException("The view of " + directory + " is closed");
                }
                next = settled;
            }
            try { // not in the monitor: who waits there holds the carrier of a virtual thread
                next.get(until - ticker.read(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                return false;
            } catch (ExecutionException e) {
                throw new AssertionError("nothing fails it", e);
            }
        }
    }

    /**
     * Makes the view catch up with everything that was committed before this call, whoever wrote it: at the cost of one sync,
     * and of reads only where something has changed. Stays open while the client is not connected.
     *
     * @return completes with the children, at least that new; fails only with {@link IllegalStateException} if the view is
     *     closed
     */
    public CompletionStage<SortedMap<String, Child>> refreshed() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> reader.catchUp(done));
        return done.thenApplyAsync(read -> children(), client.callbacks());
    }

    /** Adds a listener; it is notified of the children that exist first. */
    public void addListener(ChildrenListener listener) {
        loop.execute(() -> {
            listeners.add(listener);
            ChildChange.between(Collections.emptySortedMap(), children()).forEach(change -> tell(listener, change));
        });
    }

    /** Ends the view: nobody is notified of anything more, but for what is being delivered right now. Idempotent. */
    @Override
    public void close() {
        client.removeSessionListener(sessions);
        synchronized (this) {
            isClosed = true;
            settled.complete(null);
        }
        loop.execute(() -> {
            listeners.clear();
            reader.close();
        });
    }

    private void later(Duration delay, Runnable task) {
        var unused = client.later(delay, task);
    }

    private void sessionChanged(SessionState from, SessionState to) {
        loop.execute(() -> follow(from, to));
    }

    private void follow(SessionState from, SessionState to) {
        boolean isSameConnection = isConnected(from) && from.id().equals(to.id());
        if (isConnected(to) && !isSameConnection) {
            client.reader().map(Session::ops).ifPresent(this::connected);
        } else if (!isConnected(to)) {
            reader.disconnected("not connected: " + to);
        }
    }

    /** Returns whether reads can be sent: they need no confirmed session, so that a client that only reads stays local. */
    private static boolean isConnected(SessionState state) {
        return state instanceof SessionState.Unconfirmed
                || state instanceof SessionState.Upgrading
                || state instanceof SessionState.Verifying
                || state instanceof SessionState.Confirmed;
    }

    private void connected(SessionOps ops) {
        if (!isClosed()) {
            reader.connected(ops);
        }
    }

    private synchronized boolean isClosed() {
        return isClosed;
    }

    private void replace(SortedMap<String, Child> read) {
        SortedMap<String, Child> before;
        synchronized (this) {
            before = children;
            children = Collections.unmodifiableSortedMap(new TreeMap<>(read));
        }
        for (ChildChange change : ChildChange.between(before, read)) {
            for (ChildrenListener listener : listeners) {
                tell(listener, change);
            }
        }
    }

    private void tell(ChildrenListener listener, ChildChange change) {
        notifier.execute(() -> {
            if (isClosed()) {
                return;
            }
            try {
                listener.changed(change);
            } catch (RuntimeException | Error e) {
                LOG.warn("path={} a listener failed on {}", directory, change, e);
            }
        });
    }

    private synchronized void doubt(String why) {
        long since = gap.map(Gap::sinceNanos).orElseGet(ticker::read);
        gap = Optional.of(new Gap(why, since));
    }

    private synchronized void settle() {
        gap = Optional.empty();
        settled.complete(null);
        settled = new CompletableFuture<>();
    }

    @Override
    public String toString() {
        return "view of " + directory + " (" + children().size() + " children, " + freshness() + ")";
    }
}
