// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.lock;

import static java.util.Objects.requireNonNull;

import io.holdfast.HoldfastClient;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.internal.grant.RecipePath;
import io.holdfast.recipes.internal.queue.AdmissionRule;
import io.holdfast.recipes.internal.queue.WaitQueue;
import io.holdfast.recipes.internal.queue.Wakeups;
import io.holdfast.spi.RecipeSupport;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Something that so many holders in the whole ensemble have at a time. Fair. Each grant is one permit, with a token of its own
 * that is greater than that of every permit granted before.
 *
 * <p>Everybody who uses the path must say the same number of permits: whoever says more gets in where others would wait.
 *
 * <p>It works together with Curator's {@code InterProcessSemaphoreV2} at the same path. Thread-safe.
 */
public final class FencedSemaphore implements Acquirable {

    private final String path;
    private final int permits;
    private final Acquirable queue;

    private FencedSemaphore(RecipeSupport client, String path, int permits) {
        RecipePath.require(path);
        if (permits < 1) {
            throw new IllegalArgumentException("permits of " + path + " must be 1 or more, but was " + permits);
        }
        this.path = path;
        this.permits = permits;
        WaitQueue entrance = WaitQueue.ofOne(path + "/locks", "lock-");
        WaitQueue leases = new WaitQueue(path + "/leases", "lease-", Set.of("lease-"), AdmissionRule.within(permits));
        Wakeups wakeups = new Wakeups();
        this.queue = new QueuedAcquirable(client, path, () -> LeaseContender.enter(client, entrance, leases, wakeups));
    }

    /**
     * Returns the semaphore at a path. Sends nothing.
     *
     * @param client keeps the nodes of those who wait and hold
     * @param path below the client's namespace; used for this semaphore alone, and made when first needed
     * @param permits how many may hold it at a time; 1 or more, and the same everywhere
     * @throws IllegalArgumentException if the path is not absolute, not well-formed, or the root, or permits is out of range
     */
    public static FencedSemaphore at(HoldfastClient client, String path, int permits) {
        return new FencedSemaphore(requireNonNull(client, "client").unwrap(RecipeSupport.class), path, permits);
    }

    /** Returns the path, as it was given. */
    public String path() {
        return path;
    }

    /** Returns how many may hold it at a time. */
    public int permits() {
        return permits;
    }

    @Override
    public Grant acquire() throws InterruptedException {
        return queue.acquire();
    }

    @Override
    public Optional<Grant> tryAcquire(Duration atMost) throws InterruptedException {
        return queue.tryAcquire(atMost);
    }

    @Override
    public CompletableFuture<Grant> acquireAsync() {
        return queue.acquireAsync();
    }

    @Override
    public CompletableFuture<Optional<Grant>> tryAcquireAsync(Duration atMost) {
        return queue.tryAcquireAsync(atMost);
    }

    @Override
    public String toString() {
        return "FencedSemaphore[" + path + ", " + permits + " permits]";
    }
}
