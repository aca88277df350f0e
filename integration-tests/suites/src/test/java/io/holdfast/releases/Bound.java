// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testing.junit.Stalls;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** How soon a lost node is back: the rows of guarantee G3 that the original reports are about. */
enum Bound {
    DELETED(
            "deleted by an operator, another client, a server bug",
            "the watch event and one round trip",
            Duration.ZERO),
    FORGOTTEN_SESSION(
            "the same, but the ensemble has forgotten that session", "its timeout and two ticks", Stage.GHOST_LIFE);

    /** What a busy machine may need for the round trips, and for opening the next session. */
    private static final Duration ROUND_TRIPS = Duration.ofSeconds(5);

    private final String what;
    private final String within;
    private final Duration limit;

    Bound(String what, String within, Duration limit) {
        this.what = what;
        this.within = within;
        this.limit = limit;
    }

    /** Checks that the page still states this bound, and that none of the times was longer. */
    void require(Map<Socket, Duration> measured) throws IOException {
        assertThat(Pages.read("docs/guarantees.md")).contains("| " + what + " | " + within + " |");
        assertThat(measured.values()).isNotEmpty().allSatisfy(time -> assertThat(time)
                .as(what)
                .isLessThan(limit.plus(ROUND_TRIPS).plus(Stalls.longest())));
    }
}
