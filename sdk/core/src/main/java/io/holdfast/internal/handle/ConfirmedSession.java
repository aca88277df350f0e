// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.session.Safety;
import io.holdfast.session.Session;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionOps;
import io.holdfast.session.SessionState;
import io.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** The user's view of one handle's session. */
public final class ConfirmedSession implements Session {

    private final HandleLifecycle lifecycle;
    private final Ticker ticker;
    private final Supplier<Safety> safeties;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /** @param safeties opens a view of how long it is safe to act in this session */
    public ConfirmedSession(HandleLifecycle lifecycle, Ticker ticker, Supplier<Safety> safeties) {
        this.lifecycle = lifecycle;
        this.ticker = ticker;
        this.safeties = safeties;
    }

    @Override
    public SessionId id() {
        return new SessionId(lifecycle.ops().sessionId());
    }

    @Override
    public SessionState state() {
        return lifecycle.state();
    }

    @Override
    public SessionOps ops() {
        return lifecycle.ops();
    }

    @Override
    public Duration remaining() {
        return lifecycle
                .confirmation()
                .deadline()
                .map(deadline -> deadline.remaining(ticker.read()))
                .orElse(Duration.ZERO);
    }

    @Override
    public Safety safety() {
        return safeties.get();
    }

    @Override
    public CompletionStage<Void> ended() {
        return ended.copy();
    }

    /** Completes {@link #ended()}: the session is over. */
    public void end(Executor notifier) {
        notifier.execute(() -> ended.complete(null));
    }

    @Override
    public String toString() {
        return "session " + id() + " (" + state() + ")";
    }
}
