// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.recipe;

import io.holdfast.HoldfastClient;
import io.holdfast.error.OwnershipConflictException;
import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.event.HoldfastEvent;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.CloseReason;
import io.holdfast.session.Session;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionListener;
import io.holdfast.session.SessionState;
import io.holdfast.spi.RecipeSupport;
import io.holdfast.spi.SerialExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client of a {@link FakeEnsemble}, whose connection and sessions the test has in its hand. Recipes take it as any other
 * {@link HoldfastClient}. The session timeout is 10 s, of which 3 s are the safety margin; a tick is 2 s. While the session is
 * confirmed, as much as that is certain at every moment, as if each heartbeat were answered at once.
 *
 * <p>Registrations are kept as the SDK keeps them: states, {@code once()}, fences, waits for nodes of others, and creates in the
 * next session. Nodes of other members count as foreign, and nodes of another client of the same member as ghosts, which are
 * waited for.
 *
 * <p><b>Thread-safety:</b> none, see {@link FakeEnsemble}. Methods that block elsewhere run the ensemble's tasks instead.
 */
public final class FakeClient implements HoldfastClient {

    private final FakeEnsemble ensemble;
    private final String memberId;
    private final RecipeSupport support;
    private final Executor notifier;
    private final List<SessionListener> listeners = new ArrayList<>();
    private final List<FakeRegistration> registrations = new ArrayList<>();
    private final List<HoldfastEvent> events = new ArrayList<>();
    private final String namespace;
    private @Nullable FakeSession session;
    private boolean isStarted;
    private boolean isClosed;

    /**
     * @param memberId the logical owner of all its nodes
     * @param namespace what goes before all paths, such as {@code /app}; empty for nothing
     */
    public FakeClient(FakeEnsemble ensemble, String memberId, String namespace) {
        this.ensemble = ensemble;
        this.memberId = memberId;
        this.namespace = namespace;
        this.notifier = new SerialExecutor(ensemble.agenda()::execute);
        this.support = new FakeSupport(this, ensemble, namespace, events);
    }

    /** Loses the connection: requests fail, and nothing is heard of the ensemble. */
    public void suspend() {
        FakeSession now = sessionNow();
        now.move(new SessionState.Suspended(now.id(), FakeSession.TIMEOUT));
        registrations().forEach(FakeRegistration::suspended);
    }

    /** Has a connection again, with the same session unless it has {@linkplain #expire() expired} meanwhile. */
    public void resume() {
        FakeSession now = sessionNow();
        if (!now.isKnownToServers()) {
            over(now);
            return;
        }
        now.move(new SessionState.Verifying(now.id(), FakeSession.TIMEOUT));
        now.move(new SessionState.Confirmed(now.id(), FakeSession.TIMEOUT));
        registrations().forEach(FakeRegistration::step);
    }

    /**
     * Expires the session on the servers: its nodes are gone. The client hears of it at once, or if it is suspended when it
     * {@linkplain #resume() is not any more}, and opens the next session.
     */
    public void expire() {
        FakeSession now = sessionNow();
        now.forgottenByServers();
        ensemble.expire(now.id().value());
        if (!now.isSuspended()) {
            over(now);
        }
    }

    /** The next operation of the session is applied, but its answer is lost. */
    public void loseNextAnswer() {
        ((FakeOps) sessionNow().ops()).loseNextAnswer();
    }

    /** Returns what the observer was told, in order; not to be modified. */
    public List<HoldfastEvent> events() {
        return List.copyOf(events);
    }

    private void over(FakeSession old) {
        old.move(new SessionState.Expired(old.id()));
        registrations().forEach(FakeRegistration::sessionOver);
        ensemble.agenda().execute(() -> open(old.state()));
    }

    private void open(SessionState last) {
        if (isClosed) {
            return;
        }
        FakeSession next = new FakeSession(this, ensemble, ensemble.nextSession(memberId));
        session = next;
        SessionState opening = new SessionState.Opening();
        if (!last.equals(opening)) {
            sessionMoved(last, opening);
        }
        sessionMoved(opening, next.state());
        next.move(new SessionState.Confirmed(next.id(), FakeSession.TIMEOUT));
        registrations().forEach(FakeRegistration::step);
    }

    void sessionMoved(SessionState from, SessionState to) {
        List<SessionListener> told = List.copyOf(listeners);
        told.forEach(listener -> notifier.execute(() -> listener.changed(from, to)));
    }

    private FakeSession sessionNow() {
        FakeSession now = session;
        if (now == null) {
            throw new IllegalStateException("there is no session yet; run the ensemble's tasks first");
        }
        return now;
    }

    Optional<FakeSession> current() {
        return Optional.ofNullable(session);
    }

    Optional<FakeSession> confirmed() {
        return current().filter(now -> now.state().isConfirmed());
    }

    Executor notifier() {
        return notifier;
    }

    void requireOpen() {
        if (!isStarted || isClosed) {
            throw new IllegalStateException(
                    "The client of member " + memberId + (isClosed ? " is closed" : " is not started"));
        }
    }

    private List<FakeRegistration> registrations() {
        registrations.removeIf(each -> each.state().isOver());
        return List.copyOf(registrations);
    }

    @Override
    public HoldfastClient start() {
        if (isStarted || isClosed) {
            throw new IllegalStateException("The client of member " + memberId + " was started or closed before");
        }
        isStarted = true;
        ensemble.agenda().execute(() -> open(new SessionState.Opening()));
        return this;
    }

    @Override
    public Session awaitConfirmed(Duration atMost) {
        requireOpen();
        ensemble.runAll();
        return confirmed()
                .orElseThrow(() -> new SessionNotConfirmedException("no confirmed session: " + sessions(), null));
    }

    @Override
    public List<Session> sessions() {
        return current().<List<Session>>map(List::of).orElse(List.of());
    }

    @Override
    public void addSessionListener(SessionListener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeSessionListener(SessionListener listener) {
        listeners.remove(listener);
    }

    @Override
    public Registration register(String path, Supplier<byte[]> data, RegistrationOptions options) {
        RegistrationOptions.requirePath(path, "path");
        requireOpen();
        String full = namespace + path;
        for (FakeRegistration each : registrations()) {
            if (each.path().equals(full)) {
                throw new OwnershipConflictException(full, 0, "another registration of this client");
            }
        }
        FakeRegistration next = new FakeRegistration(this, ensemble, full, data, options);
        registrations.add(next);
        ensemble.agenda().execute(next::step);
        return next;
    }

    Optional<Session> session(SessionId id) {
        return sessions().stream().filter(each -> each.id().equals(id)).findFirst();
    }

    @Override
    public void acceptHistory() {}

    @Override
    public String memberId() {
        return memberId;
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        if (type != RecipeSupport.class) {
            throw new IllegalArgumentException("a fake client has a RecipeSupport only, but was asked for " + type);
        }
        return type.cast(support);
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        FakeSession last = session;
        if (last != null && !last.state().isOver()) {
            last.forgottenByServers();
            ensemble.expire(last.id().value());
            last.move(new SessionState.Closed(last.id(), CloseReason.CLOSED_BY_USER));
        }
        registrations().forEach(FakeRegistration::clientClosed);
        ensemble.runAll();
    }

    @Override
    public String toString() {
        return "fake client of member " + memberId;
    }
}
