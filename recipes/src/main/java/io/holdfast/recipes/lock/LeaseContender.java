// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.lock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.recipes.internal.queue.Contender;
import io.holdfast.recipes.internal.queue.Front;
import io.holdfast.recipes.internal.queue.Line;
import io.holdfast.recipes.internal.queue.Place;
import io.holdfast.recipes.internal.queue.Wakeups;
import io.holdfast.spi.RecipeSupport;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a permit as Curator's semaphore does: first at the entrance, which lets one in at a time, then among the leases.
 *
 * <p>Whoever loses one of the two places gives up the other and starts over. It must not stay among the leases without the
 * entrance: a contender of Curator's that has both counts all leases, and would wait for ours while ours waits for it.
 */
final class LeaseContender implements Contender {

    private final RecipeSupport client;
    private final Line entrance;
    private final Line leases;
    private final Wakeups wakeups;
    private final byte[] data;
    private final CompletableFuture<Front> front = new CompletableFuture<>();
    private final CompletableFuture<Void> behind = new CompletableFuture<>();

    @GuardedBy("this")
    private @Nullable Place atEntrance;

    @GuardedBy("this")
    private @Nullable Place amongLeases;

    @GuardedBy("this")
    private boolean isOver;

    private LeaseContender(RecipeSupport client, Line entrance, Line leases, Wakeups wakeups) {
        this.client = client;
        this.entrance = entrance;
        this.leases = leases;
        this.wakeups = wakeups;
        this.data = client.memberId().getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IllegalStateException if the client is not started or is closed */
    static LeaseContender enter(RecipeSupport client, Line entrance, Line leases, Wakeups wakeups) {
        LeaseContender contender = new LeaseContender(client, entrance, leases, wakeups);
        contender.begin();
        return contender;
    }

    @Override
    public CompletionStage<Front> front() {
        return front.copy();
    }

    @Override
    public CompletionStage<Void> behind() {
        return behind.copy();
    }

    @Override
    public CompletionStage<Void> leave() {
        Place first;
        Place second;
        synchronized (this) {
            isOver = true;
            first = atEntrance;
            second = amongLeases;
        }
        return bothLeft(first, second);
    }

    private void begin() {
        Place place;
        synchronized (this) {
            if (isOver) {
                return;
            }
            place = Place.enter(client, entrance, data, wakeups);
            atEntrance = place;
        }
        var unused = place.behind().thenRun(() -> behind.complete(null));
        var unusedToo = place.front().whenComplete((let, failure) -> {
            if (let != null) {
                letIn(place, let);
            } else if (failure != null) {
                fail(failure);
            }
        });
    }

    private void letIn(Place entered, Front let) {
        Place place;
        try {
            synchronized (this) {
                if (isOver) {
                    return;
                }
                place = Place.enterOnce(client, leases, data, wakeups);
                amongLeases = place;
            }
        } catch (RuntimeException e) { // the client is closed
            fail(e);
            return;
        }
        let.registration().addListener((from, to) -> {
            if (to.isOver()) {
                startOver(entered, place);
            }
        });
        if (let.registration().state().isOver()) {
            startOver(entered, place);
        }
        var unused = place.behind().thenRun(() -> behind.complete(null));
        var unusedToo = place.front().whenComplete((lease, failure) -> {
            if (lease != null) {
                arrived(entered, lease);
            } else if (failure != null && Attempt.unwrapped(failure) instanceof CancellationException) {
                startOver(entered, place);
            } else if (failure != null) {
                fail(failure);
            }
        });
    }

    private void arrived(Place entered, Front lease) {
        synchronized (this) {
            if (isOver || atEntrance != entered) {
                return; // both were left
            }
            isOver = true;
        }
        var unused = entered.leave();
        front.complete(lease);
    }

    private void startOver(Place entered, Place lease) {
        synchronized (this) {
            if (isOver || amongLeases != lease) {
                return;
            }
            amongLeases = null;
            atEntrance = null;
        }
        var unused = bothLeft(entered, lease).thenRun(() -> {
            try {
                begin();
            } catch (RuntimeException e) { // the client is closed
                fail(e);
            }
        });
    }

    private void fail(Throwable failure) {
        var unused = leave();
        front.completeExceptionally(Attempt.unwrapped(failure));
    }

    /** The lease first: whoever is let in next should find it gone. */
    private static CompletionStage<Void> bothLeft(@Nullable Place entered, @Nullable Place lease) {
        CompletionStage<Void> leaseLeft = left(lease);
        return left(entered).thenCombine(leaseLeft, (one, other) -> null);
    }

    private static CompletionStage<Void> left(@Nullable Place place) {
        return place == null ? CompletableFuture.completedFuture(null) : place.leave();
    }
}
