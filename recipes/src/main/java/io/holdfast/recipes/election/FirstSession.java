// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.election;

import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.session.Session;
import io.holdfast.session.SessionListener;
import io.holdfast.spi.RecipeSupport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;

/** Gives the session to read in, and waits for it while a client that was just started has none. */
final class FirstSession {

    private FirstSession() {}

    /**
     * Returns the session to read in.
     *
     * @return fails with {@link SessionNotConfirmedException} if no server answers in time
     */
    static CompletionStage<Session> of(RecipeSupport client, Duration atMost) {
        Optional<Session> now = client.reader();
        if (now.isPresent()) {
            return CompletableFuture.completedFuture(now.get());
        }
        CompletableFuture<Session> first = new CompletableFuture<>();
        SessionListener listener = (from, to) -> client.reader().ifPresent(first::complete);
        Future<?> limit = client.later(
                atMost,
                () -> first.completeExceptionally(new SessionNotConfirmedException(
                        "The client has no session: no server has answered within " + atMost.toMillis() + " ms; "
                                + client,
                        null)));
        client.addSessionListener(listener);
        var unused = first.whenComplete((session, failure) -> {
            client.removeSessionListener(listener);
            limit.cancel(false);
        });
        client.reader().ifPresent(first::complete); // it may have come before the listener
        return first;
    }
}
