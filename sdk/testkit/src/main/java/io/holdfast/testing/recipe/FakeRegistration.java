// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.recipe;

import io.holdfast.error.HoldfastException;
import io.holdfast.error.OwnershipConflictException;
import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationListener;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState;
import io.holdfast.registration.RegistrationState.AwaitingSession;
import io.holdfast.registration.RegistrationState.Closed;
import io.holdfast.registration.RegistrationState.Closing;
import io.holdfast.registration.RegistrationState.Creating;
import io.holdfast.registration.RegistrationState.Failed;
import io.holdfast.registration.RegistrationState.InDoubt;
import io.holdfast.registration.RegistrationState.Lost;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.registration.RegistrationState.Verifying;
import io.holdfast.registration.RegistrationState.Waiting;
import io.holdfast.session.Znode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher;
import org.jspecify.annotations.Nullable;

/** One registration, kept as the SDK keeps it: each step looks at what there is, and does the next thing. */
final class FakeRegistration implements Registration {

    private final FakeClient client;
    private final FakeEnsemble ensemble;
    private final String path;
    private final RegistrationOptions options;
    private final List<RegistrationListener> listeners = new ArrayList<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final FakeStages<RegisteredNode> awaiting;
    private final FakeStages<RegisteredNode> updates;
    private final FakeNode maker;
    private final Watcher watcher = event -> step();
    private Supplier<byte[]> data;
    private RegistrationState state = new AwaitingSession();
    private @Nullable RegisteredNode node;
    private boolean wasRegistered;
    private long blocker;

    FakeRegistration(
            FakeClient client, FakeEnsemble ensemble, String path, Supplier<byte[]> data, RegistrationOptions options) {
        this.client = client;
        this.ensemble = ensemble;
        this.path = path;
        this.options = options;
        this.data = data;
        this.awaiting = new FakeStages<>(client.notifier());
        this.updates = new FakeStages<>(client.notifier());
        this.maker = new FakeNode(client, ensemble.tree(), path, options);
    }

    void step() {
        FakeSession session = client.confirmed().orElse(null);
        RegisteredNode own = node;
        if (state.isOver()) {
            return;
        }
        if (state instanceof Closing) {
            leave(session, own);
        } else if (session == null) {
            return; // its confirmation leads here again
        } else if (own != null) {
            look(session, own);
        } else if (!(state instanceof Creating)) {
            move(new Creating(session.id()));
            ensemble.agenda().execute(() -> create(session));
        }
    }

    private void create(FakeSession session) {
        if (!(state instanceof Creating) || !session.state().isConfirmed() || node != null) {
            return; // overtaken
        }
        try {
            Optional<Znode> there =
                    options.isSequential() ? Optional.empty() : ensemble.tree().node(path);
            if (there.isPresent()) {
                blocked(session, there.get());
                return;
            }
            make(session);
        } catch (KeeperException e) {
            fail(RefusedByEnsembleException.of("create " + path, e.code(), e));
        }
    }

    private void make(FakeSession session) throws KeeperException {
        node = maker.make(session, data.get());
        ensemble.agenda().execute(this::step); // which sees it exist
    }

    private void look(FakeSession session, RegisteredNode own) {
        if (!maker.isThere(own)) {
            lost(own, "the node was deleted", new Creating(session.id()));
            ensemble.agenda().execute(() -> create(session));
            return;
        }
        ensemble.tree().watchNode(own.path(), session, watcher);
        wasRegistered = true;
        move(new Registered(own));
        awaiting.complete(own);
        write(session, own);
    }

    private void write(FakeSession session, RegisteredNode own) {
        if (updates.isEmpty()) {
            return;
        }
        try {
            maker.write(session, own, data.get());
            updates.complete(own);
        } catch (KeeperException e) {
            updates.fail(e);
        }
    }

    private void lost(RegisteredNode own, String how, RegistrationState otherwise) {
        node = null;
        if (state instanceof Closing) {
            move(new Closed());
        } else if (wasRegistered && options.isOnce()) {
            move(new Lost(own, how));
        } else {
            move(otherwise);
        }
    }

