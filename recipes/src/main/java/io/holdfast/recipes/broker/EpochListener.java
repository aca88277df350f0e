// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.broker;

import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantEnd;

/**
 * Notified of the epochs of one broker: of the current one when it is added, and then each beginning and each end, in
 * order, never two
 * at a time, on one thread of the registration: it may block, and delays only the registration's other listeners. What it
 * throws is logged and dropped.
 */
@FunctionalInterface
public interface EpochListener {

    /** An epoch has begun; it may have ended by the time this is called. */
    void began(Grant epoch);

    /** An epoch has ended. */
    default void ended(Grant epoch, GrantEnd why) {}
}
