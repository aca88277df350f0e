// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.broker;

import io.holdfast.recipes.internal.view.LiveChildren;
import io.holdfast.recipes.internal.view.Translation;
import io.holdfast.recipes.view.Freshness;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;

/**
 * Which brokers are registered, kept up to date: ids, payloads and epochs, eventually exact across lost connections, changes
 * of the server and new sessions. Brokers that other software has registered are shown like ours. Children of the directory
 * whose names are no ids, and nodes that no session owns, are not shown.
 *
 * <p><b>Thread-safety:</b> every method may be called from any thread. <b>Blocking:</b> only {@link #awaitCurrent}.
 *
 * <p>It does not promise that a broker is alive: one that has crashed is shown until its session expires. Of several
 * registrations of one id between two looks the last one is shown, and told as bounced.
 */
public final class ClusterView implements AutoCloseable {

    private static final Translation<Integer, Broker> BROKERS = new Translation<>(Broker::of, Broker::id);

    private final LiveChildren children;

    ClusterView(LiveChildren children) {
        this.children = children;
    }

    /** Returns the brokers as they were last read, by id; not to be modified. */
    public SortedMap<Integer, Broker> brokers() {
        return BROKERS.entries(children.children());
    }

    /** Returns the broker of an id as it was last read, empty if there is none. */
    public Optional<Broker> broker(int id) {
        return Optional.ofNullable(children.children().get(String.valueOf(id))).flatMap(Broker::of);
    }

    /** Tells whether nothing is known that the view does not show yet. */
    public boolean isCurrent() {
        return freshness().isCurrent();
    }

    /** Returns how much the view can be relied on, and if it is out of date, why and since when. */
    public Freshness freshness() {
        return children.freshness();
    }

    /**
     * Waits until the view is current.
     *
     * @param atMost how long; zero or more
     * @return false if the time ran out; {@link #freshness()} says what is missing
     * @throws IllegalStateException if the view is closed
     */
    public boolean awaitCurrent(Duration atMost) throws InterruptedException {
        return children.awaitCurrent(atMost);
    }

    /**
     * Makes the view catch up with everything that was committed before this call.
     *
     * @return completes with the brokers; stays open while the client is not connected; fails only with
     *     {@link IllegalStateException} if the view is closed
     */
    public CompletionStage<SortedMap<Integer, Broker>> refreshed() {
        return children.refreshed().thenApply(BROKERS::entries);
    }

    /** Adds a listener; it is told the brokers that are there first. */
    public void addListener(ClusterListener listener) {
        children.addListener(BROKERS.telling(new Translation.Audience<>() {
            @Override
            public void joined(Broker broker) {
                listener.joined(broker);
            }

            @Override
            public void left(Broker broker) {
                listener.left(broker);
            }

            @Override
            public void updated(Broker before, Broker after) {
                listener.updated(before, after);
            }

            @Override
            public void bounced(Broker before, Broker after) {
                listener.bounced(before, after);
            }
        }));
    }

    /** Ends the view. Idempotent; no registration is touched. */
    @Override
    public void close() {
        children.close();
    }

    @Override
    public String toString() {
        return children.toString();
    }
}
