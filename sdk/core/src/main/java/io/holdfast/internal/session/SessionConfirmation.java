// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import io.holdfast.error.FailureKind;
import io.holdfast.internal.session.SessionMachine.Confirmed;
import io.holdfast.internal.session.SessionMachine.Upgrading;
import io.holdfast.internal.session.SessionMachine.Verifying;
import io.holdfast.internal.time.Deadline;
import io.holdfast.internal.time.Guarded;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionSettings;
import io.holdfast.spi.StateCell;
import io.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Confirms the session of one handle: sends the probes that {@link SessionMachine} asks for and feeds their answers back
 * (protocol, section 2). It decides nothing itself.
 *
 * <p>Thread-safe; no method blocks. A probe counts only while its answer is fresh: one that stays unanswered for
 * {@link SessionSettings#probeLimit} of connected time ends the handle.
 *
 * @see "docs/adr/0006-two-probes-that-fail-with-nonode.md"
 */
public final class SessionConfirmation {

    private static final Logger LOG = LoggerFactory.getLogger(SessionConfirmation.class);
    private static final long NEVER = Long.MIN_VALUE;

    /** A state, and the event that led to it. */
    private record Moved(SessionMachine state, SessionEvent by) {
        Moved on(SessionEvent event) {
            SessionMachine next = event.applyTo(state);
            return next.equals(state) ? this : new Moved(next, event);
        }
    }

    private final ProbedHandle handle;
    private final SessionSettings settings;
    private final Ticker ticker;
    private final ScheduledExecutorService timer;
    private final StateCell<Moved> cell;
    private final AtomicBoolean heartbeatUnderWay = new AtomicBoolean();

    /** When the probe that is awaited was sent, or {@link #NEVER}. */
    private volatile long sentNanos = NEVER;

    private final long openedNanos;

    /** Requests that have proven more than the session's being global. */
    private volatile HeartbeatDeadline deadline = HeartbeatDeadline.NONE;

    public SessionConfirmation(
            ProbedHandle handle, SessionSettings settings, Ticker ticker, ScheduledExecutorService timer) {
        this.handle = handle;
        this.settings = settings;
        this.ticker = ticker;
        this.timer = timer;
        this.openedNanos = ticker.read();
        this.cell = new StateCell<>(
                new Moved(new SessionMachine.Opening(false), new SessionEvent.Disconnected(Duration.ZERO)),
                (from, to) -> changed(from.state(), to.state(), to.by()));
    }

    /** Returns the state now. */
    public SessionMachine state() {
        return cell.get().state();
    }

    public void connected(SessionId id, Duration negotiated) {
        apply(new SessionEvent.Connected(id, negotiated));
    }

    public void disconnected() {
        long sent = sentNanos;
        Duration unanswered = sent == NEVER ? Duration.ZERO : Duration.ofNanos(ticker.read() - sent);
        apply(new SessionEvent.Disconnected(unanswered));
    }

    /** Asks for a confirmed session, if nobody has yet. */
    public void wanted() {
        apply(new SessionEvent.Wanted());
    }

    public void sessionExpired() {
        apply(new SessionEvent.SessionExpired());
    }

    public void authFailed() {
        apply(new SessionEvent.AuthFailed());
    }

    public void closedByUser() {
        apply(new SessionEvent.ClosedByUser());
    }

    /**
     * Returns the moment from which on the session must be taken for dead unless a later heartbeat is answered, see {@link
     * HeartbeatDeadline}. Empty if the session was never confirmed, or is over.
     */
    public Optional<Deadline> deadline() {
        SessionMachine now = state();
        Duration negotiated;
        if (now instanceof Confirmed confirmed) {
            negotiated = confirmed.negotiated();
        } else if (now instanceof Verifying verifying) {
            negotiated = verifying.negotiated();
        } else if (now instanceof SessionMachine.Suspended suspended) {
            negotiated = suspended.negotiated();
        } else {
            return Optional.empty();
        }
        OptionalLong counted = deadline.counted(settings.longestIdle(negotiated));
        return counted.isPresent()
                ? Optional.of(Deadline.after(counted.getAsLong(), negotiated, settings.safetyMargin()))
                : Optional.empty();
    }

    /** Returns how long ago the proof was sent that a later one will make count; a very long time if there is none. */
    public Duration sinceWaitingProof(long nowNanos) {
        OptionalLong waiting = deadline.waiting();
        return waiting.isPresent() ? Duration.ofNanos(nowNanos - waiting.getAsLong()) : Duration.ofDays(1);
    }

    /**
     * Asks the quorum whether it still holds this confirmed session: one error transaction. A rejection or a silence ends
     * the handle as it does while confirming.
     *
     * @return completes with true once answered; with false, soon, if the session is not confirmed now, if another heartbeat
     *     is under way, or if the answer proves nothing
     */
    public CompletionStage<Boolean> heartbeat() {
        CompletableFuture<Boolean> outcome = new CompletableFuture<>();
        if (!(state() instanceof Confirmed confirmed) || !heartbeatUnderWay.compareAndSet(false, true)) {
            outcome.complete(false);
            return outcome;
        }
        long sent = ticker.read();
        expire(confirmed.probe(), settings.probeLimit(confirmed.negotiated()), outcome);
        sendProbe(code -> {
            heartbeatUnderWay.set(false);
            ProbeAnswer answer = ProbeAnswer.of(code);
            if (answer == ProbeAnswer.PASSED) {
                proven(sent, confirmed.negotiated());
            } else if (answer == ProbeAnswer.REJECTED) {
                apply(new SessionEvent.ProbeRejected(confirmed.probe()));
            }
            outcome.complete(answer == ProbeAnswer.PASSED);
        });
        return outcome;
    }

    /** Returns the moment at which a write is sent in this session, for {@link #writeAnswered}. */
    public long now() {
        return ticker.read();
    }

    /**
     * A write of this session was done. The leader has checked the session for it, just as it does for a probe, so it counts
     * as a heartbeat that was sent at the same time.
     */
    public void writeAnswered(long sent) {
        if (state() instanceof Confirmed confirmed) {
            proven(sent, confirmed.negotiated());
        }
    }

    private synchronized void proven(long sent, Duration negotiated) {
        deadline = deadline.answered(sent, settings.proofSpacing(negotiated));
    }

    private synchronized void firstConfirmed() {
        deadline = deadline.confirmed(openedNanos);
    }

    private void apply(SessionEvent event) {
        cell.apply(before -> before.on(event));
    }

    private void changed(SessionMachine from, SessionMachine to, SessionEvent by) {
        sentNanos = NEVER;
        Guarded.run(LOG, "Whoever was notified of a change of a session", () -> handle.changed(from, to, by));
        if (to instanceof Upgrading upgrading) {
            probe(upgrading.probe(), upgrading.negotiated(), upgrading.spent());
        } else if (to instanceof Verifying verifying) {
            var unused = beforeVerifying(to.id()).whenComplete((done, failure) -> {
                if (failure != null) {
                    notVerified(verifying, failure);
                } else if (state().equals(to)) {
                    probe(verifying.probe(), verifying.negotiated(), verifying.spent());
                }
            });
        }
    }

    private CompletionStage<Void> beforeVerifying(SessionId id) {
        try {
            return handle.beforeVerifying(id);
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void notVerified(Verifying verifying, Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        FailureKind kind = FailureKind.of(FailureKind.codeOf(failure));
        if (kind == FailureKind.SESSION_ENDED) {
            apply(new SessionEvent.ProbeRejected(verifying.probe()));
        } else if (cause instanceof KeeperException && kind != FailureKind.REFUSED) {
            // nothing is refused; and the news of a lost connection comes after the callbacks that it fails
            expire(
                    verifying.probe(),
                    settings.probeLimit(verifying.negotiated()).minus(verifying.spent()),
                    new CompletableFuture<>());
        } else {
            apply(new SessionEvent.ProbeRefused(verifying.probe(), String.valueOf(cause.getMessage())));
        }
    }

    private void probe(int number, Duration negotiated, Duration spent) {
        long sent = ticker.read();
        sentNanos = sent;
        CompletableFuture<Boolean> answered = new CompletableFuture<>();
        expire(number, settings.probeLimit(negotiated).minus(spent), answered);
        sendProbe(code -> {
            ProbeAnswer answer = ProbeAnswer.of(code);
            if (answer != ProbeAnswer.PROVES_NOTHING) { // else the disconnection, or the limit, says what comes next
                answered.complete(true);
                answered(number, answer, code, sent);
            }
        });
    }

    /** A probe that cannot be sent is one without an answer. */
    private void sendProbe(Consumer<Code> answer) {
        try {
            handle.sendProbe(answer);
        } catch (RuntimeException | Error e) {
            Guarded.warn(LOG, "Sending a probe", e);
            answer.accept(Code.CONNECTIONLOSS);
        }
    }

    private void answered(int number, ProbeAnswer answer, Code code, long sent) {
        switch (answer) {
            case PASSED -> {
                if (state() instanceof Verifying verifying && verifying.probe() == number) {
                    firstConfirmed();
                    proven(sent, verifying.negotiated());
                }
                apply(new SessionEvent.ProbePassed(number));
            }
            case REJECTED -> apply(new SessionEvent.ProbeRejected(number));
            case REFUSED -> apply(new SessionEvent.ProbeRefused(number, Refusal.of(code)));
            case PROVES_NOTHING -> {}
        }
    }

    private void expire(int number, Duration limit, CompletableFuture<?> answered) {
        var task = timer.schedule(
                () -> cell.apply(
                        before -> answered.isDone() ? before : before.on(new SessionEvent.ProbeTimedOut(number))),
                Math.max(0, limit.toNanos()),
                TimeUnit.NANOSECONDS);
        var unused = answered.whenComplete((done, failure) -> task.cancel(false));
    }
}
