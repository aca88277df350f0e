// SPDX-License-Identifier: Apache-2.0
package io.holdfast.ephemeral;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** What the user wants the node to hold, and who waits for it to be there. Confined to the loop. */
final class Payload {

    private record Update(int number, CompletableFuture<Void> done) {}

    private Supplier<byte[]> source;
    private int wanted;
    private final List<Update> updates = new ArrayList<>();

    Payload(Supplier<byte[]> source) {
        this.source = source;
    }

    /** Makes the bytes for the next create; the user's code runs on the given executor. */
    CompletionStage<byte[]> next(Executor executor) {
        return CompletableFuture.supplyAsync(source, executor);
    }

    /** Returns the number of the newest payload. */
    int wanted() {
        return wanted;
    }

    void replace(byte[] bytes, CompletableFuture<Void> done) {
        source = () -> bytes;
        wanted++;
        updates.add(new Update(wanted, done));
    }

    /** The payload of this number stands in a registered node. */
    void written(int number, Executor notifier) {
        updates.removeIf(update -> {
            if (update.number() <= number) {
                notifier.execute(() -> update.done().complete(null));
                return true;
            }
            return false;
        });
    }

    /** The payload of this number cannot be written into the node that stands. */
    void refused(int number, Throwable why, Executor notifier) {
        updates.removeIf(update -> {
            if (update.number() <= number) {
                notifier.execute(() -> update.done().completeExceptionally(why));
                return true;
            }
            return false;
        });
    }

    void failed(Throwable why, Executor notifier) {
        updates.forEach(update -> notifier.execute(() -> update.done().completeExceptionally(why)));
        updates.clear();
    }
}
