// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.broker;

import java.time.Duration;

/**
 * The outcome of a hand-over. In each case the old broker's epoch has ended and its registration is over; to serve again, it
 * has to register anew.
 */
public sealed interface HandOver {

    /**
     * A successor is registered.
     *
     * @param successor its registration, with an epoch greater than the old one
     */
    record Taken(Broker successor) implements HandOver {}

    /**
     * Nobody has registered: the old node is gone, and the id is free.
     *
     * @param waited how long a successor was waited for
     */
    record Vacant(Duration waited) implements HandOver {}

    /**
     * The ensemble did not answer in time. The old node is deleted as soon as it can be, and goes with its session at the
     * latest; a successor may or may not be registered.
     *
     * @param waited how long an answer was waited for
     * @param why what is missing, in words
     */
    record Unknown(Duration waited, String why) implements HandOver {}
}
