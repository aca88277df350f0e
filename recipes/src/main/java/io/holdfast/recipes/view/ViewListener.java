// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.view;

/**
 * Notified of the entries that exist when it is added, as joined, and then of each change, in order, on one thread of its
 * view: it may block, and delays only the other listeners of the same view. What it throws is logged and dropped.
 *
 * @param <T> an entry: a member, a broker
 */
public interface ViewListener<T> {

    /** An entry exists that did not. */
    default void joined(T entry) {}

    /** An entry is gone; it is given as it was last read. */
    default void left(T entry) {}

    /** The same node has another payload. */
    default void updated(T before, T after) {}

    /**
     * The entry has another node, and was not read as gone in between: a restart, a new session or a hand-over that was faster
     * than the view. Whatever was agreed with the earlier epoch does not bind this one. By default the same as left and joined.
     */
    default void bounced(T before, T after) {
        left(before);
        joined(after);
    }
}
