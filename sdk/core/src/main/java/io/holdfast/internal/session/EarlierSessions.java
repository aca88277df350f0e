// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.event.HoldfastEvent.EarlierSessionEnded;
import io.holdfast.event.HoldfastObserver;
import io.holdfast.internal.time.Guarded;
import io.holdfast.session.SessionId;
import io.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions that this client, or an earlier run of it found in the journal, has had: whose nodes are ghosts, and
 * which this client may end. Thread-safe; no method blocks.
 */
public final class EarlierSessions {

    /** A session that flaps once a minute fills this in four hours; older ones are long past every timeout. */
    private static final int REMEMBERED = 256;

    private static final Logger LOG = LoggerFactory.getLogger(EarlierSessions.class);

    private final SessionEnder ender;
    private final HoldfastObserver observer;
    private final Ticker ticker;

    @GuardedBy("this")
    private final Map<SessionId, SessionCredentials> known = new LinkedHashMap<>();

    @GuardedBy("this")
    private final Map<SessionId, Duration> withoutPassword = new LinkedHashMap<>();

    @GuardedBy("this")
    private final Map<SessionId, String> markers = new LinkedHashMap<>();

    @GuardedBy("this")
    private final Map<SessionId, CompletionStage<EndOutcome>> ending = new HashMap<>();

    public EarlierSessions(SessionEnder ender, HoldfastObserver observer, Ticker ticker) {
        this.ender = ender;
        this.observer = observer;
        this.ticker = ticker;
    }

    /** Remembers a session of ours, the current one included: it becomes an earlier one when the next is opened. */
    public synchronized void remember(SessionCredentials credentials) {
        known.put(new SessionId(credentials.sessionId()), credentials);
        if (known.size() > REMEMBERED) {
            known.remove(known.keySet().iterator().next());
        }
    }

    /** Remembers a session of an earlier run that nobody can attach to: it ends when it times out. */
    public synchronized void rememberWithoutPassword(SessionId id, Duration timeout) {
        withoutPassword.put(id, timeout);
        if (withoutPassword.size() > REMEMBERED) {
            withoutPassword.remove(withoutPassword.keySet().iterator().next());
        }
    }

    /** Remembers the marker of a session of ours, the current one included. */
    public synchronized void marked(SessionId id, String path) {
        markers.put(id, path);
        if (markers.size() > REMEMBERED) {
            markers.remove(markers.keySet().iterator().next());
        }
    }

    /** Returns the marker of a session of ours: while it exists, the leader has not begun to close that session. */
    public synchronized Optional<String> markerOf(SessionId id) {
        return Optional.ofNullable(markers.get(id));
    }

    /** Returns the negotiated timeout of a session of ours, empty if the session is not known to be ours. */
    public synchronized Optional<Duration> timeoutOf(SessionId id) {
        return Optional.ofNullable(known.get(id))
                .map(SessionCredentials::sessionTimeout)
                .or(() -> timeoutWithoutPassword(id));
    }

    private synchronized Optional<Duration> timeoutWithoutPassword(SessionId id) {
        return Optional.ofNullable(withoutPassword.get(id));
    }

    /** Returns every remembered session but the given one. */
    public synchronized List<SessionId> otherThan(SessionId current) {
        List<SessionId> others = new ArrayList<>(known.keySet());
        others.remove(current);
        return others;
    }

    /**
     * Ends an earlier session of ours; calls made while an attempt is under way share it.
     *
     * @return never fails; {@link EndOutcome#EXPIRED} for a session that is not known, {@link EndOutcome#UNREACHABLE} for one
     *     whose password is not
     */
    public CompletionStage<EndOutcome> end(SessionId id) {
        SessionCredentials credentials;
        CompletableFuture<EndOutcome> outcome = new CompletableFuture<>();
        synchronized (this) {
            CompletionStage<EndOutcome> underWay = ending.get(id);
            if (underWay != null) {
                return underWay;
            }
            credentials = known.get(id);
            if (credentials == null) {
                // "expired" of one that may be alive would let its nodes pass for orphans
                return CompletableFuture.completedFuture(
                        withoutPassword.containsKey(id) ? EndOutcome.UNREACHABLE : EndOutcome.EXPIRED);
            }
            ending.put(id, outcome);
        }
        long started = ticker.read();
        var unused = attempt(credentials).whenComplete((answer, failure) -> {
            EndOutcome result = failure == null ? answer : EndOutcome.UNREACHABLE;
            synchronized (this) {
                ending.remove(id);
            }
            EarlierSessionEnded event = new EarlierSessionEnded(
                    id.value(), result.name().toLowerCase(Locale.ROOT), Duration.ofNanos(ticker.read() - started));
            Guarded.run(LOG, "An observer", () -> observer.onEvent(event)); // a session waits for the outcome
            outcome.complete(result);
        });
        return outcome;
    }

    private CompletionStage<EndOutcome> attempt(SessionCredentials credentials) {
        try {
            return ender.end(credentials);
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
