// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.broker;

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
 * One broker's node as a client makes it.
 *
 * @param directory where all brokers are, below the client's namespace
 */
record ClientsNode(RecipeSupport client, String directory, int id, DuplicateId duplicates) implements BrokerNode {

    @Override
    public String path() {
        return directory + "/" + id;
    }

    @Override
    public Registration register(Supplier<byte[]> payload) {
        client.requireTransactions("The broker registry at " + directory);
        client.requireDeadlines();
        RegistrationOptions.Builder options =
                RegistrationOptions.builder().format(TagFormat.ownerOnly()).fence(directory + "-epochs/" + id);
        if (duplicates instanceof DuplicateId.WaitForGhost) {
            options.waitForForeign().waitLimit(client.ghostLife());
        } else if (duplicates instanceof DuplicateId.WaitAtMost wait) {
            options.waitForForeign().waitLimit(wait.atMost());
        } else if (duplicates instanceof DuplicateId.WaitForever) {
            options.waitForForeign();
        }
        return client.register(path(), payload, options.build());
    }

    @Override
    public Optional<Grant> grant(
            Registration registration, RegisteredNode node, Supplier<CompletionStage<Void>> release) {
        Optional<Session> session = client.session(node.session());
        if (session.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    HeldGrant.over(client, session.get(), registration, node, node.checks(), release, path()));
        } catch (IllegalStateException e) { // the client was closed meanwhile
            return Optional.empty();
        }
    }

    @Override
    public LiveChildren watchAll() {
        return LiveChildren.of(client, client.fullPath(directory));
    }

    @Override
    public boolean isOurs(SessionId session) {
        return client.session(session).isPresent();
    }

    @Override
    public Executor callbacks() {
        return client.callbacks();
    }

    @Override
    public Future<?> later(Duration delay, Runnable task) {
        return client.later(delay, task);
    }

    @Override
    public Duration ghostLife() {
        return client.ghostLife();
    }
}
