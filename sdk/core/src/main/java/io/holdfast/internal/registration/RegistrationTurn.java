// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.error.HoldfastException;
import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.internal.registration.RegistrationMachine.Link;
import io.holdfast.internal.registration.RegistrationMachine.Moment;
import io.holdfast.internal.registration.RegistrationMachine.Node;
import io.holdfast.internal.registration.RegistrationMachine.Pace;
import io.holdfast.registration.FenceVersion;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.RegistrationState;
import io.holdfast.registration.RegistrationState.Closing;
import io.holdfast.registration.RegistrationState.Creating;
import io.holdfast.registration.RegistrationState.InDoubt;
import io.holdfast.registration.RegistrationState.Refused;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.registration.RegistrationState.Verifying;
import io.holdfast.registration.RegistrationState.Waiting;
import io.holdfast.session.SessionId;
import io.holdfast.session.Znode;
import io.holdfast.spi.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One event's worth of work on a {@link RegistrationMachine}: a copy that moves, and the effects so far. */
final class RegistrationTurn {

    private static final Backoff RETRIES = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5));

    final RegistrationRules rules;
    final Moment now;
    Link link;
    boolean isArmed;
    Optional<Znode> own;
    Optional<RegisteredNode> registered;
    Set<SessionId> attemptedIn;
    boolean isCreateLost;
    SeenBlocker blocker;
    int unseen;

    private final List<RegistrationEffect> effects = new ArrayList<>();
    private RegistrationState state;
    private long step;
    private int retries;
    private OptionalLong refusedSince;

    RegistrationTurn(RegistrationMachine from, Moment now) {
        this.rules = from.rules();
        this.now = now;
        this.state = from.state();
        this.link = from.link();
        this.isArmed = from.node().isArmed();
        this.own = from.node().own();
        this.registered = from.node().registered();
        this.attemptedIn = from.node().attemptedIn();
        this.isCreateLost = from.node().isCreateLost();
        this.blocker = from.blocker();
        this.step = from.pace().step();
        this.retries = from.pace().retries();
        this.unseen = from.pace().unseen();
        this.refusedSince = from.pace().refusedSince();
    }

    RegistrationMachine machine() {
        return new RegistrationMachine(
                rules,
                state,
                link,
                new Node(isArmed, own, registered, attemptedIn, isCreateLost),
                blocker,
                new Pace(step, retries, unseen, refusedSince));
    }

    List<RegistrationEffect> effects() {
        return List.copyOf(effects);
    }

    void add(RegistrationEffect effect) {
        effects.add(effect);
    }

    RegistrationState state() {
        return state;
    }

    long step() {
        return step;
    }

    boolean isClosing() {
        return state instanceof Closing;
    }

    boolean isReady() {
        return link instanceof Link.Confirmed;
    }

    /** Begins the next step: what the one before still waits for is forgotten. */
    void nextStep() {
        step++;
        isCreateLost = false;
    }

    /** Something went well: delays start from the shortest again. */
    void wentWell() {
        retries = 0;
    }

    /** Returns how long to wait before the same is tried again: growing, and jittered. */
    Duration nextDelay() {
        retries++;
        long millis = RETRIES.after(retries).toMillis();
        return Duration.ofMillis(millis + (long) (now.jitter() * (1 + millis / 2)));
    }

    void attempted(SessionId in) {
        Set<SessionId> all = new HashSet<>(attemptedIn);
        all.add(in);
        attemptedIn = Set.copyOf(all);
    }

    void move(RegistrationState to, String cause) {
        move(to, cause, false);
    }

    private void move(RegistrationState to, String cause, boolean isNewNode) {
        if (!state.isOver() && !state.equals(to)) {
            state = to;
            effects.add(new RegistrationEffect.Publish(to, link.session(), cause, isNewNode));
        }
    }

    /** Create a node. */
    void create(String cause) {
        nextStep();
        if (!isReady() || isLost(cause)) {
            return;
        }
        if (!isRefused()) {
            move(new Creating(link.session()), cause);
        }
        attempted(link.session());
        effects.add(new RegistrationEffect.Create());
    }

    /** Find out whose node is at the path. */
    void look(String cause) {
        nextStep();
        if (!isReady()) {
            return;
        }
        if (!isClosing() && !isRefused()) {
            move(new Verifying(link.session()), cause);
        }
        effects.add(new RegistrationEffect.Find(own.map(Znode::path)));
    }

    /** A node of ours was seen. */
    void created(Znode node, Optional<FenceVersion> fence) {
        if (!isArmed) {
            look("the node changed as soon as it was created");
        } else if (rules.hasFence() && fence.isEmpty()) {
            effects.add(new RegistrationEffect.ReadFence(node));
        } else {
            registered(node, fence);
        }
    }

    /** The node is there, ours, and watched. */
    void registered(Znode node, Optional<FenceVersion> fence) {
        wentWell();
        boolean isNew = own.filter(known -> known.czxid() == node.czxid()).isEmpty();
        own = Optional.of(node);
        attemptedIn = attemptedIn.contains(link.session()) ? Set.of(link.session()) : Set.of();
        RegisteredNode now = new RegisteredNode(node.path(), link.session(), node.czxid(), fence);
        move(new Registered(now), "verified", isNew);
        registered = Optional.of(now);
        refusedSince = OptionalLong.empty();
        effects.add(new RegistrationEffect.PayloadIsIn());
        write();
    }

    void write() {
        if (isReady() && !isClosing() && own.isPresent()) {
            effects.add(new RegistrationEffect.WritePayload(own.get()));
        }
    }

    void waiting(String what, Optional<Duration> until) {
        wentWell();
        if (!isClosing()) {
            move(new Waiting(link.session(), what, blocker.at(now.nanos()).waited(), until), what);
        }
        if (!isArmed) {
            look("the node changed while it was read");
        }
    }

    void lookAfter(Duration delay) {
        effects.add(new RegistrationEffect.LookAfter(delay));
    }

    /** Look again after a while. */
    void retryLater(String why) {
        Duration delay = nextDelay();
        if (!isClosing() && !isRefused() && !(link instanceof Link.None)) {
            // a node that was registered and not seen to be gone is in doubt: no other node blocks the path
            Optional<RegistrationState> doubt = own.isPresent() ? registered.map(InDoubt::new) : Optional.empty();
            move(
                    doubt.orElseGet(() ->
                            new Waiting(link.session(), "another try: " + why, Duration.ZERO, Optional.of(delay))),
                    why);
        }
        lookAfter(delay);
    }

    /** Ends a registration that makes its node once and has had it. Returns whether it was one. */
    boolean isLost(String cause) {
        Optional<RegisteredNode> onlyOne = rules.options().isOnce() ? registered : Optional.empty();
        onlyOne.ifPresent(node -> {
            payloadFailed("The registration of " + rules.path() + " has lost its node: " + cause);
            over(new RegistrationState.Lost(node, cause), cause);
        });
        return onlyOne.isPresent();
    }

    void payloadFailed(String why) {
        effects.add(new RegistrationEffect.PayloadFailed(new IllegalStateException(why)));
    }

    /** Give up for good. */
    void fail(HoldfastException error) {
        effects.add(new RegistrationEffect.PayloadFailed(error));
        over(new RegistrationState.Failed(error), String.valueOf(error.getMessage()));
    }

    /** Final before the node was registered; later it is tried again, because the node is wanted until it is closed. */
    void refused(HoldfastException error) {
        if (!isWanted()) {
            fail(error);
            return;
        }
        Duration delay = nextDelay();
        refused(error, Optional.of(delay));
        lookAfter(delay);
    }

    void refused(String message, @Nullable Throwable failure) {
        refused(new RefusedByEnsembleException(message, failure));
    }

    /** The session may own no nodes: nothing can be tried before there is another one. */
    void sessionRefused(String message) {
        HoldfastException error = new RefusedByEnsembleException(message, null);
        if (!isWanted()) {
            fail(error);
            return;
        }
        nextStep();
        link = new Link.None();
        refused(error, Optional.empty());
    }

    private boolean isWanted() {
        boolean wasRegistered = registered.isPresent() && !rules.options().isOnce();
        return !isClosing() && (wasRegistered || rules.options().keepsTryingWhenRefused());
    }

    private void refused(HoldfastException error, Optional<Duration> nextTry) {
        long since = refusedSince.orElse(now.nanos());
        refusedSince = OptionalLong.of(since);
        move(new Refused(error, Duration.ofNanos(now.nanos() - since), nextTry), String.valueOf(error.getMessage()));
    }

    /** While it is refused, the state says so, and not which request tries it again. */
    boolean isRefused() {
        return state instanceof Refused;
    }

    void closed() {
        over(new RegistrationState.Closed(), "closed");
    }

    private void over(RegistrationState last, String cause) {
        nextStep();
        effects.add(new RegistrationEffect.Release()); // first, so that whoever hears of the end finds the path free
        move(last, cause);
    }
}
