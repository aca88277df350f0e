// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.broker;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What a broker does about a node at its id that is not its own: another process with the same id, or what is left of its own
 * last run. Nodes carry no tag, so the two cannot be told apart until the node is gone. Whichever is chosen, the node is
 * never touched,
 * and {@link BrokerRegistration#state()} says that it is waited for.
 *
 * <p>A session that the client itself knows, from its own life or from its journal, is ended at once and not waited for.
 */
public sealed interface DuplicateId {

    /**
     * Waits as long as the node of a dead session can still exist, its session timeout and two ticks of the servers, and
     * then fails: whoever is still there is alive. A broker that is started again without a journal gets in. The default.
     */
    record WaitForGhost() implements DuplicateId {}

    /** Fails at once, as Kafka's brokers do. One that is started again without a journal may not get in at the first try. */
    record Refuse() implements DuplicateId {}

    /**
     * Waits for some time and then fails.
     *
     * @param atMost how long; positive
     */
    record WaitAtMost(Duration atMost) implements DuplicateId {
        public WaitAtMost {
            requireNonNull(atMost, "atMost");
            if (atMost.isNegative() || atMost.isZero()) {
                throw new IllegalArgumentException(
                        "atMost must be positive, but was " + atMost + "; use DuplicateId.Refuse to fail at once");
            }
        }
    }

    /** Waits until the id is free: for the successor in a {@linkplain BrokerRegistration#handOver hand-over}. */
    record WaitForever() implements DuplicateId {}
}
