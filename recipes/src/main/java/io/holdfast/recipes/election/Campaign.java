// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.election;

import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.internal.grant.HeldGrant;
import io.holdfast.recipes.internal.queue.Head;
import io.holdfast.recipes.internal.queue.QueueEntry;
import io.holdfast.recipes.internal.queue.Wakeups;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.Session;
import io.holdfast.spi.RecipeSupport;
import io.holdfast.tag.TagFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.zookeeper.Op;
import org.jspecify.annotations.Nullable;

/**
 * One candidate's way to one term: through the queue, and at a fixed node by creating it. What is lost on the way is begun
 * again, at the end of the queue. Thread-safe; no method blocks.
 */
final class Campaign {

    private final RecipeSupport client;
    private final Shape shape;
    private final byte[] payload;
    private final Wakeups wakeups;
    private final CompletableFuture<Grant> term = new CompletableFuture<>();

    /** What was wanted for so long is not given up for a refusal. */
    private volatile boolean hasWaited;

    /** The nodes of this campaign: closing it leaves nothing. */
    private Supplier<CompletionStage<Void>> leaving = () -> CompletableFuture.completedFuture(null);

    Campaign(RecipeSupport client, Shape shape, byte[] payload, Wakeups wakeups) {
        this.client = client;
        this.shape = shape;
        this.payload = payload;
        this.wakeups = wakeups;
        var unused = term.whenComplete((grant, failure) -> {
            if (failure != null) {
                leave();
            }
        });
    }

    /** Returns the term's future: whoever cancels it leaves the queue. */
    CompletableFuture<Grant> term() {
        return term;
    }

    /** Ends the wait with this failure, unless the term has begun. */
    void abandon(RuntimeException why) {
        term.completeExceptionally(why);
    }

    /** Returns whether neither the wait nor the term is over. */
    boolean isUnderWay() {
        return !term.isDone() || leading().isPresent();
    }

    /** Returns the term, if it has begun and is not over. */
    Optional<Grant> leading() {
        return term.isDone() && !term.isCompletedExceptionally()
                ? Optional.of(term.join()).filter(Grant::isHeld)
                : Optional.empty();
    }

    /**
     * Enters the queue.
     *
     * @throws IllegalStateException if the client is not started or is closed
     */
    void begin() {
        follow(QueueEntry.enter(client, shape.queue(), payload, wakeups));
    }

    private void follow(QueueEntry entry) {
        keep(entry::leave);
        var unusedYet = entry.behind().thenRun(() -> hasWaited = true);
        // not on the thread that serves the connection
        var unused = entry.head()
                .whenCompleteAsync(
                        (head, failure) -> {
                            if (head == null) {
                                fail(failure);
                            } else if (shape.isFixed()) {
                                takeSeat(head);
                            } else {
                                Registration queue = head.registration();
                                take(
                                        head.session(),
                                        queue,
                                        head.node(),
                                        List.of(Op.check(head.node().path(), -1)),
                                        queue::closeAsync);
                            }
                        },
                        client.background());
    }

    /** At the head of the queue: creates the fixed node, or waits for one that is still there. */
    private void takeSeat(Head head) {
        Registration queue = head.registration();
        Registration seat;
        try {
            RegistrationOptions.Builder options = RegistrationOptions.builder()
                    .format(TagFormat.ownerOnly())
                    .once()
                    .fence(shape.fence())
                    .waitForForeign();
            seat = client.register(
                    shape.path(), payload, (hasWaited ? options.keepTryingWhenRefused() : options).build());
        } catch (RuntimeException e) {
            fail(e);
            return;
        }
        Supplier<CompletionStage<Void>> leaveBoth = () -> seat.closeAsync().thenCompose(gone -> queue.closeAsync());
        keep(leaveBoth);
        var unused = queue.ended().thenRun(seat::closeAsync); // others are first now
        var unusedToo = seat.registered()
                .whenCompleteAsync(
                        (node, failure) -> {
                            if (node != null) {
                                session(node)
                                        .ifPresentOrElse(
                                                session -> take(session, seat, node, fence(node), leaveBoth),
                                                () -> again(leaveBoth));
                            } else if (queue.state().isOver()) {
                                again(leaveBoth);
                            } else {
                                fail(failure);
                            }
                        },
                        client.background());
    }

    private Optional<Session> session(RegisteredNode node) {
        return client.session(node.session());
    }

    private static List<Op> fence(RegisteredNode node) {
        return node.checks();
    }

    private void take(
            Session session,
            Registration registration,
            RegisteredNode node,
            List<Op> fence,
            Supplier<CompletionStage<Void>> release) {
        Grant grant;
        try {
            grant = HeldGrant.over(client, session, registration, node, fence, release, shape.path());
        } catch (RuntimeException e) {
            fail(e);
            return;
        }
        if (!grant.isHeld()) {
            again(release); // lost in the very moment in which it was won
        } else if (!term.complete(grant)) {
            grant.close();
        }
    }

    private void again(Supplier<CompletionStage<Void>> release) {
        var unused = release.get();
        if (term.isDone()) {
            return;
        }
        hasWaited = true;
        try {
            follow(QueueEntry.enterAgain(client, shape.queue(), payload, wakeups));
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void fail(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        term.completeExceptionally(cause == null ? new IllegalStateException("The campaign failed") : cause);
    }

    private void keep(Supplier<CompletionStage<Void>> next) {
        synchronized (this) {
            leaving = next;
        }
        if (term.isCompletedExceptionally()) {
            leave(); // it was given up meanwhile
        }
    }

    private void leave() {
        Supplier<CompletionStage<Void>> now;
        synchronized (this) {
            now = leaving;
        }
        var unused = now.get();
    }
}
