// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.grant;

import io.holdfast.error.FencedException;
import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.event.HoldfastEvent.GrantChanged;
import io.holdfast.recipes.grant.FencedTransaction;
import io.holdfast.recipes.grant.FencingToken;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.grant.GrantState;
import io.holdfast.recipes.grant.GrantState.Ended;
import io.holdfast.recipes.grant.GrantState.Held;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationListener;
import io.holdfast.session.Safety;
import io.holdfast.session.Session;
import io.holdfast.session.SessionId;
import io.holdfast.spi.RecipeSupport;
import io.holdfast.spi.StateCell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.zookeeper.Op;
import org.jspecify.annotations.Nullable;

/**
 * A grant over a registered node, for recipes; applications get one from a recipe. Thread-safe.
 *
 * <p>What it says is found out when it is asked: from the registration, the session and the clock. Listeners and a
 * timer only see to it that the end is noticed when nobody asks. While it lasts, the client's heartbeats keep its deadline.
 */
public final class HeldGrant implements Grant {

    private static final Duration SHORTEST_DELAY = Duration.ofMillis(1);

    private final RecipeSupport client;
    private final Session session;
    private final Registration registration;
    private final RegisteredNode node;
    private final List<Op> fence;
    private final GivingBack givingBack;
    private final String path;
    private final Safety safety;
    private final StateCell<GrantState> cell;
    private final RegistrationListener listener = (from, to) -> look();
    private final AtomicBoolean isReleaseAsked = new AtomicBoolean();
    private final CompletableFuture<GrantEnd> ended = new CompletableFuture<>();

    private volatile @Nullable Future<?> deadline;

    private HeldGrant(
            RecipeSupport client,
            Session session,
            Registration registration,
            RegisteredNode node,
            List<Op> fence,
            Supplier<CompletionStage<Void>> release,
            String path) {
        this.client = client;
        this.session = session;
        this.registration = registration;
        this.node = node;
        this.fence = List.copyOf(fence);
        this.givingBack = new GivingBack(path, release);
        this.path = path;
        this.cell = new StateCell<>(new Held(), this::changed);
        this.safety = session.safety();
    }

    /**
     * Begins to hold a right. It may have ended by the time it is returned: ask it before you hand it out.
     *
     * @param client the client that holds it
     * @param session the session that owns the node
     * @param registration keeps the node
     * @param node the node whose existence is the right
     * @param fence operations that succeed only while the right lasts, for transactions
     * @param release gives the right back; called once, whatever it ends of
     * @param path what the right is for, below the client's namespace
     * @throws IllegalStateException if the client is closed
     * @throws io.holdfast.error.HistoryWentBackException if tokens may repeat
     */
    public static HeldGrant over(
            RecipeSupport client,
            Session session,
            Registration registration,
            RegisteredNode node,
            List<Op> fence,
            Supplier<CompletionStage<Void>> release,
            String path) {
        client.requireHistory("The grant of " + path);
        HeldGrant grant = new HeldGrant(client, session, registration, node, fence, release, path);
        grant.tell("", grant.cell.get());
        grant.watch();
        return grant;
    }

    private void watch() {
        registration.addListener(listener); // which also hears of the session's end
        tick();
    }

