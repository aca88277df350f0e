// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.docs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.HoldfastClient;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.Session;
import io.holdfast.spi.RecipeSupport;
import io.holdfast.tag.TagFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The snippet of docs/recipes/your-own.md. */
// tag::recipe[]
final class OwnRecipe {

    private final RecipeSupport support;
    private final String path;

    OwnRecipe(HoldfastClient client, String path) {
        this.support = client.unwrap(RecipeSupport.class);
        this.path = path;
    }

    /** Registers who we are, once, and tells in which session it was; the node is not made again when it is lost. */
    CompletionStage<Session> announce() {
        RegistrationOptions once = RegistrationOptions.builder()
                .format(TagFormat.ownerOnly())
                .once()
                .build();
        Registration registration = support.register(path, support.memberId().getBytes(UTF_8), once);
        CompletableFuture<Session> announced = new CompletableFuture<>();
        var unused = registration
                .registered()
                .whenCompleteAsync(
                        (node, failure) -> {
                            if (failure != null) {
                                announced.completeExceptionally(failure);
                                return;
                            }
                            owner(node).ifPresentOrElse(announced::complete, () -> announced.cancel(false));
                        },
                        support.callbacks()); // what the caller does next may block
        return announced;
    }

    /** The session that owns a node, as long as the client has it: never ask for "the" session. */
    private Optional<Session> owner(RegisteredNode node) {
        return support.session(node.session());
    }
}
// end::recipe[]
