// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.broker;

import static java.util.Objects.requireNonNull;

import io.holdfast.HoldfastClient;
import io.holdfast.recipes.internal.grant.RecipePath;
import io.holdfast.recipes.internal.view.DirectoryView;
import io.holdfast.recipes.internal.view.Translation;
import io.holdfast.recipes.view.LiveView;
import io.holdfast.recipes.view.ViewListener;
import io.holdfast.spi.RecipeSupport;

/**
 * The place where brokers register, one ephemeral node per id: Kafka's {@code /brokers/ids}, or the like.
 *
 * <p>Payloads are in the nodes byte for byte, so whatever reads Kafka's registrations reads these. What fences an epoch
 * is outside, in {@code <path>-epochs/<id>}: a persistent node, moved by every registration that is made here. A process
 * that registers with other software does not move it; {@link BrokerRegistration} says what that means.
 *
 * <p>Immutable and thread-safe; nothing blocks, and nothing is sent before somebody registers or watches.
 */
public final class BrokerRegistry {

    private static final Translation<Integer, Broker> BROKERS = new Translation<>(Broker::of, Broker::id);

    private final RecipeSupport client;
    private final String path;

    private BrokerRegistry(RecipeSupport client, String path) {
        this.client = client;
        this.path = path;
    }

    /**
     * Returns the registry in a directory, which is made when the first broker registers.
     *
     * @param path an absolute path, below the client's namespace if there is one; not the root
     * @throws IllegalArgumentException if it is not; nothing is sent
     */
    public static BrokerRegistry at(HoldfastClient client, String path) {
        requireNonNull(client, "client");
        return new BrokerRegistry(client.unwrap(RecipeSupport.class), RecipePath.require(path));
    }

    /** Registers a broker that waits for a ghost of its id. See {@link #register(int, byte[], DuplicateId)}. */
    public BrokerRegistration register(int id, byte[] payload) {
        return register(id, payload, new DuplicateId.WaitForGhost());
    }

    /**
     * Registers a broker, and keeps it registered over lost connections and sessions until the registration is closed. Does
     * not wait.
     *
     * @param id zero or more
     * @param payload any bytes, up to what a request of the ensemble may carry
     * @param duplicates what to do about another node at the id
     * @throws IllegalArgumentException if the id or the payload are refused, or the session timeout is too short for grants;
     *     nothing is sent
     * @throws io.holdfast.error.OwnershipConflictException if this client has registered the id; nothing is sent
     * @throws io.holdfast.error.CapacityExceededException if the path does not fit the client's budget; nothing is sent
     * @throws IllegalStateException if the client is not started or is closed
     */
    public BrokerRegistration register(int id, byte[] payload, DuplicateId duplicates) {
        if (id < 0) {
            throw new IllegalArgumentException("id must be zero or more, but was " + id);
        }
        requireNonNull(payload, "payload");
        requireNonNull(duplicates, "duplicates");
        return KeptBroker.start(new BrokerNode(client, path, id, duplicates), payload);
    }

    /**
     * Begins to read which brokers are registered, by id, with payloads and epochs. Brokers that other software has registered
     * are shown like ours. Does not wait; close the view when it is not needed any more.
     */
    public LiveView<Integer, Broker> watch() {
        return DirectoryView.of(client, path, BROKERS);
    }

    /** Begins to read the brokers for a listener, which is notified of those that are registered first. */
    public LiveView<Integer, Broker> watch(ViewListener<Broker> listener) {
        requireNonNull(listener, "listener");
        LiveView<Integer, Broker> view = watch();
        view.addListener(listener);
        return view;
    }

    @Override
    public String toString() {
        return "brokers at " + path + " of " + client;
    }
}
