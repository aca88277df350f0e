// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.grant;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives a right back once, whatever ended it. Thread-safe. */
final class GivingBack {

    private static final Logger LOG = LoggerFactory.getLogger(GivingBack.class);

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
        try {
            done.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            LOG.warn(
                    "path={} its node still exists after {} ms; the client goes on deleting it",
                    path,
                    atMost.toMillis());
        } catch (ExecutionException e) {
            LOG.warn("path={} giving it back failed; its node goes with its session", path, e);
        }
    }
}
