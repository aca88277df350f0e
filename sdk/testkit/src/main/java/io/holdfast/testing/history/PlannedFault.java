// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

import java.time.Duration;
import java.util.List;

/**
 * A fault that is to come.
 *
 * @param member whom it hits, counted from 0; 0 where it hits no member
 * @param at when, counted from the beginning
 * @param length how long it lasts; zero for what is over at once
 * @param choice a number drawn for this fault, not negative, for whatever else there is to choose: which server, which step
 */
public record PlannedFault(FaultKind kind, int member, Duration at, Duration length, int choice) {

    /** Returns one of these, always the same for the same fault and list. */
    public <T> T choose(List<T> from) {
        return from.get(choice % from.size());
    }

    /** Returns when it is over, counted from the beginning. */
    public Duration end() {
        return at.plus(length);
    }
}
