// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.election;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.session.Session;
import io.holdfast.session.SessionListener;
import io.holdfast.session.SessionState;
import io.holdfast.spi.RecipeSupport;
import io.holdfast.spi.SerialExecutor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;

/**
 * Tells one listener who leads, across reconnections and sessions. It watches the leader's node alone, so that a member who
 * comes or goes behind it wakes nobody. Thread-safe.
 */
final class LeaderWatch implements Watcher, AutoCloseable {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final RecipeSupport client;
    private final LeaderReader reader;
    private final LeaderListener listener;
    private final Executor notifier;
    private final SessionListener sessions = this::sessionChanged;

    @GuardedBy("this")
    private boolean isLooking;

    @GuardedBy("this")
    private boolean isChanged;

    @GuardedBy("this")
    private boolean isClosed;

    @GuardedBy("this")
    private boolean isToldOnce;

    @GuardedBy("this")
    private Optional<Leader> told = Optional.empty();

    LeaderWatch(RecipeSupport client, LeaderReader reader, LeaderListener listener) {
        this.client = client;
        this.reader = reader;
        this.listener = listener;
        this.notifier = new SerialExecutor(client.callbacks());
    }

    void start() {
        client.addSessionListener(sessions);
        look();
    }

    private void sessionChanged(SessionState from, SessionState to) {
        if (isOpen(to)) {
            look();
        }
    }

    @Override
    public void process(WatchedEvent event) {
        if (event.getType() != Event.EventType.None) {
            look();
        }
    }

    /** Stops telling the listener; a call that is under way ends. Idempotent. */
    @Override
    public void close() {
        client.removeSessionListener(sessions);
        synchronized (this) {
            isClosed = true;
        }
    }

    private void look() {
        synchronized (this) {
            if (isClosed) {
                return;
            }
            if (isLooking) {
                isChanged = true;
                return;
            }
            isLooking = true;
            isChanged = false;
        }
        Optional<Session> session = client.reader().filter(each -> isOpen(each.state()));
        if (session.isEmpty()) {
            looked();
            return; // its confirmation brings the next look
        }
        var unused = reader.leader(session.get().ops(), this).whenComplete((leader, failure) -> {
            if (failure == null) {
                tell(leader);
            } else {
                var unusedRetry = client.later(RETRY, this::look);
            }
            looked();
        });
    }

    private void looked() {
        boolean again;
        synchronized (this) {
            isLooking = false;
            again = isChanged;
        }
        if (again) {
            look();
        }
    }

    private void tell(Optional<Leader> leader) {
        synchronized (this) {
            if (isClosed || (isToldOnce && leader.equals(told))) {
                return;
            }
            isToldOnce = true;
            told = leader;
            notifier.execute(() -> listener.leaderChanged(leader));
        }
    }

    /** A session that reads is good enough, whether or not anything ephemeral is wanted of it. */
    private static boolean isOpen(SessionState state) {
        return state instanceof SessionState.Confirmed || state instanceof SessionState.Unconfirmed;
    }
}
