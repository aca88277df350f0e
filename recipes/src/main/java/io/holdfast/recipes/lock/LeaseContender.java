// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.lock;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.recipes.internal.grant.Waits;
import io.holdfast.recipes.internal.queue.Contender;
import io.holdfast.recipes.internal.queue.Head;
import io.holdfast.recipes.internal.queue.QueueEntry;
import io.holdfast.recipes.internal.queue.WaitQueue;
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
 * <p>Whoever loses one of the two entries leaves the other and starts over. It must not stay among the leases without the
 * entrance: a contender of Curator's that has both counts all leases, and would wait for ours while ours waits for it.
 */
final class LeaseContender implements Contender {

    private final RecipeSupport client;
    private final WaitQueue entrance;
    private final WaitQueue leases;
    private final Wakeups wakeups;
    private final byte[] data;
    private final CompletableFuture<Head> head = new CompletableFuture<>();
    private final CompletableFuture<Void> behind = new CompletableFuture<>();

    @GuardedBy("this")
    private @Nullable QueueEntry atEntrance;

    @GuardedBy("this")
    private @Nullable QueueEntry amongLeases;

    @GuardedBy("this")
    private boolean isOver;

    private LeaseContender(RecipeSupport client, WaitQueue entrance, WaitQueue leases, Wakeups wakeups) {
        this.client = client;
        this.entrance = entrance;
        this.leases = leases;
        this.wakeups = wakeups;
        this.data = client.memberId().getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IllegalStateException if the client is not started or is closed */
    static LeaseContender enter(RecipeSupport client, WaitQueue entrance, WaitQueue leases, Wakeups wakeups) {
        LeaseContender contender = new LeaseContender(client, entrance, leases, wakeups);
        contender.begin();
        return contender;
    }

    @Override
    public CompletionStage<Head> head() {
        return head.copy();
    }

    @Override
    public CompletionStage<Void> behind() {
        return behind.copy();
    }

    @Override
    public CompletionStage<Void> leave() {
        QueueEntry first;
        QueueEntry second;
        synchronized (this) {
            isOver = true;
            first = atEntrance;
            second = amongLeases;
        }
        return bothLeft(first, second);
    }

    private void begin() {
        QueueEntry entry;
        synchronized (this) {
            if (isOver) {
                return;
            }
            entry = QueueEntry.enter(client, entrance, data, wakeups);
            atEntrance = entry;
        }
        var unused = entry.behind().thenRun(() -> behind.complete(null));
        var unusedToo = entry.head().whenComplete((let, failure) -> {
            if (let != null) {
                letIn(entry, let);
            } else if (failure != null) {
                fail(failure);
            }
        });
    }

    private void letIn(QueueEntry entered, Head let) {
        QueueEntry entry;
        try {
            synchronized (this) {
                if (isOver) {
                    return;
                }
                entry = QueueEntry.enterOnce(client, leases, data, wakeups);
                amongLeases = entry;
            }
        } catch (RuntimeException e) { // the client is closed
            fail(e);
            return;
        }
        let.registration().addListener((from, to) -> {
            if (to.isOver()) {
                startOver(entered, entry);
            }
        });
        if (let.registration().state().isOver()) {
            startOver(entered, entry);
        }
        var unused = entry.behind().thenRun(() -> behind.complete(null));
        var unusedToo = entry.head().whenComplete((lease, failure) -> {
            if (lease != null) {
                arrived(entered, lease);
            } else if (failure != null && Waits.unwrapped(failure) instanceof CancellationException) {
                startOver(entered, entry);
            } else if (failure != null) {
                fail(failure);
            }
        });
    }

    private void arrived(QueueEntry entered, Head lease) {
        synchronized (this) {
            if (isOver || atEntrance != entered) {
                return; // both were left
            }
            isOver = true;
        }
        var unused = entered.leave();
        head.complete(lease);
    }

    private void startOver(QueueEntry entered, QueueEntry lease) {
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
        head.completeExceptionally(Waits.unwrapped(failure));
    }

    /** The lease first: whoever is let in next should find it gone. */
    private static CompletionStage<Void> bothLeft(@Nullable QueueEntry entered, @Nullable QueueEntry lease) {
        CompletionStage<Void> leaseLeft = left(lease);
        return left(entered).thenCombine(leaseLeft, (one, other) -> null);
    }

    private static CompletionStage<Void> left(@Nullable QueueEntry entry) {
        return entry == null ? CompletableFuture.completedFuture(null) : entry.leave();
    }
}
