// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer;

import java.time.Duration;

/** How long worlds took, at most, to come to rights. */
final class Recovery {

    private Duration slowest = Duration.ZERO;

    void took(Duration time) {
        if (time.compareTo(slowest) > 0) {
            slowest = time;
        }
    }

    Duration slowest() {
        return slowest;
    }

    @Override
    public String toString() {
        return String.format("slowest recovery %.1f s", slowest.toMillis() / 1000.0);
    }
}
