// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.lock;

import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.internal.grant.Waits;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;

/**
 * A {@link FencedLock} that the thread which holds it can acquire again. Each time gives a grant of its own, with the session,
 * token and end of the first one; the lock is free when all of them were released, in whatever order.
 *
 * <p>A thread whose lock was lost holds nothing: if it acquires the lock again, before or after it has released what it
 * lost, it
 * waits in the queue like everybody else, and gets a grant with a new token.
 *
 * <p>It knows of what was acquired through this very object: two of them at one path are two contenders. Thread-safe; it has no
 * asynchronous forms, as those have no thread.
 */
public final class ReentrantFencedLock {

    private final FencedLock lock;
    private final Executor callbacks;
    private final ConcurrentMap<Thread, SharedHold> holds = new ConcurrentHashMap<>();

    ReentrantFencedLock(FencedLock lock, Executor callbacks) {
        this.lock = lock;
        this.callbacks = callbacks;
    }

    /** Returns the path, as it was given. */
    public String path() {
        return lock.path();
    }

    /** Returns whether the current thread holds the lock and has not lost it. */
    public boolean isHeldByCurrentThread() {
        SharedHold hold = holds.get(Thread.currentThread());
        return hold != null && hold.isHeld();
    }

    /** Waits until it is held, unless this thread holds it. Fails as {@link Acquirable#acquire()} does. */
    public Grant acquire() throws InterruptedException {
        Optional<Grant> again = again();
        return again.isPresent() ? again.get() : hold(lock.acquire());
    }

    /**
     * Waits until it is held, unless this thread holds it, but not longer than a given time. Fails as
     * {@link Acquirable#tryAcquire} does.
     *
     * @param atMost how long; zero or more
     * @return empty if the time ran out
     */
    public Optional<Grant> tryAcquire(Duration atMost) throws InterruptedException {
        Waits.requireNotNegative(atMost);
        Optional<Grant> again = again();
        return again.isPresent() ? again : lock.tryAcquire(atMost).map(this::hold);
    }

    private Optional<Grant> again() {
        return Optional.ofNullable(holds.get(Thread.currentThread())).flatMap(SharedHold::again);
    }

    private Grant hold(Grant grant) {
        Thread holder = Thread.currentThread();
        SharedHold hold = new SharedHold(grant, callbacks, released -> holds.remove(holder, released));
        holds.put(holder, hold);
        return hold.first();
    }

    @Override
    public String toString() {
        return "ReentrantFencedLock[" + path() + "]";
    }
}
