// SPDX-License-Identifier: Apache-2.0
package io.holdfast.ephemeral;

import io.holdfast.ownership.Claim;
import io.holdfast.session.LiveSession;
import io.holdfast.zookeeper.Znode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the user wants the node to hold, what it holds, and who waits for the one to become the other. Confined to the loop. */
final class PayloadWriter {

    private record Update(int number, CompletableFuture<Void> done) {}

    private final KeeperContext context;
    private final Claim claim;
    private final List<Update> updates = new ArrayList<>();

    private Supplier<byte[]> source;
    private byte @Nullable [] constant;
    private int wanted;
    private int inNode;
    private int writing;
    private boolean isWriting;

    /**
     * @param first the payload of the first create, which has been checked
     * @param later makes the payload of each later create
     */
    PayloadWriter(KeeperContext context, Claim claim, byte[] first, Supplier<byte[]> later) {
        this.context = context;
        this.claim = claim;
        this.constant = first;
        this.source = later;
    }

    /** Makes the data of the next node. The user's code runs one call at a time, not on the loop. */
    CompletionStage<byte[]> forCreate(LiveSession in) {
        inNode = wanted;
        return next().thenApply(bytes -> encoded(in, bytes));
    }

    void replace(byte[] bytes, CompletableFuture<Void> done) {
        source = () -> bytes;
        constant = null;
        wanted++;
        updates.add(new Update(wanted, done));
    }

    /** The node is registered, with what was last made for it. */
    void registered() {
        settle(inNode);
    }

    boolean isUpToDate() {
        return inNode == wanted;
    }

    /**
     * Writes the newest payload into our node, if it is not there yet.
     *
     * @param onEnd told the node as written, or why it was not, on the loop. Not bound to a step: the node's own watch fires on
     *     the way, and what that asks must not undo this answer
     */
    void write(LiveSession in, Znode node, BiConsumer<@Nullable Znode, @Nullable Throwable> onEnd) {
        if (isWriting || isUpToDate()) {
            return;
        }
        isWriting = true;
        int number = wanted;
        writing = number;
        var unused = next().thenCompose(bytes -> in.ops().setData(node.path(), encoded(in, bytes), node.version()))
                .whenComplete((written, failure) -> context.loop().execute(() -> {
                    isWriting = false;
                    if (written != null && written.czxid() == node.czxid()) {
                        inNode = number;
                        settle(number);
                    }
                    onEnd.accept(written, failure);
                }));
    }

    /** What was last written cannot be: the node keeps what it holds, and the next one is made with the newest payload. */
    void refused(Throwable why) {
        inNode = writing;
        updates.removeIf(update -> {
            if (update.number() <= writing) {
                context.notifier().execute(() -> update.done().completeExceptionally(why));
                return true;
            }
            return false;
        });
    }

    void failed(Throwable why) {
        updates.forEach(update -> context.notifier().execute(() -> update.done().completeExceptionally(why)));
        updates.clear();
    }

    private CompletionStage<byte[]> next() {
        byte[] ready = constant;
        constant = null;
        return ready == null
                ? CompletableFuture.supplyAsync(source, suppliers())
                : CompletableFuture.completedFuture(ready);
    }

    private Executor suppliers() {
        return context.suppliers();
    }

    private byte[] encoded(LiveSession in, byte[] bytes) {
        return claim.format().encode(claim.tag(in.id(), in.negotiated()), bytes);
    }

    private void settle(int number) {
        updates.removeIf(update -> {
            if (update.number() <= number) {
                context.notifier().execute(() -> update.done().complete(null));
                return true;
            }
            return false;
        });
    }
}
