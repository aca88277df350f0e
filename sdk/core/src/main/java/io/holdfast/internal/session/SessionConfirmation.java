// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import io.holdfast.error.FailureKind;
import io.holdfast.internal.time.Deadline;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionSettings;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionState.Confirmed;
import io.holdfast.session.SessionState.Upgrading;
import io.holdfast.session.SessionState.Verifying;
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
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;

/**
 * Confirms the session of one handle: sends the probes that {@link SessionState} asks for and feeds their answers back
 * (protocol, section 2). It decides nothing itself.
 *
 * <p>Thread-safe; no method blocks. A probe counts only while its answer is fresh: one that stays unanswered for
 * {@link SessionSettings#probeLimit} of connected time ends the handle.
 *
 * @see "docs/adr/0006-two-probes-that-fail-with-nonode.md"
 */
public final class SessionConfirmation {

    private static final long NEVER = Long.MIN_VALUE;

    private final ProbedHandle handle;
    private final SessionSettings settings;
    private final Ticker ticker;
    private final ScheduledExecutorService timer;
    private final StateCell<SessionState> cell;
    private final AtomicBoolean heartbeatUnderWay = new AtomicBoolean();

    /** When the probe that is awaited was sent, or {@link #NEVER}. */
    private volatile long sentNanos = NEVER;

    private final long openedNanos;

    /** Requests that have proven more than the session's being global. */
    private volatile Proofs proofs = Proofs.NONE;

    public SessionConfirmation(
            ProbedHandle handle, SessionSettings settings, Ticker ticker, ScheduledExecutorService timer) {
        this.handle = handle;
        this.settings = settings;
        this.ticker = ticker;
        this.timer = timer;
        this.openedNanos = ticker.read();
        this.cell = new StateCell<>(new SessionState.Opening(false), this::changed);
    }

    /** Returns the state now. */
    public SessionState state() {
        return cell.get();
    }

    public void connected(SessionId id, Duration negotiated) {
        cell.apply(state -> state.connected(id, negotiated));
    }

    public void disconnected() {
        long sent = sentNanos;
        Duration unanswered = sent == NEVER ? Duration.ZERO : Duration.ofNanos(ticker.read() - sent);
        cell.apply(state -> state.disconnected(unanswered));
    }

    /** Asks for a confirmed session, if nobody has yet. */
    public void wanted() {
        cell.apply(SessionState::wanted);
    }

    public void sessionExpired() {
        cell.apply(SessionState::sessionExpired);
    }

    public void authFailed() {
        cell.apply(SessionState::authFailed);
    }

    public void closed(String cause) {
        cell.apply(state -> state.closed(cause));
    }

    /**
     * Returns the moment from which on the session must be taken for dead unless a later heartbeat is answered, see {@link
     * Proofs}. Empty if the session was never confirmed, or is over.
     */
    public Optional<Deadline> deadline() {
        SessionState now = cell.get();
        Duration negotiated;
        if (now instanceof Confirmed confirmed) {
            negotiated = confirmed.negotiated();
        } else if (now instanceof Verifying verifying) {
            negotiated = verifying.negotiated();
        } else if (now instanceof SessionState.Suspended suspended) {
            negotiated = suspended.negotiated();
        } else {
            return Optional.empty();
        }
        OptionalLong counted = proofs.counted(settings.longestIdle(negotiated));
        return counted.isPresent()
                ? Optional.of(Deadline.after(counted.getAsLong(), negotiated, settings.safetyMargin()))
                : Optional.empty();
    }

    /** Returns how long ago the proof was sent that a later one will make count; a very long time if there is none. */
    public Duration sinceWaitingProof(long nowNanos) {
        OptionalLong waiting = proofs.waiting();
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
        if (!(cell.get() instanceof Confirmed confirmed) || !heartbeatUnderWay.compareAndSet(false, true)) {
            outcome.complete(false);
            return outcome;
        }
        long sent = ticker.read();
        expire(confirmed.probe(), settings.probeLimit(confirmed.negotiated()), outcome);
        handle.sendProbe(code -> {
            heartbeatUnderWay.set(false);
            ProbeAnswer answer = ProbeAnswer.of(code);
            if (answer == ProbeAnswer.PASSED) {
                proven(sent, confirmed.negotiated());
            } else if (answer == ProbeAnswer.REJECTED) {
                cell.apply(state -> state.rejected(confirmed.probe()));
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
        proofs = proofs.answered(sent, settings.proofSpacing(negotiated));
    }

    private synchronized void firstConfirmed() {
        proofs = proofs.confirmed(openedNanos);
    }

    private void changed(SessionState from, SessionState to) {
        sentNanos = NEVER;
        handle.changed(from, to);
        if (to instanceof Upgrading upgrading) {
            probe(upgrading.probe(), upgrading.negotiated(), upgrading.spent());
        } else if (to instanceof Verifying verifying) {
            handle.beforeVerifying(to.id()).whenComplete((done, failure) -> {
                if (failure != null) {
                    notVerified(verifying, failure);
                } else if (cell.get().equals(to)) {
                    probe(verifying.probe(), verifying.negotiated(), verifying.spent());
                }
            });
        }
    }

    private void notVerified(Verifying verifying, Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        FailureKind kind = FailureKind.of(FailureKind.codeOf(failure));
        if (kind == FailureKind.SESSION_ENDED) {
            cell.apply(state -> state.rejected(verifying.probe()));
        } else if (cause instanceof KeeperException && kind != FailureKind.REFUSED) {
            // nothing is refused; and the news of a lost connection comes after the callbacks that it fails
            expire(
                    verifying.probe(),
                    settings.probeLimit(verifying.negotiated()).minus(verifying.spent()),
                    new CompletableFuture<>());
        } else {
            cell.apply(state -> state.refused(verifying.probe(), String.valueOf(cause.getMessage())));
        }
    }

    private void probe(int number, Duration negotiated, Duration spent) {
        long sent = ticker.read();
        sentNanos = sent;
        CompletableFuture<Boolean> answered = new CompletableFuture<>();
        expire(number, settings.probeLimit(negotiated).minus(spent), answered);
        handle.sendProbe(code -> {
            ProbeAnswer answer = ProbeAnswer.of(code);
            if (answer != ProbeAnswer.PROVES_NOTHING) { // else the disconnection, or the limit, says what comes next
                answered.complete(true);
                answered(number, answer, code, sent);
            }
        });
    }

    private void answered(int number, ProbeAnswer answer, Code code, long sent) {
        switch (answer) {
            case PASSED -> {
                if (cell.get() instanceof Verifying verifying && verifying.probe() == number) {
                    firstConfirmed();
                    proven(sent, verifying.negotiated());
                }
                cell.apply(state -> state.passed(number));
            }
            case REJECTED -> cell.apply(state -> state.rejected(number));
            case REFUSED -> cell.apply(state -> state.refused(number, Refusal.of(code)));
            case PROVES_NOTHING -> {}
        }
    }

    private void expire(int number, Duration limit, CompletableFuture<?> answered) {
        var task = timer.schedule(
                () -> cell.apply(state -> answered.isDone() ? state : state.timedOut(number)),
                Math.max(0, limit.toNanos()),
                TimeUnit.NANOSECONDS);
        var unused = answered.whenComplete((done, failure) -> task.cancel(false));
    }
}
