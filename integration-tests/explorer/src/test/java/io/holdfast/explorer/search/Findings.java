// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.search;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a search has come to.
 *
 * @param states how many different states were reached
 * @param transitions how many steps were taken to find them
 * @param healed how many of the states were let come to rest
 * @param depth how many steps the longest trace has
 * @param isComplete whether every state within the depth was reached
 * @param isClosed whether there is no state beyond the depth
 * @param took how long it took
 * @param violation the first violation, empty if there is none
 * @param trace the shortest way to it
 */
public record Findings<C>(
        int states,
        long transitions,
        int healed,
        int depth,
        boolean isComplete,
        boolean isClosed,
        Duration took,
        Optional<Violation> violation,
        List<C> trace) {

    @Override
    public String toString() {
        return String.format(
                "%,d states, %,d transitions, %,d let come to rest, depth %d (%s), %.1f s: %s",
                states,
                transitions,
                healed,
                depth,
                isClosed ? "nothing lies beyond it" : isComplete ? "all within it" : "cut short",
                took.toMillis() / 1000.0,
                violation.map(Violation::toString).orElse("no violation"));
    }
}
