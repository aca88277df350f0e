// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.broker;

import static java.util.Objects.requireNonNull;

import io.holdfast.error.HoldfastException;
import io.holdfast.recipes.broker.BrokerState.Phase;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.grant.GrantState.Ended;
import io.holdfast.recipes.internal.grant.Waits;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationState;
import io.holdfast.registration.RegistrationState.Failed;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.spi.SerialExecutor;
import io.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes an epoch of each node that the SDK registers for one broker, and sees to it that none is handed out twice. Steps run
 * on one loop, in order.
 */
final class KeptBroker implements BrokerRegistration {

    private static final Ticker TICKER = Ticker.system();

    private final BrokerNode node;
    private final AtomicReference<byte[]> payload;
    private final BrokerState brokerState;
    private final Executor loop;
    private final Epochs epochs;
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    private KeptBroker(BrokerNode node, byte[] payload) {
        this.node = node;
        this.epochs = new Epochs(node.callbacks());
        this.loop = new SerialExecutor(node.background());
        this.payload = new AtomicReference<>(payload.clone());
        this.brokerState = new BrokerState(node.path(), node.register(this.payload::get));
    }

    /** Starts to register a broker. */
    static KeptBroker start(BrokerNode node, byte[] payload) {
        KeptBroker broker = new KeptBroker(node, payload);
        broker.follow(broker.brokerState.registration());
        return broker;
    }

    private void follow(Registration now) {
        now.addListener((from, to) -> loop.execute(this::look));
        loop.execute(this::look);
    }

    private void look() {
        Phase phase = brokerState.phase();
        if (phase == Phase.RENEWING || phase == Phase.OVER) {
            return;
        }
        Registration now = brokerState.registration();
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
        Optional<Grant> last = brokerState.epoch();
        if (last.isPresent() && last.get().token().value() == registered.czxid()) {
            if (last.get().state() instanceof Ended end && end.why() != GrantEnd.RELEASED) {
                renew(now); // an epoch that has ended never comes back, and so its node must not either
            }
            return;
        }
        last.ifPresent(epochs::end);
        AtomicReference<@Nullable Grant> self = new AtomicReference<>();
        Supplier<CompletionStage<Void>> release = () -> {
            CompletableFuture<Void> gone = new CompletableFuture<>();
            loop.execute(() -> epochOver(requireNonNull(self.get()), gone));
            return gone;
        };
        Optional<Grant> next = node.grant(now, registered, release, () -> loop.execute(this::look));
        next.ifPresent(grant -> {
            self.set(grant);
            if (brokerState.begin(grant)) {
                epochs.begin(grant);
            } else {
                release(grant);
            }
        });
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
        if (brokerState.move(Phase.KEPT, Phase.RENEWING)) {
            var unused = old.closeAsync().thenRun(() -> loop.execute(this::makeAnew));
        }
    }

    private void makeAnew() {
        if (brokerState.phase() != Phase.RENEWING) {
            look();
            return;
        }
        try {
            Registration next = node.registerAgain(payload::get);
            if (brokerState.renewed(next)) {
                follow(next);
            } else {
                var unused = next.closeAsync(); // it was closed in this very moment
                look();
            }
        } catch (HoldfastException e) {
            over(Optional.of(e));
        } catch (IllegalStateException e) { // the client was closed meanwhile
            over(Optional.empty());
        }
    }

    private void over(Optional<HoldfastException> why) {
        brokerState.over(why);
        brokerState.epoch().ifPresent(epochs::end);
        over.complete(null);
    }

