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
import io.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The session that a client has now, for those who read it, listen to it or wait for it. Thread-safe. */
final class SessionView {

    private final String connectString;
    private final Executor notifier;
    private final Ticker ticker;
    private final Function<HandleLifecycle, Safety> safeties;
    private final List<SessionListener> listeners = new CopyOnWriteArrayList<>();
    private final Object changes = new Object();

    private volatile @Nullable HandleLifecycle life;
    private volatile @Nullable ConfirmedSession session;

    /** @param safeties opens a view of how long it is safe to act in a handle's session */
    SessionView(String connectString, Executor notifier, Ticker ticker, Function<HandleLifecycle, Safety> safeties) {
        this.connectString = connectString;
        this.notifier = notifier;
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

    void addListener(SessionListener listener) {
        listeners.add(listener);
    }

    void removeListener(SessionListener listener) {
        listeners.remove(listener);
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
            current.end(notifier);
        }
        SessionState before = isNext && last != null ? last.state() : from;
        for (SessionListener listener : listeners) {
            notifier.execute(() -> listener.changed(before, to));
        }
        wake();
    }

    void wake() {
        synchronized (changes) {
            changes.notifyAll();
        }
    }

    /**
     * Waits for a confirmed session.
     *
     * @param stillWanted throws when there is nothing to wait for any more; asked before each wait
     */
    Session awaitConfirmed(Duration atMost, Runnable stillWanted) throws InterruptedException {
        if (atMost.isNegative()) {
            throw new IllegalArgumentException("atMost must be zero or more, but was " + atMost);
        }
        long until = ticker.read() + atMost.toNanos();
        synchronized (changes) {
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
                    throw notConfirmed(atMost, now);
                }
                TimeUnit.NANOSECONDS.timedWait(changes, left);
            }
        }
    }

    private SessionNotConfirmedException notConfirmed(Duration atMost, SessionState now) {
        String hint = now instanceof Opening ? ": no server answers at this connectString" : "";
        return new SessionNotConfirmedException(
                "No session of " + connectString + " was confirmed within " + atMost.toMillis() + " ms; its state is "
                        + now + hint + ". The client keeps trying",
                null);
    }
}
