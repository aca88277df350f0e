// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.queue;

import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.spi.RecipeSupport;
import io.holdfast.tag.TagFormat;
import java.util.UUID;

/** Registers the nodes of one entry, one after the other. Immutable. */
final class EntryNodes {

    private final RecipeSupport client;
    private final WaitQueue queue;
    private final byte[] data;

    EntryNodes(RecipeSupport client, WaitQueue queue, byte[] data) {
        this.client = client;
        this.queue = queue;
        this.data = data.clone();
    }

    /** Refuses what no grant can be made of, before anything is sent. */
    void requireGrants() {
        String what = "A grant at " + queue.directory();
        client.requireTransactions(what);
        client.requireDeadlines();
        client.requireHistory(what);
    }

    Registration first() {
        return register(options());
    }

    /** Registers the next one after one that was there and is lost: a refusal does not end the wait. */
    Registration next() {
        return register(options().keepTryingWhenRefused());
    }

    private static RegistrationOptions.Builder options() {
        return RegistrationOptions.builder()
                .sequential()
                .format(TagFormat.ownerOnly())
                .once();
    }

    private Registration register(RegistrationOptions.Builder options) {
        String path = queue.directory() + "/_c_" + UUID.randomUUID() + "-" + queue.kind();
        return client.register(path, data, options.build());
    }
}
