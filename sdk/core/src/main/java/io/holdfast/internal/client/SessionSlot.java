// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.client;

import io.holdfast.event.HoldfastObserver;
import io.holdfast.internal.handle.HandleLifecycle;
import io.holdfast.internal.handle.Heartbeats;
import io.holdfast.internal.handle.ReplicaReads;
import io.holdfast.internal.handle.ServerSurvey;
import io.holdfast.internal.handle.SessionSupervisor;
import io.holdfast.internal.registration.LiveSession;
import io.holdfast.internal.registration.PathClaims;
import io.holdfast.internal.registration.RegistrationContext;
import io.holdfast.internal.registration.Registrations;
import io.holdfast.internal.write.SharedWrites;
import io.holdfast.internal.write.WriteLimits;
import io.holdfast.session.Safety;
import io.holdfast.session.SessionSettings;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionState.Confirmed;
import io.holdfast.session.SessionState.Refused;
import io.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One session at a time, each followed by the next, and all that belongs to it: its supervisor, its heartbeats, and the
 * registrations whose nodes it owns. Thread-safe.
 */
final class SessionSlot {

    private final SessionSettings settings;
    private final SessionSupervisor supervisor;
    private final Registrations registrations;
    private final Heartbeats heartbeats;
    private final SessionView view;
    private final ServerSurvey survey;
    private final WriteLimits writeLimits;
    private final Ticker ticker;
    private volatile boolean isClosed;

    /**
     * @param supervisor opens its handles
     * @param observer notified of what its registrations do
     * @param callbacks for the application's code
     * @param claims of all registrations of the client
     */
    SessionSlot(
            ClientSettings settings,
            SessionSupervisor supervisor,
            HoldfastObserver observer,
            Executor callbacks,
            Ticker ticker,
            PathClaims claims) {
        this.settings = settings.supervisor().session();
        this.supervisor = supervisor;
        this.view = new SessionView(settings.servers().connectString(), callbacks, ticker, this::safety);
        this.survey = new ServerSurvey(
                settings.servers().connectString(),
                settings.servers().zkClientConfig(),
                settings.supervisor().session().sessionTimeout(),
                supervisor.threads(),
                observer,
                ticker);
        this.ticker = ticker;
        this.writeLimits = settings.limits().writes();
        this.heartbeats = new Heartbeats(this.settings, ticker, supervisor.threads());
        RegistrationContext context = new RegistrationContext(
                new RegistrationContext.Threads(
                        supervisor.threads().timer(),
                        supervisor.threads().suppliers(),
                        supervisor.threads().waits()),
                new RegistrationContext.Application(
                        observer, settings.application().aclFor()),
                new RegistrationContext.Member(
                        settings.member().id(), settings.member().incarnation()),
                new RegistrationContext.Sessions(supervisor.earlier(), this::whyNone),
                new ReplicaReads(
                        settings.servers().connectString(),
                        settings.servers().zkClientConfig(),
                        this.settings.confirmTimeout(),
                        supervisor.threads()),
                this.settings,
                ticker,
                settings.limits());
        this.registrations = new Registrations(context, claims);
        supervisor.addListener(this::changed);
    }

    /** Returns in words why there is no confirmed session, as far as that is known. */
    String whyNone() {
        return Stream.of(view.state().toString(), survey.findings(), supervisor.pace())
                .filter(words -> !words.isEmpty())
                .collect(Collectors.joining("; "));
    }

    SessionSupervisor supervisor() {
        return supervisor;
    }

    SessionView view() {
        return view;
    }

    Registrations registrations() {
        return registrations;
    }

    /** Returns the session timeout, as the ensemble has granted it if that is known. */
    Duration timeoutAtHand() {
        return view.state() instanceof Confirmed confirmed ? confirmed.negotiated() : settings.sessionTimeout();
    }

    /** Something ephemeral is wanted of the session, so it has to be confirmed. */
    void ephemeralWanted() {
        supervisor.ephemeralWanted();
        view.life().ifPresent(HandleLifecycle::ephemeralWanted);
    }

    void audit() {
        view.life().ifPresent(SessionSlot::suspect);
        registrations.audit();
    }

    /** No registration is kept any more when this returns; the session is about to be closed with its handle. */
    void close() {
        isClosed = true;
        try {
            // nothing blocks the loop; but an executor for callbacks that runs its tasks in the calling thread
            // would let a listener that closes the client wait here for itself
            registrations
                    .close()
                    .toCompletableFuture()
                    .get(settings.sessionTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            // the task runs as soon as the loop is free
        } catch (ExecutionException e) {
            throw new AssertionError("closing registrations never fails", e);
        }
    }

    private Safety safety(HandleLifecycle in) {
        if (isClosed) {
            throw new IllegalStateException("The client is closed, and its session with it: nothing is safe");
        }
        settings.requireCertainty(timeoutAtHand());
        ephemeralWanted();
        return heartbeats.open(in);
    }

    private void changed(HandleLifecycle handle, SessionState from, SessionState to) {
        view.changed(handle, from, to);
        survey.changed(to);
        if (from instanceof Confirmed) {
            registrations.sessionSuspended();
        }
        if (to instanceof Confirmed confirmed) {
            registrations.sessionConfirmed(new LiveSession(
                    confirmed.id(), confirmed.negotiated(), handle.ops(), writes(handle), () -> suspect(handle)));
        } else if (to instanceof Refused refused) {
            registrations.sessionRefused(refused.reason());
        } else if (to.isOver()) {
            registrations.sessionEnded();
        }
        heartbeats.changed(handle, to);
    }

    private SharedWrites writes(HandleLifecycle handle) {
        return new SharedWrites(handle.ops(), supervisor.threads().timer(), ticker, writeLimits, handle.manyWatches());
    }

    private static void suspect(HandleLifecycle handle) {
        var unused = handle.confirmation().heartbeat();
    }
}
