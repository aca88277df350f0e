// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.lock;

import io.holdfast.recipes.grant.Grant;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Something that is held for a while, by whoever has waited longest.
 *
 * <p>Each call is a contender of its own, whatever thread it comes from: nothing here is reentrant. Contenders are served in
 * the order in which the ensemble created their nodes; one that loses its entry, because its node was deleted or its session
 * ended, starts over at the end of the queue, by itself. A contender waits for as long as it takes, across lost connections
 * and sessions.
 *
 * <p><b>Thread-safety:</b> every method may be called from any thread. <b>Blocking:</b> only {@link #acquire()} and
 * {@link #tryAcquire} block; both can be interrupted, and then leave no node behind. Futures complete on
 * the client's executor for callbacks; cancelling one leaves the queue, and no node behind.
 *
 * <p>The node of a wait that was given up while the connection was down is deleted by the client in the background, or goes
 * with the session.
 */
public interface Acquirable {

    /**
     * Waits until it is held.
     *
     * @throws io.holdfast.error.RefusedByEnsembleException if the ensemble does not let this client wait here
     * @throws io.holdfast.error.OwnershipConflictException if another recipe uses the path
     * @throws IllegalStateException if the client is not started, or is closed
     * @throws InterruptedException if the thread is interrupted
     */
    Grant acquire() throws InterruptedException;

    /**
     * Waits until it is held, but not longer than a given time.
     *
     * @param atMost how long. {@link Duration#ZERO} takes it if nobody is before us, and waits for no more than the
     *     ensemble's answer to that question, or ten seconds
     * @return empty if the time ran out
     * @throws IllegalArgumentException if {@code atMost} is negative; nothing is sent
     * @throws io.holdfast.error.RefusedByEnsembleException if the ensemble does not let this client wait here
     * @throws io.holdfast.error.OwnershipConflictException if another recipe uses the path
     * @throws IllegalStateException if the client is not started, or is closed
     * @throws InterruptedException if the thread is interrupted
     */
    Optional<Grant> tryAcquire(Duration atMost) throws InterruptedException;

    /**
     * As {@link #acquire()}, without blocking.
     *
     * @return fails as {@link #acquire()} does
     * @throws IllegalStateException if the client is not started, or is closed
     */
    CompletableFuture<Grant> acquireAsync();

    /**
     * As {@link #tryAcquire}, without blocking.
     *
     * @return fails as {@link #tryAcquire} does
     * @throws IllegalArgumentException if {@code atMost} is negative; nothing is sent
     * @throws IllegalStateException if the client is not started, or is closed
     */
    CompletableFuture<Optional<Grant>> tryAcquireAsync(Duration atMost);
}