    private void tick() {
        if (!state().isOver()) {
            Duration left = session.remaining();
            Duration delay = left.compareTo(SHORTEST_DELAY) < 0 ? SHORTEST_DELAY : left;
            deadline = client.later(delay, this::tick);
        }
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String holder() {
        return client.memberId();
    }

    @Override
    public SessionId session() {
        return node.session();
    }

    @Override
    public FencingToken token() {
        return new FencingToken(node.czxid());
    }

    @Override
    public GrantState state() {
        look();
        return cell.get();
    }

    @Override
    public boolean isHeld() {
        return !state().isOver();
    }

    @Override
    public Duration remaining() {
        return isHeld() ? session.remaining() : Duration.ZERO;
    }

    @Override
    public void require(Duration needed) {
        if (needed.isNegative()) {
            throw new IllegalArgumentException("needed must be zero or more, but was " + needed);
        }
        if (state() instanceof Ended over) {
            throw fenced(over.why());
        }
        Duration left = session.remaining();
        if (left.compareTo(needed) < 0) {
            throw new SessionNotConfirmedException(
                    "The grant of " + path + " is certain for " + left.toMillis() + " ms more, but " + needed.toMillis()
                            + " ms are needed; do not begin, ask again a little later",
                    null);
        }
    }

    @Override
    public CompletionStage<GrantEnd> ended() {
        look();
        return ended.copy();
    }

    @Override
    public FencedTransaction transaction() {
        return new GrantTransaction(new GrantBasis(this, client, session, fence));
    }

    @Override
    public CompletionStage<Void> releaseAsync() {
        GrantState before = endOnce();
        return before instanceof Ended over
                ? CompletableFuture.failedFuture(fenced(over.why()))
                : Waits.told(givingBack.done(), client.callbacks());
    }

    @Override
    public void release() {
        client.requireMayWait("release of " + path, "releaseAsync()");
        Duration atMost = session.remaining();
        if (endOnce() instanceof Ended over) {
            throw fenced(over.why());
        }
        givingBack.await(atMost);
    }

    @Override
    public void close() {
        if (isReleaseAsked.compareAndSet(false, true)) {
            Duration atMost = session.remaining();
            end();
            if (client.mayWait()) {
                givingBack.await(atMost);
            }
        }
    }

    private GrantState endOnce() {
        if (!isReleaseAsked.compareAndSet(false, true)) {
            throw new IllegalStateException("The grant of " + path + " with token " + token()
                    + " was released before; release it once, or use close(), which may be called again");
        }
        return end();
    }

    /** The ensemble has answered that it is over. */
    void found(GrantEnd why) {
        cell.apply(state -> state.ended(why));
    }

    /** Ends it if it has not ended yet; returns the state that was left. */
    private GrantState end() {
        look();
        List<GrantState> left = new ArrayList<>(1);
        cell.apply(before -> {
            left.add(before);
            return before.ended(GrantEnd.RELEASED);
        });
        return left.get(0);
    }

    /** Finds out its state. Looks again if that has changed meanwhile, so that no older finding covers a newer one. */
    private void look() {
        Finding applied;
        do {
            Finding seen = find();
            cell.apply(seen::applyTo);
            applied = seen;
        } while (!cell.get().isOver() && find() != applied);
    }

    private Finding find() {
        // the deadline last: what is read before it was true before it passed
        return Finding.of(
                node,
                registration.state(),
                session.state().isOver(),
                session.remaining().isZero());
    }

    private void changed(GrantState from, GrantState to) {
        if (to instanceof Ended over) {
            safety.close();
            Future<?> scheduled = deadline;
            if (scheduled != null) {
                scheduled.cancel(false);
            }
            registration.removeListener(listener);
            givingBack.begin();
            var unused = ended.completeAsync(over::why, client.callbacks());
        }
        tell(from.getClass().getSimpleName(), to);
    }

    private void tell(String from, GrantState to) {
        client.observer()
                .onEvent(new GrantChanged(
                        client.fullPath(path),
                        node.session().value(),
                        node.czxid(),
                        from,
                        to.getClass().getSimpleName(),
                        to instanceof Ended end && end.why() != GrantEnd.RELEASED,
                        cause(to)));
    }

    private static String cause(GrantState state) {
        if (state instanceof Ended over) {
            return over.why().inWords();
        }
        return state instanceof Held ? "its node was seen to exist" : "the connection is lost";
    }

    private FencedException fenced(GrantEnd why) {
        return new FencedException(path, node.czxid(), why.inWords(), null);
    }

    @Override
    public String toString() {
        return "grant of " + path + " to " + holder() + " with token " + token() + " (" + cell.get() + ")";
    }
}
