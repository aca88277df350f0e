// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.broker;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.ephemeral.RegisteredNode;
import io.holdfast.ephemeral.Registration;
import io.holdfast.ephemeral.RegistrationState;
import io.holdfast.ephemeral.RegistrationState.Failed;
import io.holdfast.ephemeral.RegistrationState.Registered;
import io.holdfast.ephemeral.RegistrationState.Waiting;
import io.holdfast.error.HoldfastException;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.grant.GrantState.Ended;
import io.holdfast.recipes.view.InOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Makes an epoch of each node that the SDK registers for one broker, and sees to it that none is handed out twice.
 *
 * <p>Steps run on one loop, in order. What others read is guarded by this object.
 */
final class KeptBroker implements BrokerRegistration {

    private enum Phase {
        KEPT,
        /** The node of an epoch that has ended still stands: it is being deleted, to be made anew. */
        RENEWING,
        CLOSING,
        OVER
    }

    private final BrokerNode node;
    private final InOrder loop = new InOrder();
    private final Epochs epochs = new Epochs();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    @GuardedBy("this")
    private final List<CompletableFuture<Grant>> awaiting = new ArrayList<>();

    @GuardedBy("this")
    private byte[] payload;

    @GuardedBy("this")
    private Phase phase = Phase.KEPT;

    @GuardedBy("this")
    private Registration registration;

    @GuardedBy("this")
    private Optional<Grant> epoch = Optional.empty();

    @GuardedBy("this")
    private Optional<HoldfastException> failure = Optional.empty();

    private KeptBroker(BrokerNode node, byte[] payload) {
        this.node = node;
        this.payload = payload;
        this.registration = node.register(this::payload);
    }

    static KeptBroker start(BrokerNode node, byte[] payload) {
        KeptBroker broker = new KeptBroker(node, payload.clone());
        broker.follow(broker.registration());
        return broker;
    }

    private void follow(Registration now) {
        now.addListener((from, to) -> loop.execute(this::look));
        var unused = now.ended().thenRun(() -> loop.execute(this::look));
        loop.execute(this::look);
    }

    private void look() {
        Registration now;
        synchronized (this) {
            if (phase == Phase.RENEWING || phase == Phase.OVER) {
                return;
            }
            now = registration;
        }
        RegistrationState state = now.state();
        if (state instanceof Registered registered) {
            stands(now, registered.registered());
        } else if (state instanceof Failed failed) {
            over(Optional.of(failed.error()));
        } else if (state.isOver()) {
            over(Optional.empty());
        }
    }

    private void stands(Registration now, RegisteredNode registered) {
        Optional<Grant> last = epoch();
        if (last.isPresent() && last.get().token().value() == registered.czxid()) {
            if (last.get().state() instanceof Ended end && end.why() != GrantEnd.RELEASED) {
                renew(now); // an epoch that has ended never comes back, and so its node must not either
            }
            return;
        }
        last.ifPresent(epochs::end);
        AtomicReference<@Nullable Grant> self = new AtomicReference<>();
        Optional<Grant> next = node.grant(now, registered, () -> {
            CompletableFuture<Void> gone = new CompletableFuture<>();
            loop.execute(() -> epochOver(requireNonNull(self.get()), gone));
            return gone;
        });
        next.ifPresent(grant -> {
            self.set(grant);
            if (begin(grant)) {
                epochs.begin(grant);
            } else {
                release(grant);
            }
        });
    }

    private boolean begin(Grant grant) {
        List<CompletableFuture<Grant>> all;
        synchronized (this) {
            if (phase != Phase.KEPT) {
                return false;
            }
            epoch = Optional.of(grant);
            all = List.copyOf(awaiting);
            awaiting.clear();
        }
        all.forEach(each -> each.completeAsync(() -> grant));
        return true;
    }

    private void epochOver(Grant grant, CompletableFuture<Void> gone) {
        epochs.end(grant);
        if (grant.state() instanceof Ended end && end.why() == GrantEnd.RELEASED) {
            var unused = leave().whenComplete((left, never) -> gone.complete(null));
        } else {
            gone.complete(null);
            look();
        }
    }

    private void renew(Registration old) {
        synchronized (this) {
            if (phase != Phase.KEPT) {
                return;
            }
            phase = Phase.RENEWING;
        }
        var unused = old.closeAsync().thenRun(() -> loop.execute(this::renewed));
    }

    private void renewed() {
        Registration next;
        synchronized (this) {
            if (phase == Phase.RENEWING) {
                phase = Phase.KEPT;
                try {
                    registration = node.register(this::payload);
                } catch (HoldfastException e) {
                    failure = Optional.of(e);
                } catch (IllegalStateException e) {
                    // the client is closed, and the old registration says so
                }
            }
            next = registration;
        }
        if (failure().isPresent()) {
            over(failure());
        } else {
            follow(next);
        }
    }

