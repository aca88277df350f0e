// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.broker;

import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.internal.view.Child;
import io.holdfast.recipes.internal.view.ChildChange;
import io.holdfast.recipes.internal.view.LiveChildren;
import io.holdfast.recipes.view.Freshness;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** Waits for the successor of one epoch. */
final class HandingOver {

    private final BrokerNode node;
    private final Grant old;
    private final LiveChildren view;
    private final CompletableFuture<HandOver> result = new CompletableFuture<>();

    private HandingOver(BrokerNode node, Grant old) {
        this.node = node;
        this.old = old;
        this.view = node.watchAll(); // before the node goes, so that the successor is seen as soon as it comes
    }

    /**
     * Starts to wait.
     *
     * @param leave ends the epoch and deletes its node; called once
     */
    static CompletionStage<HandOver> start(
            BrokerNode node, Grant old, Supplier<CompletionStage<Void>> leave, Duration atMost) {
        HandingOver handing = new HandingOver(node, old);
        handing.view.addListener(handing::changed);
        CompletableFuture<Void> gone = leave.get().toCompletableFuture();
        Future<?> limit = node.later(atMost, () -> handing.result.complete(handing.outcome(gone.isDone(), atMost)));
        var unused = handing.result.whenComplete((outcome, failure) -> {
            limit.cancel(false);
            handing.view.close();
        });
        return handing.result.copy();
    }

    private void changed(ChildChange change) {
        Optional<Child> after = Optional.empty();
        if (change instanceof ChildChange.Joined joined) {
            after = Optional.of(joined.child());
        } else if (change instanceof ChildChange.Bounced bounced) {
            after = Optional.of(bounced.after());
        }
        after.flatMap(this::successor).ifPresent(broker -> result.complete(new HandOver.Taken(broker)));
    }

    private HandOver outcome(boolean isGone, Duration waited) {
        Optional<Child> child = Optional.ofNullable(view.children().get(String.valueOf(node.id())));
        Optional<Broker> successor = child.flatMap(this::successor);
        if (successor.isPresent()) {
            return new HandOver.Taken(successor.get());
        }
        if (!isGone) {
            return new HandOver.Unknown(waited, "the deletion of the old node was not confirmed");
        }
        if (view.freshness() instanceof Freshness.Stale stale) {
            return new HandOver.Unknown(waited, stale.why());
        }
        return child.isEmpty()
                ? new HandOver.Vacant(waited)
                : new HandOver.Unknown(waited, "the server at hand does not show yet that the old node is deleted");
    }

    private Optional<Broker> successor(Child child) {
        return Broker.of(child)
                .filter(broker -> broker.id() == node.id())
                .filter(broker -> broker.epoch() > old.token().value())
                .filter(broker -> !isOurs(broker)); // made again while it was being given up, and about to be deleted
    }

    private boolean isOurs(Broker broker) {
        return broker.session().equals(old.session()) || node.isOurs(broker.session());
    }
}
