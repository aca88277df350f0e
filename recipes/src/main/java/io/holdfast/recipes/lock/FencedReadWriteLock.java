// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.lock;

import static java.util.Objects.requireNonNull;

import io.holdfast.HoldfastClient;
import io.holdfast.recipes.internal.queue.AdmissionRule;
import io.holdfast.recipes.internal.queue.QueueEntry;
import io.holdfast.recipes.internal.queue.WaitQueue;
import io.holdfast.recipes.internal.queue.Wakeups;
import io.holdfast.spi.RecipeSupport;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * A lock that many readers or one writer have at a time. Fair: a reader does not pass a writer that came before it. Not
 * reentrant, and without up- or downgrade: whoever asks for one half while holding the other may wait for itself.
 *
 * <p>The token of each writer is greater than that of every reader and writer before it in the queue. Readers that hold the
 * lock together have tokens of their own.
 *
 * <p>It shares one queue with Curator's {@code InterProcessReadWriteLock} at the same path. Thread-safe.
 */
public final class FencedReadWriteLock {

    private static final String READ = "__READ__";
    private static final String WRITE = "__WRIT__";
    private static final Set<String> BOTH = Set.of(READ, WRITE);

    private final String path;
    private final Acquirable read;
    private final Acquirable write;

    private FencedReadWriteLock(RecipeSupport client, String path) {
        this.path = path;
        Wakeups wakeups = new Wakeups();
        this.read = half(client, new WaitQueue(path, READ, BOTH, AdmissionRule.behindNo(WRITE)), wakeups);
        this.write = half(client, new WaitQueue(path, WRITE, BOTH, AdmissionRule.FIRST), wakeups);
    }

    /**
     * Returns the lock at a path. Sends nothing.
     *
     * @param client keeps the nodes of those who wait and hold
     * @param path below the client's namespace; used for this lock alone, and made when first needed
     * @throws IllegalArgumentException if the path is not absolute, not well-formed, or the root
     */
    public static FencedReadWriteLock at(HoldfastClient client, String path) {
        return new FencedReadWriteLock(requireNonNull(client, "client").unwrap(RecipeSupport.class), path);
    }

    private static Acquirable half(RecipeSupport client, WaitQueue queue, Wakeups wakeups) {
        byte[] data = client.memberId().getBytes(StandardCharsets.UTF_8);
        return new QueuedAcquirable(client, queue.directory(), () -> QueueEntry.enter(client, queue, data, wakeups));
    }

    /** Returns the path, as it was given. */
    public String path() {
        return path;
    }

    /** Returns the half that many have at a time. */
    public Acquirable readLock() {
        return read;
    }

    /** Returns the half that one has at a time, and nobody the other half meanwhile. */
    public Acquirable writeLock() {
        return write;
    }

    @Override
    public String toString() {
        return "FencedReadWriteLock[" + path + "]";
    }
}
