// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.error.HoldfastException;
import io.holdfast.internal.ownership.Claim;
import io.holdfast.session.Znode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the user wants the node to hold, what it holds, and who waits for the one to become the other. Confined to the loop. */
final class PayloadWriter {

    private static final int UNKNOWN = -1;

    private record Update(int number, CompletableFuture<Void> done) {}

    private final RegistrationContext context;
    private final UserCode user;
    private final RegistrationHandle handle;
    private final Claim claim;
    private final List<Update> updates = new ArrayList<>();

    private Supplier<byte[]> source;
    private byte @Nullable [] constant;
    private int wanted;
    private int inNode;
    private boolean isWriting;

    /**
     * @param first the payload of the first create, which has been checked
     * @param later makes the payload of each later create
     */
    PayloadWriter(
            RegistrationContext context,
            UserCode user,
            RegistrationHandle handle,
            Claim claim,
            byte[] first,
            Supplier<byte[]> later) {
        this.context = context;
        this.user = user;
        this.handle = handle;
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

    /** A node of ours was found that one of several creates has made: what it holds is unknown, if it was ever replaced. */
    void foundInNode() {
        if (wanted > 0) {
            inNode = UNKNOWN;
        }
    }

    private boolean isUpToDate() {
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
        var unused = next().thenComposeAsync(
                        bytes -> in.writes().setData(node.path(), encoded(in, bytes), node.version()), context.loop())
                .whenComplete((written, failure) -> context.loop().execute(() -> {
                    isWriting = false;
                    boolean isSameNode = written != null && written.czxid() == node.czxid();
                    if (isSameNode) {
                        inNode = number;
                        settle(number);
                    }
                    onEnd.accept(isSameNode ? written : null, failure);
                }));
    }

    /** The newest payload cannot be written into the existing node; the next one has it. */
    void refused(HoldfastException why) {
        inNode = wanted;
        failed(why);
    }

    void failed(Throwable why) {
        updates.forEach(update -> handle.notify(() -> update.done().completeExceptionally(why)));
        updates.clear();
    }

    private CompletionStage<byte[]> next() {
        byte[] ready = constant;
        Supplier<byte[]> from = source;
        constant = null;
        return ready == null ? user.data(handle.path(), from) : CompletableFuture.completedFuture(ready);
    }

    private byte[] encoded(LiveSession in, byte[] bytes) {
        return claim.format().encode(claim.tag(in.id(), in.negotiated()), bytes);
    }

    private void settle(int number) {
        updates.removeIf(update -> {
            if (update.number() <= number) {
                handle.notify(() -> update.done().complete(null));
                return true;
            }
            return false;
        });
    }
}
