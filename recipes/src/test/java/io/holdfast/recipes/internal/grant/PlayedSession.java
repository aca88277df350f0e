// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.grant;

import io.holdfast.session.Safety;
import io.holdfast.session.Session;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionOps;
import io.holdfast.session.SessionState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A session that lives as long as the test says. */
final class PlayedSession implements Session {

    private final SessionId id;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private volatile Duration remaining = Duration.ZERO;
    private volatile boolean isClientClosed;

    PlayedSession(SessionId id) {
        this.id = id;
    }

    void lasts(Duration atLeast) {
        remaining = atLeast;
    }

    void clientCloses() {
        isClientClosed = true;
    }

    void ends() {
        ended.complete(null);
    }

    @Override
    public SessionId id() {
        return id;
    }

    @Override
    public SessionState state() {
        return ended.isDone() ? new SessionState.Expired(id) : new SessionState.Confirmed(id, Duration.ofSeconds(10));
    }

    @Override
    public SessionOps ops() {
        throw new UnsupportedOperationException("nothing is sent");
    }

    @Override
    public Duration remaining() {
        return ended.isDone() ? Duration.ZERO : remaining;
    }

    @Override
    public Safety safety() {
        if (isClientClosed) {
            throw new IllegalStateException("The client is closed");
        }
        return new PlayedSafety();
    }

    @Override
    public CompletionStage<Void> ended() {
        return ended;
    }

    private final class PlayedSafety implements Safety {

        @Override
        public SessionId session() {
            return id;
        }

        @Override
        public boolean isSafe() {
            return !remaining().isZero();
        }

        @Override
        public Duration remaining() {
            return PlayedSession.this.remaining();
        }

        @Override
        public boolean await(Duration atMost) {
            return isSafe();
        }

        @Override
        public void require(Duration needed) {
            throw new UnsupportedOperationException("the grant says it");
        }

        @Override
        public void close() {}
    }
}
