// SPDX-License-Identifier: Apache-2.0
package io.holdfast.session;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How fast new sessions are asked for while the ensemble does not confirm them. Immutable.
 *
 * @param firstDelay the delay after the first failure, doubled with each further one; at least 1 ms. Default 250 ms.
 * @param longestDelay the delay that is not exceeded while the circuit is closed; at least {@code firstDelay}. Default 20 s.
 * @param jitter the part by which each delay varies to either side, in [0, 1). Default 0.5.
 * @param breakerFailures after how many failures in a row the circuit opens; at least 1. Default 6.
 * @param breakerPause how long an open circuit waits before the next attempt; at least 1 ms. Default 30 s.
 */
public record PaceSettings(
        Duration firstDelay, Duration longestDelay, double jitter, int breakerFailures, Duration breakerPause) {

    public PaceSettings {
        requireMillis(firstDelay, "firstDelay");
        requireMillis(longestDelay, "longestDelay");
        requireMillis(breakerPause, "breakerPause");
        if (longestDelay.compareTo(firstDelay) < 0) {
            throw new IllegalArgumentException(
                    "longestDelay must be at least firstDelay (" + firstDelay + "), but was " + longestDelay);
        }
        if (!(jitter >= 0 && jitter < 1)) {
            throw new IllegalArgumentException("jitter must be in [0, 1), but was " + jitter);
        }
        if (breakerFailures < 1) {
            throw new IllegalArgumentException("breakerFailures must be at least 1, but was " + breakerFailures);
        }
    }

    /** Returns the settings that apply when nothing is said. */
    public static PaceSettings defaults() {
        return new PaceSettings(Duration.ofMillis(250), Duration.ofSeconds(20), 0.5, 6, Duration.ofSeconds(30));
    }

    private static void requireMillis(Duration value, String name) {
        requireNonNull(value, name);
        if (value.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException(name + " must be at least 1 ms, but was " + value);
        }
    }
}