    /** Ends the epoch first, so that it is over before anybody can see the node gone. */
    private CompletionStage<Void> leave() {
        brokerState.close();
        brokerState.epoch().ifPresent(KeptBroker::release);
        var unused = brokerState.registration().closeAsync().thenRun(() -> loop.execute(this::look));
        return over;
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

    @Override
    public int id() {
        return node.id();
    }

    @Override
    public String path() {
        return brokerState.registration().path();
    }

    @Override
    public RegistrationState state() {
        return brokerState.state();
    }

    @Override
    public Optional<Grant> current() {
        return brokerState.epoch().filter(Grant::isHeld);
    }

    @Override
    public CompletionStage<Grant> registered() {
        return Waits.told(brokerState.awaitEpoch(), node.callbacks());
    }

    @Override
    public Grant awaitRegistered(Duration atMost) throws InterruptedException {
        Waits.requireNotNegative(atMost);
        node.client().requireMayWait("awaitRegistered of " + path(), "registered()");
        long until = TICKER.read() + Math.min(Waits.nanos(atMost), Long.MAX_VALUE / 2);
        while (true) {
            Duration left = Duration.ofNanos(Math.max(0, until - TICKER.read()));
            Grant grant = Waits.atMost(
                    brokerState.awaitEpoch(),
                    left,
                    () -> path() + " is not registered after " + atMost.toMillis() + " ms: " + state()
                            + "; the registration keeps trying");
            if (grant.isHeld()) {
                return grant;
            }
        }
    }

    @Override
    public void onEpoch(EpochListener listener) {
        loop.execute(() -> epochs.add(listener));
    }

    @Override
    public CompletionStage<Void> updateAsync(byte[] replacement) {
        return Waits.told(write(replacement), node.callbacks());
    }

    private CompletionStage<Void> write(byte[] replacement) {
        byte[] copy = replacement.clone();
        Registration to = brokerState.registration();
        CompletionStage<Void> written;
        try {
            written = to.update(copy);
        } catch (IllegalStateException e) {
            if (!isReplaced(to)) {
                throw e;
            }
            written = CompletableFuture.failedFuture(e);
        }
        payload.set(copy);
        return written.exceptionallyCompose(failure -> isReplaced(to)
                ? brokerState.awaitEpoch().thenCompose(next -> write(copy))
                : CompletableFuture.failedFuture(failure));
    }

    private boolean isReplaced(Registration registration) {
        return brokerState.phase() == Phase.RENEWING
                || (brokerState.phase() == Phase.KEPT && brokerState.registration() != registration);
    }

    @Override
    public void update(byte[] replacement, Duration atMost) throws InterruptedException {
        Waits.requireNotNegative(atMost);
        node.client().requireMayWait("update of " + path(), "updateAsync()");
        Waits.atMost(
                write(replacement),
                atMost,
                () -> "The payload of " + path() + " was not replaced within " + atMost.toMillis() + " ms (" + state()
                        + "); it will be as soon as possible");
    }

    @Override
    public CompletionStage<HandOver> handOverAsync(Duration atMost) {
        return Waits.told(beginHandOver(atMost), node.callbacks());
    }

    private CompletionStage<HandOver> beginHandOver(Duration atMost) {
        if (atMost.isNegative() || atMost.isZero()) {
            throw new IllegalArgumentException("atMost must be positive, but was " + atMost);
        }
        Grant old = current()
                .orElseThrow(() -> new IllegalStateException(path()
                        + " cannot be handed over: it has no epoch now (" + state()
                        + "); wait for one, or close the registration"));
        if (!brokerState.move(Phase.KEPT, Phase.CLOSING)) {
            throw new IllegalStateException(
                    path() + " cannot be handed over: its registration is being closed or handed over");
        }
        return HandingOver.start(node, old, this::leave, atMost);
    }

    @Override
    public HandOver handOver(Duration atMost) throws InterruptedException {
        node.client().requireMayWait("handOver of " + path(), "handOverAsync()");
        return Waits.forGood(beginHandOver(atMost));
    }

    @Override
    public CompletionStage<Void> ended() {
        return Waits.told(over, node.callbacks());
    }

    @Override
    public CompletionStage<Void> closeAsync() {
        return Waits.told(leave(), node.callbacks());
    }

    @Override
    public void close() {
        CompletionStage<Void> left = leave();
        if (node.client().mayWait()) {
            Waits.quietly(left, node.ghostLife(), path());
        }
    }

    @Override
    public String toString() {
        return "broker at " + path() + " (" + state() + ")";
    }
}
