// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.view;

import java.time.Duration;

/** How much a view can be relied on at this moment. */
public sealed interface Freshness {

    /** Returns whether nothing is known that the view does not show yet. */
    default boolean isCurrent() {
        return false;
    }

    /**
     * The client is connected, and the view shows all that its server has reported. That server may lag behind the others: by
     * the delivery of an event usually, by {@code syncLimit} ticks at worst.
     */
    record Current() implements Freshness {
        @Override
        public boolean isCurrent() {
            return true;
        }
    }

    /**
     * The view shows what was read last, and that may be out of date.
     *
     * @param why what is missing, in words
     * @param since for how long, on the monotonic clock
     */
    record Stale(String why, Duration since) implements Freshness {}
}