    private void blocked(FakeSession session, Znode by) {
        boolean isGhost =
                ensemble.memberOf(by.owner()).filter(client.memberId()::equals).isPresent();
        if (!isGhost && !options.conflicts().waitsForForeign()) {
            fail(new OwnershipConflictException(path, by.owner(), "another member"));
            return;
        }
        Optional<Duration> limit = options.conflicts().waitLimit();
        move(new Waiting(session.id(), "the deletion of " + by, Duration.ZERO, limit));
        ensemble.tree().watchNode(path, session, watcher);
        if (blocker != by.czxid()) {
            blocker = by.czxid();
            if (limit.isPresent()) {
                var unused = ensemble.agenda().after(limit.get(), () -> waitedTooLong(by));
            }
        }
    }

    private void waitedTooLong(Znode by) {
        if (state instanceof Waiting && blocker == by.czxid()) {
            fail(new OwnershipConflictException(path, by.owner(), by + ", for longer than was to be waited"));
        }
    }

    /** The connection is lost. */
    void suspended() {
        RegisteredNode own = node;
        if (own != null && state instanceof Registered) {
            move(new InDoubt(own));
        } else if (state instanceof Creating creating) {
            move(new Verifying(creating.session()));
        }
    }

    /** The session is over, and its nodes are gone. */
    void sessionOver() {
        RegisteredNode own = node;
        if (own != null) {
            lost(own, "its session has ended", new AwaitingSession());
        } else {
            move(state instanceof Closing ? new Closed() : new AwaitingSession());
        }
    }

    void clientClosed() {
        node = null;
        move(new Closed());
    }

    private void leave(@Nullable FakeSession session, @Nullable RegisteredNode own) {
        if (own == null) {
            move(new Closed());
        } else if (session != null) {
            if (maker.isThere(own)) {
                ensemble.delete(own.path());
            }
            node = null;
            move(new Closed());
        }
    }

    private void fail(HoldfastException why) {
        move(new Failed(why));
    }

    private void move(RegistrationState to) {
        RegistrationState from = state;
        if (from.equals(to) || from.isOver()) {
            return;
        }
        state = to;
        List<RegistrationListener> told = List.copyOf(listeners);
        told.forEach(listener -> client.notifier().execute(() -> listener.changed(from, to)));
        if (to.isOver()) {
            RuntimeException why = over();
            awaiting.fail(why);
            updates.fail(why);
            client.notifier().execute(() -> ended.complete(null));
        }
    }

    private RuntimeException over() {
        return state instanceof Failed failed
                ? failed.error()
                : new IllegalStateException("The registration of " + path + " is over: " + state);
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public RegistrationState state() {
        return state;
    }

    @Override
    public CompletionStage<RegisteredNode> registered() {
        if (state instanceof Registered now) {
            return CompletableFuture.completedFuture(now.registered());
        }
        return state.isOver() ? CompletableFuture.failedFuture(over()) : awaiting.add();
    }

    @Override
    public RegisteredNode awaitRegistered(Duration atMost) {
        ensemble.runAll();
        if (state instanceof Registered now) {
            return now.registered();
        }
        throw state.isOver() ? over() : new SessionNotConfirmedException(path + " is not registered: " + state, null);
    }

    @Override
    public CompletionStage<Void> update(byte[] payload) {
        if (state.isOver() || state instanceof Closing) {
            throw new IllegalStateException("The registration of " + path + " is over: " + state);
        }
        byte[] copy = payload.clone();
        data = () -> copy;
        CompletionStage<RegisteredNode> written = updates.add();
        ensemble.agenda().execute(this::step);
        return written.thenAccept(node -> {});
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
        if (!state.isOver() && !(state instanceof Closing)) {
            move(new Closing());
            ensemble.agenda().execute(this::step);
        }
        return ended.copy();
    }

    @Override
    public void close() {
        var unused = closeAsync();
        ensemble.runAll();
    }
}
