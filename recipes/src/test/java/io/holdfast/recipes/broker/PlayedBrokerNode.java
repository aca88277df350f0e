// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.broker;

import io.holdfast.recipes.grant.FencedTransaction;
import io.holdfast.recipes.grant.FencingToken;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.grant.GrantState;
import io.holdfast.recipes.internal.view.LiveChildren;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationListener;
import io.holdfast.registration.RegistrationState;
import io.holdfast.session.SessionId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** A broker's node whose fate the test says. */
final class PlayedBrokerNode implements BrokerNode {

    static final SessionId SESSION = new SessionId(7);

    final List<PlayedRegistration> registrations = new CopyOnWriteArrayList<>();
    final List<PlayedGrant> grants = new CopyOnWriteArrayList<>();

    @Override
    public int id() {
        return 7;
    }

    @Override
    public String path() {
        return "/brokers/ids/7";
    }

    @Override
    public Registration register(Supplier<byte[]> payload) {
        PlayedRegistration registration = new PlayedRegistration(payload.get().clone());
        registrations.add(registration);
        return registration;
    }

    @Override
    public Optional<Grant> grant(
            Registration registration, RegisteredNode node, Supplier<CompletionStage<Void>> release) {
        PlayedGrant grant = new PlayedGrant(node.czxid(), release);
        grants.add(grant);
        return Optional.of(grant);
    }

    @Override
    public LiveChildren watchAll() {
        throw new UnsupportedOperationException("nobody is handed over to here");
    }

    @Override
    public boolean isOurs(SessionId session) {
        return session.equals(SESSION);
    }

    @Override
    public Executor callbacks() {
        return ForkJoinPool.commonPool();
    }

    @Override
    public Future<?> later(Duration delay, Runnable task) {
        throw new UnsupportedOperationException("nothing is waited for here");
    }

    @Override
    public Duration ghostLife() {
        return Duration.ofSeconds(5);
    }

    static final class PlayedRegistration implements Registration {

        private final List<RegistrationListener> listeners = new CopyOnWriteArrayList<>();
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private volatile RegistrationState state = new RegistrationState.AwaitingSession();
        volatile byte[] payload;

        PlayedRegistration(byte[] payload) {
            this.payload = payload;
        }

        void registered(long czxid) {
            moves(new RegistrationState.Registered(new RegisteredNode(path(), SESSION, czxid, Optional.empty())));
        }

        void moves(RegistrationState to) {
            RegistrationState from = state;
            state = to;
            listeners.forEach(listener -> listener.changed(from, to));
            if (to.isOver()) {
                ended.complete(null);
            }
        }

        @Override
        public String path() {
            return "/brokers/ids/7";
        }

        @Override
        public RegistrationState state() {
            return state;
        }

        @Override
        public CompletionStage<RegisteredNode> registered() {
            throw new UnsupportedOperationException();
        }

        @Override
        public RegisteredNode awaitRegistered(Duration atMost) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Void> update(byte[] replacement) {
            if (state.isOver() || state instanceof RegistrationState.Closing) {
                throw new IllegalStateException("over");
            }
            payload = replacement.clone();
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void addListener(RegistrationListener listener) {
            listeners.add(listener);
        }

        @Override
        public void removeListener(RegistrationListener listener) {
            listeners.remove(listener);
        }

        @Override
        public CompletionStage<Void> ended() {
            return ended.copy();
        }

        @Override
        public CompletionStage<Void> closeAsync() {
            if (!state.isOver()) {
                moves(new RegistrationState.Closing());
            }
            return ended.copy();
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException();
        }
    }

    static final class PlayedGrant implements Grant {

        private final long czxid;
        private final Supplier<CompletionStage<Void>> release;
        private volatile GrantState state = new GrantState.Held();

        PlayedGrant(long czxid, Supplier<CompletionStage<Void>> release) {
            this.czxid = czxid;
            this.release = release;
        }

        CompletionStage<Void> ends(GrantEnd why) {
            state = state.ended(why);
            return release.get();
        }

        @Override
        public FencingToken token() {
            return new FencingToken(czxid);
        }

        @Override
        public SessionId session() {
            return SESSION;
        }

        @Override
        public GrantState state() {
            return state;
        }

        @Override
        public boolean isHeld() {
            return !state.isOver();
        }

        @Override
        public CompletionStage<Void> releaseAsync() {
            return ends(GrantEnd.RELEASED);
        }

        @Override
        public String path() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String holder() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Duration remaining() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void require(Duration needed) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<GrantEnd> ended() {
            throw new UnsupportedOperationException();
        }

        @Override
        public FencedTransaction transaction() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void release() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException();
        }
    }
}
