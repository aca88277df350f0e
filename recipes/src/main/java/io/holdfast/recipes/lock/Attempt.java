// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.lock;

import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.internal.grant.HeldGrant;
import io.holdfast.recipes.internal.grant.Waits;
import io.holdfast.recipes.internal.queue.Contender;
import io.holdfast.recipes.internal.queue.Head;
import io.holdfast.spi.RecipeSupport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.zookeeper.Op;
import org.jspecify.annotations.Nullable;

/** One attempt to get a grant, over as many entries in the queue as it takes. Thread-safe. */
final class Attempt {

    private final RecipeSupport client;
    private final String path;
    private final Supplier<? extends Contender> door;
    private final boolean isOnlyIfFree;
    private final CompletableFuture<Grant> result = new CompletableFuture<>();

    private volatile @Nullable Contender contender;

    /**
     * @param path what the grant is for
     * @param door enters the queue
     * @param isOnlyIfFree whether to stop as soon as somebody is seen to be ahead of us
     */
    Attempt(RecipeSupport client, String path, Supplier<? extends Contender> door, boolean isOnlyIfFree) {
        this.client = client;
        this.path = path;
        this.door = door;
        this.isOnlyIfFree = isOnlyIfFree;
    }

    /**
     * Begins; whoever completes the result before we do, by cancelling it or otherwise, makes us leave. Not for the
     * application: it completes on the client's own threads.
     */
    CompletableFuture<Grant> begin() {
        enter();
        var unused = result.whenComplete((grant, failure) -> {
            Contender current = contender;
            if (failure != null && current != null) {
                var unusedLeft = current.leave();
            }
        });
        return result;
    }

    /** As {@link #begin()}, and stops when the time has run out. */
    CompletableFuture<Grant> begin(Duration atMost) {
        CompletableFuture<Grant> begun = begin();
        Future<?> limit = client.later(atMost, () -> begun.completeExceptionally(new TimeoutException()));
        var unused = begun.whenComplete((grant, failure) -> limit.cancel(false));
        return begun;
    }

    private void enter() {
        Contender next = door.get();
        contender = next;
        if (result.isDone()) {
            var unusedLeft = next.leave();
            return;
        }
        if (isOnlyIfFree) {
            var unusedGivenUp = next.behind().thenRun(() -> result.cancel(false));
        }
        var unused = next.head().whenComplete((head, failure) -> {
            // not on the thread that serves the connection
            client.background().execute(() -> {
                if (head != null) {
                    arrived(head);
                } else if (failure != null) {
                    result.completeExceptionally(Waits.unwrapped(failure));
                }
            });
        });
    }

    private void arrived(Head head) {
        try {
            HeldGrant grant = HeldGrant.over(
                    client,
                    head.session(),
                    head.registration(),
                    head.node(),
                    List.of(Op.check(head.node().path(), -1)), // no other node is ever called that
                    head.registration()::closeAsync,
                    path);
            if (!grant.isHeld()) {
                enter(); // it was lost on the way here
            } else if (!result.complete(grant)) {
                var unused = grant.releaseAsync();
            }
        } catch (RuntimeException e) { // the client is closed
            var unused = head.registration().closeAsync();
            result.completeExceptionally(e);
        }
    }
}
