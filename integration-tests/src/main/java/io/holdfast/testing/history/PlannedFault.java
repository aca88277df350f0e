// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

import java.time.Duration;

/**
 * A fault that is to come.
 *
 * @param member whom it hits, counted from 0; 0 where it hits no member
 * @param at when, counted from the beginning
 * @param length how long it lasts; zero for what is over at once
 */
public record PlannedFault(FaultKind kind, int member, Duration at, Duration length) {

    /** Returns when it is over, counted from the beginning. */
    public Duration end() {
        return at.plus(length);
    }
}
