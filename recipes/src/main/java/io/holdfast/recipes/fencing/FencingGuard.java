// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.fencing;

import static java.util.Objects.requireNonNull;

import io.holdfast.error.FencedException;
import io.holdfast.recipes.grant.FencingToken;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Guards one resource outside ZooKeeper, in the process that serves it: lets nobody act on it whose token is older
 * than the newest one seen. That stops the holder of a lock or the leader that was paused, lost its grant meanwhile, and
 * continues as if nothing had happened, once its successor has shown its token here.
 *
 * <p>Actions with the same token may run at the same time; an action with a newer token waits until those with older ones
 * are done, and none of those begins any more. So the effects of an older holder never come after those of a newer one.
 *
 * <p><b>Thread-safety:</b> every method may be called from any thread. <b>Blocking:</b> {@link #admit} and the two that act
 * wait for actions with older tokens; without limit, but interruptibly. Use one guard for one resource in one process.
 *
 * <p><b>Not promised:</b> a successor that has not come here yet stops nobody: until then the older holder's actions pass,
 * and are what the successor finds. And the order holds in this process only. Where several processes serve the resource, or
 * it outlives the process, keep the token beside the data and compare it in the transaction that writes them: a {@link
 * TokenStore} of its own admits the right tokens then, but only the store can order what follows.
 *
 * @see "docs/recipes/fencing.md"
 */
public final class FencingGuard {

    /**
     * Something to do that may fail in its own way.
     *
     * @param <T> what it returns
     * @param <E> what it throws
     */
    @FunctionalInterface
    public interface Action<T, E extends Exception> {

        /** Does it. */
        T run() throws E;
    }

    private final String resource;
    private final TokenStore store;

    /** Held for reading while something acts, for writing while the newest token changes. Fair: a newer token does not starve. */
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);

    /** The newest token admitted here, 0 before the first. Written under the write lock. */
    private volatile long newest;

    private FencingGuard(String resource, TokenStore store) {
        this.resource = requireNonNull(resource, "resource");
        this.store = requireNonNull(store, "store");
    }

    /** Returns a guard that remembers for as long as it lives: for a resource that does not outlive the process. */
    public static FencingGuard inMemory(String resource) {
        return of(resource, TokenStore.inMemory());
    }

    /**
     * Returns a guard that asks a store whenever a token is shown.
     *
     * @param resource names the resource in the store and in messages
     */
    public static FencingGuard of(String resource, TokenStore store) {
        return new FencingGuard(resource, store);
    }

    /**
     * Shows a token without acting. Once it is admitted, nothing older runs here or will; a new holder that shows its token
     * first thing shuts its predecessor out.
     *
     * @return false if a newer token has been seen
     * @throws IllegalStateException if this thread is inside an action of another token
     * @throws InterruptedException if the thread is interrupted while it waits for older actions; nothing has changed
     */
    public boolean admit(FencingToken token) throws InterruptedException {
        boolean isAdmitted = enter(token.value());
        if (isAdmitted) {
            lock.readLock().unlock();
        }
        return isAdmitted;
    }

    /**
     * Acts, if no newer token has been seen.
     *
     * @throws FencedException if one has; the action was not run
     * @throws E if the action throws it
     * @throws IllegalStateException if this thread is inside an action of another token
     * @throws InterruptedException if the thread is interrupted before the action is run
     */
    public <T, E extends Exception> T call(FencingToken token, Action<T, E> action) throws E, InterruptedException {
        requireNonNull(action, "action");
        if (!enter(token.value())) {
            long seen = newest;
            throw new FencedException(
                    resource,
                    token.value(),
                    seen > token.value()
                            ? "its guard has seen token " + seen
                            : "the store of its guard has a newer token",
                    null);
        }
        try {
            return action.run();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** As {@link #call}, for what returns nothing. */
    public void run(FencingToken token, Runnable action) throws InterruptedException {
        requireNonNull(action, "action");
        this.<Boolean, RuntimeException>call(token, () -> {
            action.run();
            return true;
        });
    }

    /** Returns the newest token that was admitted by this guard; others may have shown newer ones to its store. */
    public Optional<FencingToken> newest() {
        long seen = newest;
        return seen == 0 ? Optional.empty() : Optional.of(new FencingToken(seen));
    }

    /** Returns whether a thread waits for others. */
    boolean isAnybodyWaiting() {
        return lock.hasQueuedThreads();
    }

    /** Takes the read lock if the token is admitted. */
    private boolean enter(long token) throws InterruptedException {
        if (token > newest) {
            return enterAsNewest(token);
        }
        Lock acting = lock.readLock();
        acting.lockInterruptibly();
        boolean isAdmitted = false;
        try {
            isAdmitted = token == newest && store.raise(resource, token);
        } finally {
            if (!isAdmitted) {
                acting.unlock();
            }
        }
        return isAdmitted;
    }

    private boolean enterAsNewest(long token) throws InterruptedException {
        if (lock.getReadHoldCount() > 0) {
            throw new IllegalStateException("token " + token + " was shown to the guard of " + resource
                    + " from inside an action with an older one, which it would have to wait for; show it outside");
        }
        lock.writeLock().lockInterruptibly();
        boolean isAdmitted = false;
        try {
            isAdmitted = token >= newest && store.raise(resource, token);
            if (isAdmitted) {
                newest = token;
                lock.readLock().lock(); // which the write lock allows; nobody comes in between
            }
        } finally {
            lock.writeLock().unlock();
        }
        return isAdmitted;
    }

    @Override
    public String toString() {
        return "guard of " + resource + ", newest token " + newest;
    }
}
