// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.lock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.error.FencedException;
import io.holdfast.recipes.grant.FencedTransaction;
import io.holdfast.recipes.grant.FencingToken;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.grant.GrantState;
import io.holdfast.session.SessionId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** One grant that several parts of a program hold together; given back with the last of them. Thread-safe. */
final class SharedHold {

    private final Grant grant;
    private final Executor callbacks;
    private final Consumer<SharedHold> onRelease;

    @GuardedBy("this")
    private int parts;

    @GuardedBy("this")
    private boolean isReleased;

    /**
     * @param callbacks for the application's code
     * @param onRelease runs before the grant is released
     */
    SharedHold(Grant grant, Executor callbacks, Consumer<SharedHold> onRelease) {
        this.grant = grant;
        this.callbacks = callbacks;
        this.onRelease = onRelease;
    }

    boolean isHeld() {
        synchronized (this) {
            if (isReleased) {
                return false;
            }
        }
        return grant.isHeld();
    }

    /** Returns the first part, whether or not the grant lasts. */
    Grant first() {
        synchronized (this) {
            parts++;
        }
        return new Part();
    }

    /** Returns one more part, empty if the grant is over. */
    Optional<Grant> again() {
        if (!grant.isHeld()) {
            return Optional.empty();
        }
        synchronized (this) {
            if (isReleased) {
                return Optional.empty();
            }
            parts++;
        }
        return Optional.of(new Part());
    }

    /** Takes one part away, and returns whether it was the last one. */
    private boolean leave() {
        synchronized (this) {
            parts--;
            if (parts > 0) {
                return false;
            }
            isReleased = true;
        }
        onRelease.accept(this);
        return true;
    }

    private final class Part implements Grant {

        private final AtomicBoolean isReleased = new AtomicBoolean();
        private final CompletableFuture<GrantEnd> ended = new CompletableFuture<>();

        Part() {
            var unused = grant.ended().thenAccept(ended::complete);
        }

        @Override
        public String path() {
            return grant.path();
        }

        @Override
        public String holder() {
            return grant.holder();
        }

        @Override
        public SessionId session() {
            return grant.session();
        }

        @Override
        public FencingToken token() {
            return grant.token();
        }

        @Override
        public GrantState state() {
            GrantState state = grant.state();
            return isReleased.get() ? state.ended(GrantEnd.RELEASED) : state;
        }

        @Override
        public boolean isHeld() {
            return !state().isOver();
        }

        @Override
        public Duration remaining() {
            return isHeld() ? grant.remaining() : Duration.ZERO;
        }

        @Override
        public void require(Duration needed) {
            grant.require(needed);
            requireHeld();
        }

        @Override
        public CompletionStage<GrantEnd> ended() {
            return ended.copy();
        }

        @Override
        public FencedTransaction transaction() {
            requireHeld();
            return grant.transaction();
        }

        @Override
        public CompletionStage<Void> releaseAsync() {
            GrantState before = state();
            if (isLastReleased()) {
                return grant.releaseAsync();
            }
            return before instanceof GrantState.Ended over
                    ? CompletableFuture.failedFuture(fenced(over.why()))
                    : CompletableFuture.completedFuture(null);
        }

        @Override
        public void release() {
            GrantState before = state();
            if (isLastReleased()) {
                grant.release();
            } else if (before instanceof GrantState.Ended over) {
                throw fenced(over.why());
            }
        }

        @Override
        public void close() {
            if (isReleased.compareAndSet(false, true) && isLast()) {
                grant.close();
            }
        }

        private boolean isLastReleased() {
            if (!isReleased.compareAndSet(false, true)) {
                throw new IllegalStateException("This part of the grant of " + path() + " with token " + token()
                        + " was released before; release it once, or use close(), which may be called again");
            }
            return isLast();
        }

        private boolean isLast() {
            var unused = ended.completeAsync(() -> GrantEnd.RELEASED, callbacks);
            return leave();
        }

        private void requireHeld() {
            if (state() instanceof GrantState.Ended over) {
                throw fenced(over.why());
            }
        }

        private FencedException fenced(GrantEnd why) {
            return new FencedException(path(), token().value(), why.inWords(), null);
        }

        @Override
        public String toString() {
            return "part of " + grant;
        }
    }
}
