// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.grant;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Gives a right back once, whatever ended it. Thread-safe. */
final class GivingBack {

    private final String path;
    private final Supplier<CompletionStage<Void>> release;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    GivingBack(String path, Supplier<CompletionStage<Void>> release) {
        this.path = path;
        this.release = release;
    }

    /** Begins; called once. */
    void begin() {
        CompletionStage<Void> begun;
        try {
            begun = release.get();
        } catch (RuntimeException e) { // its own recipe's, and nobody else would hear of it
            begun = CompletableFuture.failedFuture(e);
        }
        var unused = begun.whenComplete((nothing, failure) -> {
            if (failure == null) {
                done.complete(null);
            } else {
                done.completeExceptionally(failure);
            }
        });
    }

    CompletionStage<Void> done() {
        return done.copy();
    }

    /** Waits for the end of it; an interrupted thread returns at once, with its interrupt flag set. */
    void await(Duration atMost) {
        Waits.quietly(done, atMost, path);
    }
}
