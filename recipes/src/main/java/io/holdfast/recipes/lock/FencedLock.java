// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.lock;

import static java.util.Objects.requireNonNull;

import io.holdfast.HoldfastClient;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.internal.queue.QueueEntry;
import io.holdfast.recipes.internal.queue.WaitQueue;
import io.holdfast.recipes.internal.queue.Wakeups;
import io.holdfast.spi.RecipeSupport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A lock that one holder in the whole ensemble has at a time. Fair, and not reentrant: a thread that asks for it twice waits
 * for itself. See {@link #reentrant()}.
 *
 * <p>A holder gets a {@link Grant}, which says when it must stop, and whose token whatever it acts on can check. The node that
 * the grant is for was listed at the head of the queue, in a session that was not over, and checked by a quorum whenever
 * anything
 * had been waited for. If it is lost while the session lives, the grant ends at once.
 *
 * <p>It shares one queue with Curator's {@code InterProcessMutex} at the same path, which grants no tokens and may
 * take the node of its own dead session for a held lock (CURATOR-604): whom a mutex of Curator's excludes is up to Curator.
 *
 * <p>Thread-safe. Holds nothing that would have to be closed.
 */
public final class FencedLock implements Acquirable {

    private static final String KIND = "lock-";

    private final String path;
    private final Acquirable queue;
    private final Executor callbacks;

    private FencedLock(RecipeSupport client, String path) {
        this.path = path;
        this.callbacks = client.callbacks();
        WaitQueue one = WaitQueue.ofOne(path, KIND);
        byte[] data = client.memberId().getBytes(StandardCharsets.UTF_8);
        Wakeups wakeups = new Wakeups();
        this.queue = new QueuedAcquirable(client, path, () -> QueueEntry.enter(client, one, data, wakeups));
    }

    /**
     * Returns the lock at a path. Sends nothing.
     *
     * @param client keeps the nodes of those who wait and hold
     * @param path below the client's namespace; used for this lock alone, and made when first needed
     * @throws IllegalArgumentException if the path is not absolute, not well-formed, or the root
     */
    public static FencedLock at(HoldfastClient client, String path) {
        return new FencedLock(requireNonNull(client, "client").unwrap(RecipeSupport.class), path);
    }

    /** Returns the path, as it was given. */
    public String path() {
        return path;
    }

    /** Returns a view of this lock that a thread which holds it can acquire again. */
    public ReentrantFencedLock reentrant() {
        return new ReentrantFencedLock(this, callbacks);
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
        return "FencedLock[" + path + "]";
    }
}