    private void over(Optional<HoldfastException> why) {
        List<CompletableFuture<Grant>> all;
        synchronized (this) {
            phase = Phase.OVER;
            failure = why;
            all = List.copyOf(awaiting);
            awaiting.clear();
        }
        epoch().ifPresent(epochs::end);
        all.forEach(each -> each.completeExceptionally(reason()));
        ended.completeAsync(() -> null);
    }

    private RuntimeException reason() {
        return failure()
                .<RuntimeException>map(error -> error)
                .orElseGet(() -> new IllegalStateException("The registration of " + path() + " is closed"));
    }

    /** Ends the epoch first, so that it is over before anybody can see the node gone. */
    private CompletionStage<Void> leave() {
        synchronized (this) {
            if (phase != Phase.OVER) {
                phase = Phase.CLOSING;
            }
        }
        epoch().ifPresent(KeptBroker::release);
        var unused = registration().closeAsync().thenRun(() -> loop.execute(this::look));
        return ended.copy();
    }

    private static void release(Grant grant) {
        if (grant.isHeld()) {
            try {
                var unused = grant.releaseAsync();
            } catch (IllegalStateException e) {
                // somebody else was faster
            }
        }
    }

    private synchronized Registration registration() {
        return registration;
    }

    private synchronized Optional<Grant> epoch() {
        return epoch;
    }

    private synchronized byte[] payload() {
        return payload.clone();
    }

    private synchronized boolean isOver() {
        return phase == Phase.OVER;
    }

    private synchronized Optional<HoldfastException> failure() {
        return failure;
    }

    @Override
    public int id() {
        return node.id();
    }

    @Override
    public String path() {
        return registration().path();
    }

    @Override
    public RegistrationState state() {
        synchronized (this) {
            if (phase == Phase.RENEWING) {
                return new Waiting(
                        epoch.orElseThrow().session(),
                        "the deletion of its own node, whose epoch passed its deadline",
                        Duration.ZERO,
                        Optional.empty());
            }
        }
        return failure().<RegistrationState>map(Failed::new).orElseGet(() -> registration()
                .state());
    }

    @Override
    public Optional<Grant> current() {
        return epoch().filter(Grant::isHeld);
    }

    @Override
    public CompletionStage<Grant> registered() {
        CompletableFuture<Grant> result = new CompletableFuture<>();
        while (!result.isDone()) {
            Optional<Grant> seen = epoch();
            seen.filter(Grant::isHeld).ifPresent(result::complete);
            synchronized (this) {
                if (phase != Phase.OVER && !result.isDone() && epoch.equals(seen)) {
                    awaiting.add(result);
                    return result;
                }
            }
            if (isOver()) {
                result.completeExceptionally(reason());
            }
        }
        return result;
    }

    @Override
    public Grant awaitRegistered(Duration atMost) throws InterruptedException {
        return BoundedWait.of("atMost", atMost).untilHeld(this);
    }

    @Override
    public void onEpoch(EpochListener listener) {
        loop.execute(() -> epochs.add(listener));
    }

    @Override
    public synchronized CompletionStage<Void> updateAsync(byte[] replacement) {
        byte[] copy = replacement.clone();
        if (phase == Phase.RENEWING) {
            payload = copy;
            return registered().thenApply(grant -> null);
        }
        CompletionStage<Void> written = registration.update(copy);
        payload = copy;
        return written;
    }

    @Override
    public void update(byte[] replacement, Duration atMost) throws InterruptedException {
        BoundedWait wait = BoundedWait.of("atMost", atMost);
        wait.until(
                updateAsync(replacement),
                () -> "The payload of " + path() + " was not replaced within " + atMost.toMillis() + " ms (" + state()
                        + "); it will be as soon as possible");
    }

    @Override
    public CompletionStage<HandOver> handOverAsync(Duration atMost) {
        if (atMost.isNegative() || atMost.isZero()) {
            throw new IllegalArgumentException("atMost must be positive, but was " + atMost);
        }
        Grant old;
        synchronized (this) {
            if (phase == Phase.CLOSING || phase == Phase.OVER) {
                throw new IllegalStateException(
                        path() + " cannot be handed over: its registration is closed or handed over");
            }
            old = epoch.filter(Grant::isHeld)
                    .orElseThrow(() -> new IllegalStateException(path()
                            + " cannot be handed over: it has no epoch now (" + registration.state()
                            + "); wait for one, or close the registration"));
            phase = Phase.CLOSING;
        }
        return HandingOver.start(node, old, this::leave, atMost);
    }

    @Override
    public HandOver handOver(Duration atMost) throws InterruptedException {
        return BoundedWait.forGood(handOverAsync(atMost));
    }

    @Override
    public CompletionStage<Void> ended() {
        return ended.copy();
    }

    @Override
    public CompletionStage<Void> closeAsync() {
        return leave();
    }

    @Override
    public void close() {
        BoundedWait.of("ghostLife", node.client().ghostLife()).quietly(closeAsync(), path());
    }

    @Override
    public String toString() {
        return "broker at " + path() + " (" + state() + ")";
    }
}
