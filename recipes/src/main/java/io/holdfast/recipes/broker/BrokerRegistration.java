// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.broker;

import io.holdfast.recipes.grant.Grant;
import io.holdfast.registration.RegistrationState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One broker, kept registered over lost connections and sessions. Each registration of its node is an epoch, and a
 * {@link Grant}: it ends with its node, its session or its deadline, for good, and the next one has a greater token.
 *
 * <p>When an epoch has passed its deadline and the node still exists after all, the node is deleted and made anew, so that
 * nobody who saw the end takes the same epoch for alive again. A blip that is shorter changes nothing.
 *
 * <p><b>Thread-safety:</b> every method may be called from any thread. <b>Blocking:</b> {@link #awaitRegistered},
 * {@link #update}, {@link #handOver} and {@link #close()}; all others return at once.
 *
 * <p><b>Not promised:</b> that an epoch is still held when you act on it: use its transactions, or hand its token to
 * whoever can
 * refuse older ones. A transaction of an epoch tells it from every other one that was registered here. It does not tell it
 * from a registration that other software makes at the same id under our feet, because that does not move the fence; brokers
 * of one id should all be Holdfast's, or the receivers should compare epochs, as Kafka's do.
 */
public interface BrokerRegistration extends AutoCloseable {

    /** Returns the broker's number. */
    int id();

    /** Returns the path of its node, the client's namespace included. */
    String path();

    /** Returns its state; if it waits, for what, and until when. Out of date as soon as it is returned. */
    RegistrationState state();

    /** Returns the current epoch, empty while there is none that is held. */
    Optional<Grant> current();

    /**
     * As {@link #awaitRegistered}, without waiting.
     *
     * @return fails with a {@link io.holdfast.error.HoldfastException} if the registration fails for good, with
     *     {@link IllegalStateException} if it is closed first
     */
    CompletionStage<Grant> registered();

    /**
     * Waits until there is an epoch.
     *
     * @param atMost how long; zero or more
     * @throws io.holdfast.error.SessionNotConfirmedException if there is none in time; the message says what is waited for. It
     *     keeps trying
     * @throws io.holdfast.error.OwnershipConflictException if another process has the id; its node was not touched
     * @throws io.holdfast.error.HoldfastException if it fails for good for another reason
     * @throws IllegalStateException if the registration is closed
     */
    Grant awaitRegistered(Duration atMost) throws InterruptedException;

    /** Adds a listener; it is notified of the current epoch first. */
    void onEpoch(EpochListener listener);

    /**
     * Replaces the payload, in the node and in every later one. The epoch stays the same.
     *
     * @return completes when it is in the cluster
     * @throws IllegalArgumentException if it is too large; nothing is sent
     * @throws IllegalStateException if the registration is over
     */
    CompletionStage<Void> updateAsync(byte[] payload);

    /**
     * As {@link #updateAsync}, and waits until it is in the cluster.
     *
     * @param atMost how long; zero or more
     * @throws io.holdfast.error.SessionNotConfirmedException if it does not in time; it is put there as soon as it can be
     */
    void update(byte[] payload, Duration atMost) throws InterruptedException;

    /**
     * Hands the id over to another process, which registers it with {@link DuplicateId.WaitForever}: ends this epoch, deletes
     * the node, and waits for the successor's.
     *
     * @param atMost how long to wait for the successor; positive
     * @return completes with the outcome, never exceptionally
     * @throws IllegalArgumentException if {@code atMost} is not positive; nothing is done
     * @throws IllegalStateException if there is no epoch to hand over, or the registration is being closed or handed over;
     *     nothing is done
     */
    CompletionStage<HandOver> handOverAsync(Duration atMost);

    /**
     * As {@link #handOverAsync}, and waits for what comes of it.
     *
     * @throws InterruptedException if the thread is interrupted; the hand-over continues
     */
    HandOver handOver(Duration atMost) throws InterruptedException;

    /** Returns a stage that completes, never exceptionally, when the registration is over; {@link #state()} says why. */
    CompletionStage<Void> ended();

    /**
     * Ends the epoch and deletes the node.
     *
     * @return completes when the node is known to be gone
     */
    CompletionStage<Void> closeAsync();

    /**
     * As {@link #closeAsync()}, and waits for the ensemble to agree, but no longer than a dead session's node could exist.
     * Idempotent, never throws; an interrupted thread returns at once with its interrupt flag set.
     */
    @Override
    void close();
}
