// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.session.PaceSettings;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OpeningPaceTest {

    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final int NEVER_OPENS = 10_000;

    @Test
    void doublesUpToTheLongestDelay() {
        OpeningPace pace = pace(0, NEVER_OPENS);

        assertThat(Stream.generate(() -> pace.afterFailure().toMillis()).limit(7))
                .containsExactly(100L, 200L, 400L, 800L, 1_000L, 1_000L, 1_000L);
    }

    @Test
    void startsFromTheFirstDelayAfterASuccess() {
        OpeningPace pace = pace(0, NEVER_OPENS);
        for (int i = 0; i < 5; i++) {
            pace.afterFailure();
        }

        pace.confirmed();

        assertThat(pace.afterFailure()).isEqualTo(FIRST);
    }

    @Test
    void varyingDelaysStayWithinTheirPart() {
        Set<Duration> seen = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            Duration delay = pace(0.5, NEVER_OPENS).afterFailure();
            assertThat(delay).isBetween(Duration.ofMillis(50), Duration.ofMillis(151));
            seen.add(delay);
        }

        assertThat(seen).hasSizeGreaterThan(20);
    }

    @Test
    void theLongestDelayIsNotExceededAndVariesToo() {
        OpeningPace pace = pace(0.5, NEVER_OPENS);
        for (int i = 0; i < 20; i++) {
            assertThat(pace.afterFailure()).isLessThanOrEqualTo(LONGEST);
        }
        Set<Duration> seen = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            Duration delay = pace.afterFailure();
            assertThat(delay).isBetween(Duration.ofMillis(500), LONGEST);
            seen.add(delay);
        }

        assertThat(seen)
                .as("clients that have all reached the longest delay must not come back in step")
                .hasSizeGreaterThan(20);
    }

    @Test
    void pausesOnceThatManyHaveFailedInARow() {
        OpeningPace pace = pace(0, 3);

        assertThat(pace.afterFailure()).isEqualTo(FIRST);
        assertThat(pace.afterFailure()).isEqualTo(FIRST.multipliedBy(2));
        assertThat(pace.afterFailure()).isEqualTo(PAUSE);
        assertThat(pace.afterFailure()).isEqualTo(PAUSE);
    }

    @Test
    void countsOnlyFailuresInARow() {
        OpeningPace pace = pace(0, 3);
        for (int i = 0; i < 10; i++) {
            assertThat(pace.afterFailure()).isEqualTo(FIRST);
            assertThat(pace.afterFailure()).isEqualTo(FIRST.multipliedBy(2));
            pace.confirmed();
        }
    }

    @Test
    void aSuccessDuringThePauseEndsItForTheNextFailureToo() {
        OpeningPace pace = pace(0, 2);
        pace.afterFailure();
        assertThat(pace.afterFailure()).isEqualTo(PAUSE);

        pace.confirmed();

        assertThat(pace.afterFailure()).isEqualTo(FIRST);
    }

    @Test
    void thePauseVariesAndIsNeverShorterThanTheDelay() {
        Set<Duration> seen = new HashSet<>();
        OpeningPace pace = pace(0.5, 1);
        for (int i = 0; i < 200; i++) {
            Duration delay = pace.afterFailure();
            assertThat(delay)
                    .isBetween(
                            PAUSE.dividedBy(2),
                            PAUSE.multipliedBy(3).dividedBy(2).plusMillis(1));
            seen.add(delay);
        }
        assertThat(seen).hasSizeGreaterThan(20);

        OpeningPace slow = new OpeningPace(new PaceSettings(LONGEST, LONGEST, 0, 1, FIRST));
        assertThat(slow.afterFailure()).isEqualTo(LONGEST);
    }

    @Test
    void fiveThousandFailuresInARowOverflowNothing() {
        OpeningPace pace = pace(0.5, NEVER_OPENS);
        for (int i = 0; i < 5_000; i++) {
            assertThat(pace.afterFailure()).isPositive();
        }
    }

    @Test
    void printsWhereItStands() {
        OpeningPace pace = pace(0, 2);
        pace.afterFailure();

        assertThat(pace.toString()).contains("failures=1", "CLOSED", "breakerFailures=2");
    }

    private static OpeningPace pace(double jitter, int breakerFailures) {
        return new OpeningPace(new PaceSettings(FIRST, LONGEST, jitter, breakerFailures, PAUSE));
    }
}
