// SPDX-License-Identifier: Apache-2.0
package io.holdfast.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.holdfast.internal.resilience.OpeningPace;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PaceSettingsTest {

    private static final Duration MS = Duration.ofMillis(1);
    private static final Duration SECOND = Duration.ofSeconds(1);

    static Stream<Arguments> refused() {
        Duration none = Duration.ZERO;
        Duration tooShort = Duration.ofNanos(999_999);
        return Stream.of(
                Arguments.of(none, SECOND, 0.5, 1, SECOND, "firstDelay must be at least 1 ms, but was PT0S"),
                Arguments.of(
                        tooShort, SECOND, 0.5, 1, SECOND, "firstDelay must be at least 1 ms, but was PT0.000999999S"),
                Arguments.of(MS, none, 0.5, 1, SECOND, "longestDelay must be at least 1 ms, but was PT0S"),
                Arguments.of(
                        SECOND,
                        MS,
                        0.5,
                        1,
                        SECOND,
                        "longestDelay must be at least firstDelay (PT1S), but was PT0.001S"),
                Arguments.of(MS, SECOND, -0.01, 1, SECOND, "jitter must be in [0, 1), but was -0.01"),
                Arguments.of(MS, SECOND, 1.0, 1, SECOND, "jitter must be in [0, 1), but was 1.0"),
                Arguments.of(MS, SECOND, Double.NaN, 1, SECOND, "jitter must be in [0, 1), but was NaN"),
                Arguments.of(MS, SECOND, 0.5, 0, SECOND, "breakerFailures must be at least 1, but was 0"),
                Arguments.of(MS, SECOND, 0.5, 1, none, "breakerPause must be at least 1 ms, but was PT0S"),
                Arguments.of(
                        MS, SECOND, 0.5, 1, MS.negated(), "breakerPause must be at least 1 ms, but was PT-0.001S"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void saysWhichSettingItRefusesAndWhy(
            Duration first, Duration longest, double jitter, int failures, Duration pause, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PaceSettings(first, longest, jitter, failures, pause))
                .withMessage(message);
    }

    @Test
    void namesWhatIsMissing() {
        assertThatNullPointerException()
                .isThrownBy(() -> new PaceSettings(null, SECOND, 0.5, 1, SECOND))
                .withMessage("firstDelay");
        assertThatNullPointerException()
                .isThrownBy(() -> new PaceSettings(MS, null, 0.5, 1, SECOND))
                .withMessage("longestDelay");
        assertThatNullPointerException()
                .isThrownBy(() -> new PaceSettings(MS, SECOND, 0.5, 1, null))
                .withMessage("breakerPause");
    }

    static Stream<Arguments> accepted() {
        return Stream.of(
                Arguments.of(new PaceSettings(MS, MS, 0, 1, MS)),
                Arguments.of(new PaceSettings(MS, SECOND, 0.999, Integer.MAX_VALUE / 1024, SECOND)),
                Arguments.of(new PaceSettings(SECOND, SECOND, 0.5, 6, Duration.ofDays(1))),
                Arguments.of(PaceSettings.defaults()));
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void whatItAcceptsWorks(PaceSettings settings) {
        OpeningPace pace = new OpeningPace(settings);

        assertThat(pace.afterFailure()).isPositive();
        assertThatNoException().isThrownBy(pace::confirmed);
    }

    @Test
    void hasTheDocumentedDefaults() {
        assertThat(PaceSettings.defaults())
                .isEqualTo(new PaceSettings(
                        Duration.ofMillis(250), Duration.ofSeconds(20), 0.5, 6, Duration.ofSeconds(30)));
    }
}
