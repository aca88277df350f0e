// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.broker;

import io.holdfast.error.HistoryWentBackException;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.internal.grant.HeldGrant;
import io.holdfast.recipes.internal.view.LiveChildren;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.Session;
import io.holdfast.session.SessionId;
import io.holdfast.spi.RecipeSupport;
import io.holdfast.tag.TagFormat;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * How one broker's node is made, and its epochs.
 *
 * @param directory where all brokers are, below the client's namespace
 */
record BrokerNode(RecipeSupport client, String directory, int id, DuplicateId duplicates) {

    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Returns the path as the user named it. */
    String path() {
        return directory + "/" + id;
    }

    /** Begins to keep the node; a refusal ends it. */
    Registration register(Supplier<byte[]> payload) {
        return register(payload, false);
    }

    /** Begins to keep the node of a broker that was registered before: a refusal is tried again. */
    Registration registerAgain(Supplier<byte[]> payload) {
        return register(payload, true);
    }

    private Registration register(Supplier<byte[]> payload, boolean isWanted) {
        client.requireTransactions("The broker registry at " + directory);
        client.requireDeadlines();
        RegistrationOptions.Builder options =
                RegistrationOptions.builder().format(TagFormat.ownerOnly()).fence(directory + "-epochs/" + id);
        if (isWanted) {
            options.keepTryingWhenRefused();
        } else {
            client.requireHistory("The broker registry at " + directory);
        }
        if (duplicates instanceof DuplicateId.WaitForGhost) {
            options.waitForForeign().waitLimit(client.ghostLife());
        } else if (duplicates instanceof DuplicateId.WaitAtMost wait) {
            options.waitForForeign().waitLimit(wait.atMost());
        } else if (duplicates instanceof DuplicateId.WaitForever) {
            options.waitForForeign();
        }
        return client.register(path(), payload, options.build());
    }

    /**
     * Begins an epoch.
     *
     * @param release takes the end of the epoch, whatever its cause
     * @param again runs later if tokens may repeat, which the application has to accept first
     * @return empty if the session or the client is over, of which the registration is about to tell, or tokens may repeat
     */
    Optional<Grant> grant(
            Registration registration, RegisteredNode node, Supplier<CompletionStage<Void>> release, Runnable again) {
        Optional<Session> session = client.session(node.session());
        if (session.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    HeldGrant.over(client, session.get(), registration, node, node.checks(), release, path()));
        } catch (HistoryWentBackException e) {
            var unused = client.later(RETRY, again);
            return Optional.empty();
        } catch (IllegalStateException e) { // the client was closed meanwhile
            return Optional.empty();
        }
    }

    /** Begins to read all brokers. */
    LiveChildren watchAll() {
        return LiveChildren.of(client, client.fullPath(directory));
    }

    /** Returns whether this is the client's own session. */
    boolean isOurs(SessionId session) {
        return client.session(session).isPresent();
    }

    Executor callbacks() {
        return client.callbacks();
    }

    Executor background() {
        return client.background();
    }

    Future<?> later(Duration delay, Runnable task) {
        return client.later(delay, task);
    }

    /** Returns how long a dead session's node can exist. */
    Duration ghostLife() {
        return client.ghostLife();
    }
}
