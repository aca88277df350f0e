// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.view;

import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;

/**
 * The members of a group, or the brokers of a cluster, kept up to date: eventually exact across lost connections, changes of
 * the server and new sessions. A directory that does not exist yet is empty. Nodes that are no entries are not shown: a name
 * that is no broker id, a node that no session owns. A view only reads: it needs no registration and no confirmed session.
 *
 * <p><b>Thread-safety:</b> every method may be called from any thread. <b>Blocking:</b> only {@link #awaitCurrent}.
 * <b>Cost:</b> a watch on the directory and one on each child; two reads per child at the beginning and after each
 * reconnection, 64 at a time.
 *
 * <p>It does not promise that an entry is alive: one that has crashed is shown until its session expires. Nor does it show
 * every state in between: of several changes of one entry between two reads, the last one is shown.
 *
 * @param <K> what an entry is known by: a member's name, a broker's id
 * @param <T> an entry
 */
public interface LiveView<K, T> extends AutoCloseable {

    /** Returns the entries as they were last read, by key; not to be modified. */
    SortedMap<K, T> entries();

    /** Returns the entry of a key as it was last read, empty if there is none. */
    Optional<T> entry(K key);

    /** Returns whether nothing is known that the view does not show yet. */
    boolean isCurrent();

    /** Returns how much the view can be relied on, and if it is out of date, why and since when. */
    Freshness freshness();

    /**
     * Waits until the view is current.
     *
     * @param atMost how long; zero or more
     * @return false if the time ran out; {@link #freshness()} says what is missing
     * @throws IllegalStateException if the view is closed
     */
    boolean awaitCurrent(Duration atMost) throws InterruptedException;

    /**
     * Makes the view catch up with everything that was committed before this call.
     *
     * @return completes with the entries; stays open while the client is not connected; fails only with
     *     {@link IllegalStateException} if the view is closed
     */
    CompletionStage<SortedMap<K, T>> refreshed();

    /** Adds a listener; it is notified of the entries that exist first. */
    void addListener(ViewListener<T> listener);

    /** Ends the view. Idempotent; no registration is touched. */
    @Override
    void close();
}
