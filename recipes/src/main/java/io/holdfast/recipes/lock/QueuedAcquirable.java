// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.lock;

import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.internal.grant.Waits;
import io.holdfast.recipes.internal.queue.Contender;
import io.holdfast.spi.RecipeSupport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Whatever is acquired by waiting in a queue for it. */
final class QueuedAcquirable implements Acquirable {

    /** How long an answer may take to the question whether anybody is before us. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    private final RecipeSupport client;
    private final String path;
    private final Supplier<? extends Contender> door;

    /**
     * @param path what is acquired
     * @param door enters the queue
     */
    QueuedAcquirable(RecipeSupport client, String path, Supplier<? extends Contender> door) {
        this.client = client;
        this.path = path;
        this.door = door;
    }

    @Override
    public Grant acquire() throws InterruptedException {
        client.requireMayWait("acquire of " + path, "acquireAsync()");
        return Waits.forGood(new Attempt(client, path, door, false).begin(), Grant::close, client.background());
    }

    @Override
    public Optional<Grant> tryAcquire(Duration atMost) throws InterruptedException {
        client.requireMayWait("tryAcquire of " + path, "tryAcquireAsync()");
        return Waits.forGood(
                tryAcquire(atMost, client.background()), grant -> grant.ifPresent(Grant::close), client.background());
    }

    @Override
    public CompletableFuture<Grant> acquireAsync() {
        return Waits.handedOut(new Attempt(client, path, door, false).begin(), client.callbacks());
    }

    @Override
    public CompletableFuture<Optional<Grant>> tryAcquireAsync(Duration atMost) {
        return tryAcquire(atMost, client.callbacks());
    }

    private CompletableFuture<Optional<Grant>> tryAcquire(Duration atMost, Executor executor) {
        Waits.requireNotNegative(atMost);
        CompletableFuture<Grant> attempt = atMost.isZero()
                ? new Attempt(client, path, door, true).begin(ANSWER_LIMIT)
                : new Attempt(client, path, door, false).begin(atMost);
        return Waits.orEmpty(attempt, executor);
    }
}
