// SPDX-License-Identifier: Apache-2.0
package io.holdfast.registration;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * One ephemeral node that the SDK keeps: created in a confirmed session, verified to be owned by it, created again
 * whenever it is gone while it is wanted, deleted when this is closed.
 *
 * <p><b>Thread-safety:</b> every method may be called from any thread. <b>Blocking:</b> only {@link #awaitRegistered} and
 * {@link #close()} block. Stages complete on the thread that serves listeners.
 *
 * <p>It does not promise that the node is there at the moment you act: between a read of {@link #state()} and the act, the
 * process may be paused for longer than the session lives. Hand the node's {@link RegisteredNode#czxid()} to whatever you
 * act on, and let it refuse older ones.
 */
public interface Registration extends AutoCloseable {

    /** Returns the path that was asked for, the client's namespace included; of a sequential node, without its number. */
    String path();

    /** Returns the state now. Out of date as soon as it is returned. */
    RegistrationState state();

    /**
     * Returns a stage that completes with the node as soon as it is registered, at once if it is now.
     *
     * @return fails with a {@link io.holdfast.error.HoldfastException} if the registration fails for good, with
     *     {@link IllegalStateException} if it is closed first
     */
    CompletionStage<RegisteredNode> registered();

    /**
     * Waits until the node is registered.
     *
     * @param atMost how long; zero or more
     * @throws io.holdfast.error.SessionNotConfirmedException if it is not registered in time; the message says what it is
     *     waiting for. The registration keeps trying
     * @throws io.holdfast.error.HoldfastException if the registration fails for good
     * @throws IllegalStateException if it is closed
     * @throws InterruptedException if the thread is interrupted; nothing changes
     */
    RegisteredNode awaitRegistered(Duration atMost) throws InterruptedException;

    /**
     * Replaces the payload: in the node if it is registered, and in every node that is created from now on.
     *
     * <p>Another client that deletes our node and creates its own at the same path in the very moment of the update may see
     * its data replaced once: ZooKeeper has no update that is conditional on the owner.
     *
     * @return completes when the payload is in a registered node; fails as {@link #registered()} does
     * @throws IllegalArgumentException if the payload is too large or does not fit the tag format; nothing is sent
     * @throws IllegalStateException if the registration is closed or has failed
     */
    CompletionStage<Void> update(byte[] payload);

    /** Adds a listener for later changes. */
    void addListener(RegistrationListener listener);

    /** Removes a listener; a call that is under way ends. */
    void removeListener(RegistrationListener listener);

    /** Returns a stage that completes, never exceptionally, when the registration is closed or has failed for good. */
    CompletionStage<Void> ended();

    /**
     * Stops keeping the node and deletes it if it is ours. A create that is under way leaves nothing behind.
     *
     * @return completes when the node is known to be gone, or when its session has ended and was seen to have left nothing
     */
    CompletionStage<Void> closeAsync();

    /**
     * As {@link #closeAsync()}, and waits for the ensemble to agree, but no longer than the session timeout: the SDK keeps
     * in the background, and the node goes with its session at the latest. Idempotent, never throws; an interrupted thread
     * returns at once with its interrupt flag set.
     */
    @Override
    void close();
}
