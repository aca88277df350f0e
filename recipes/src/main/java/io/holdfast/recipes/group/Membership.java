// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.group;

import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.recipes.internal.grant.Waits;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationListener;
import io.holdfast.registration.RegistrationState;
import io.holdfast.spi.RecipeSupport;
import io.holdfast.spi.SerialExecutor;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One client's place in a group, kept over lost connections and sessions: whoever deletes the member's node sees it made
 * again, with a greater epoch.
 *
 * <p><b>Thread-safety:</b> every method may be called from any thread. <b>Blocking:</b> {@link #awaitJoined},
 * {@link #update}, {@link #leave} and {@link #close()}; all others return at once.
 *
 * <p>It does not promise that the others see the member at this moment: between sessions it is absent, and a member that
 * is stalled is gone for them before it knows.
 */
public final class Membership implements AutoCloseable {

    private final RecipeSupport client;
    private final String name;
    private final Executor notifier;
    private final Registration registration;
    private final AtomicBoolean isLeft = new AtomicBoolean();

    Membership(RecipeSupport client, String name, Registration registration) {
        this.client = client;
        this.name = name;
        this.notifier = new SerialExecutor(client.callbacks());
        this.registration = registration;
    }

    /** Returns the member's name in the group. */
    public String name() {
        return name;
    }

    /** Returns the path of the member's node, the client's namespace included. */
    public String path() {
        return registration.path();
    }

    /** Returns its state; if it waits, for what, and until when. Out of date as soon as it is returned. */
    public RegistrationState state() {
        return registration.state();
    }

    /** Adds a listener for later changes of {@link #state()}. */
    public void addListener(RegistrationListener listener) {
        registration.addListener((from, to) -> notifier.execute(() -> listener.changed(from, to)));
    }

    /** As {@link #awaitJoined}, without waiting. */
    public CompletionStage<RegisteredNode> joined() {
        return Waits.told(registration.registered(), notifier);
    }

    /**
     * Waits until the member is in the group.
     *
     * @param atMost how long; zero or more
     * @return its node, whose czxid is the member's epoch
     * @throws SessionNotConfirmedException if it is not in time; the message says what it is waiting for. It keeps trying
     * @throws io.holdfast.error.HoldfastException if it fails for good
     * @throws IllegalStateException if the membership is closed
     */
    public RegisteredNode awaitJoined(Duration atMost) throws InterruptedException {
        return registration.awaitRegistered(atMost);
    }

    /**
     * Replaces the payload, in the node and in every later one.
     *
     * @return completes when it is in the group
     * @throws IllegalArgumentException if it is too large; nothing is sent
     * @throws IllegalStateException if the membership is over
     */
    public CompletionStage<Void> updateAsync(byte[] payload) {
        return Waits.told(registration.update(payload), notifier);
    }

    /**
     * As {@link #updateAsync}, and waits until it is in the group.
     *
     * @param atMost how long; zero or more
     * @throws SessionNotConfirmedException if it does not in time; the new payload is put there all the same as soon as it can
     *     be
     */
    public void update(byte[] payload, Duration atMost) throws InterruptedException {
        Waits.requireNotNegative(atMost);
        client.requireMayWait("update of " + path(), "updateAsync()");
        Waits.atMost(
                registration.update(payload),
                atMost,
                () -> "The payload of " + path() + " was not replaced within " + atMost.toMillis() + " ms (" + state()
                        + "); it will be as soon as possible");
    }

    /**
     * Leaves the group.
     *
     * @return completes when the member's node is known to be gone
     * @throws IllegalStateException if it was left or closed before
     */
    public CompletionStage<Void> leaveAsync() {
        if (!isLeft.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    name + " has left " + path() + " before; leave once, or use close(), which may be called again");
        }
        return Waits.told(registration.closeAsync(), notifier);
    }

    /**
     * Leaves the group and waits for the ensemble to agree, at most for the session timeout; the node goes with its session at
     * the latest.
     *
     * @throws IllegalStateException if it was left or closed before
     */
    public void leave() {
        client.requireMayWait("leave of " + path(), "leaveAsync()");
        var unused = leaveAsync();
        registration.close();
    }

    /** Returns a stage that completes, never exceptionally, when the membership is over. */
    public CompletionStage<Void> ended() {
        return Waits.told(registration.ended(), notifier);
    }

    /** As {@link #leave()}, but idempotent. */
    @Override
    public void close() {
        isLeft.set(true);
        registration.close();
    }

    @Override
    public String toString() {
        return name + " in " + path() + " (" + state() + ")";
    }
}
