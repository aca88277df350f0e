// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one of the original reports does to clients: made only after the assertions behind it have held.
 *
 * @param ordinary what became of an ordinary client's node
 * @param ours what became of ours
 */
record SeedFinding(String ordinary, String ours) {

    /** Returns what is said of a node that came back, and how soon. */
    static String healed(Map<Socket, Duration> times) {
        return times.entrySet().stream()
                .map(time -> "%.2f s (%s)".formatted(time.getValue().toMillis() / 1e3, time.getKey()))
                .collect(Collectors.joining(", ", "healed in ", ""));
    }
}
