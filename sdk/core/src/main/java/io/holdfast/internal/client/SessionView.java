// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.client;

import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.internal.handle.ConfirmedSession;
import io.holdfast.internal.handle.HandleLifecycle;
import io.holdfast.session.Safety;
import io.holdfast.session.Session;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionListener;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionState.Confirmed;
import io.holdfast.session.SessionState.Opening;
import io.holdfast.session.SessionState.Refused;
import io.holdfast.spi.SerialExecutor;
import io.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The session that a client has now, for those who read it, listen to it or wait for it. Thread-safe. */
final class SessionView {

    private final String connectString;
    private final Executor callbacks;
    private final Ticker ticker;
    private final Function<HandleLifecycle, Safety> safeties;
    private final List<Listening> listeners = new CopyOnWriteArrayList<>();

    /** A lock and not a monitor: who waits in a monitor holds the carrier of a virtual thread. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();

    /** One listener, which holds up nobody but itself. */
    private record Listening(SessionListener listener, Executor queue) {}

    private volatile @Nullable HandleLifecycle life;
    private volatile @Nullable ConfirmedSession session;

    /**
     * @param callbacks completes stages
     * @param safeties opens a view of how long it is safe to act in a handle's session
     */
    SessionView(String connectString, Executor callbacks, Ticker ticker, Function<HandleLifecycle, Safety> safeties) {
        this.connectString = connectString;
        this.callbacks = callbacks;
        this.ticker = ticker;
        this.safeties = safeties;
    }

    /** Returns the current handle, empty before there is one. */
    Optional<HandleLifecycle> life() {
        return Optional.ofNullable(life);
    }

    Optional<Session> session() {
        ConfirmedSession current = session;
        return current == null || current.id().equals(SessionId.NONE) ? Optional.empty() : Optional.of(current);
    }

    SessionState state() {
        HandleLifecycle current = life;
        return current == null ? new Opening() : current.state();
    }

    /** Adds a listener, which is called on this executor, in order. */
    void addListener(SessionListener listener, Executor executor) {
        listeners.add(new Listening(listener, new SerialExecutor(executor)));
    }

    void removeListener(SessionListener listener) {
        listeners.removeIf(each -> each.listener() == listener);
    }

    void changed(HandleLifecycle handle, SessionState from, SessionState to) {
        HandleLifecycle last = life;
        boolean isNext = last == null || !last.equals(handle);
        if (isNext) {
            session = new ConfirmedSession(handle, ticker, () -> safeties.apply(handle));
            life = handle;
        }
        ConfirmedSession current = session;
        if (to.isOver() && current != null) {
            current.end(callbacks);
        }
        SessionState before = isNext && last != null ? last.state() : from;
        for (Listening each : listeners) {
            each.queue().execute(() -> each.listener().changed(before, to));
        }
        wake();
    }

    void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for a confirmed session.
     *
     * @param why says what is known of the servers
     * @param stillWanted throws when there is nothing to wait for any more; asked before each wait
     */
    Session awaitConfirmed(Duration atMost, Supplier<String> why, Runnable stillWanted) throws InterruptedException {
        if (atMost.isNegative()) {
            throw new IllegalArgumentException("atMost must be zero or more, but was " + atMost);
        }
        long until = ticker.read() + atMost.toNanos();
        if (!state().isConfirmed()) {
            var unused = why.get(); // begins to find it out
        }
        lock.lock();
        try {
            while (true) {
                stillWanted.run();
                SessionState now = state();
                ConfirmedSession current = session;
                if (now instanceof Confirmed && current != null) {
                    return current;
                }
                if (now instanceof Refused refused) {
                    throw new RefusedByEnsembleException(
                            "No session of " + connectString + " can be confirmed: " + refused.reason(), null);
                }
                long left = until - ticker.read();
                if (left <= 0) {
                    throw notConfirmed(atMost, why.get());
                }
                var unusedLeft = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private SessionNotConfirmedException notConfirmed(Duration atMost, String why) {
        return new SessionNotConfirmedException(
                "No session of " + connectString + " was confirmed within " + atMost.toMillis() + " ms: " + why
                        + ". The client keeps trying",
                null);
    }
}
