// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.broker;

import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.internal.view.LiveChildren;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.session.SessionId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** How one broker's node is made, and what a right over it is made of. */
interface BrokerNode {

    int id();

    /** Returns the path as the user named it. */
    String path();

    /** Begins to keep the node. */
    Registration register(Supplier<byte[]> payload);

    /**
     * Begins an epoch.
     *
     * @param release told the end of the epoch, whatever it ends of
     * @return empty if the session or the client is over: the registration is about to say so
     */
    Optional<Grant> grant(Registration registration, RegisteredNode node, Supplier<CompletionStage<Void>> release);

    /** Begins to look at all brokers. */
    LiveChildren watchAll();

    /** Tells whether this is the client's own session. */
    boolean isOurs(SessionId session);

    /** Returns the executor for the application's code. */
    Executor callbacks();

    /** Runs a task after a delay. */
    Future<?> later(Duration delay, Runnable task);

    /** Returns how long a dead session's node can exist. */
    Duration ghostLife();
}
