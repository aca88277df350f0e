// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.broker;

/**
 * Told which brokers are there when it is added, as joined, and then each change, in order, on one thread of its view: it may
 * block, and delays only the other listeners of the same view. What it throws is logged and dropped.
 */
public interface ClusterListener {

    /** A broker is there that was not. */
    default void joined(Broker broker) {}

    /** A broker is gone; it is told as it was last seen. */
    default void left(Broker broker) {}

    /** The same registration has another payload. */
    default void updated(Broker before, Broker after) {}

    /**
     * The id is registered anew, and was not seen to be gone: a restart, a new session or a hand-over that was faster than
     * the view. Whatever was agreed with the earlier epoch does not bind this one.
     */
    default void bounced(Broker before, Broker after) {}
}
