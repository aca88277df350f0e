// SPDX-License-Identifier: Apache-2.0
package io.holdfast.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SessionSettingsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(18);
    private static final Duration CONFIRM = Duration.ofSeconds(10);
    private static final Duration MARGIN = Duration.ofSeconds(3);
    private static final Duration TICK = Duration.ofSeconds(2);
    private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

    static Stream<Arguments> refused() {
        Duration zero = Duration.ZERO;
        Duration eon = Duration.ofSeconds(Long.MAX_VALUE);
        return Stream.of(
                Arguments.of(zero, CONFIRM, MARGIN, TICK, "sessionTimeout must be positive, but was PT0S"),
                Arguments.of(
                        TIMEOUT.negated(), CONFIRM, MARGIN, TICK, "sessionTimeout must be positive, but was PT-18S"),
                Arguments.of(
                        Duration.ofNanos(999_999),
                        CONFIRM,
                        MARGIN,
                        TICK,
                        "sessionTimeout must be between 1 ms and 2147483647 ms, but was PT0.000999999S"),
                Arguments.of(
                        LONGEST.plusMillis(1),
                        CONFIRM,
                        MARGIN,
                        TICK,
                        "sessionTimeout must be between 1 ms and 2147483647 ms, but was PT596H31M23.648S"),
                Arguments.of(
                        eon,
                        CONFIRM,
                        MARGIN,
                        TICK,
                        "sessionTimeout must be between 1 ms and 2147483647 ms, but was " + eon),
                Arguments.of(TIMEOUT, zero, MARGIN, TICK, "confirmTimeout must be positive, but was PT0S"),
                Arguments.of(TIMEOUT, CONFIRM, MARGIN, zero, "serverTick must be positive, but was PT0S"),
                Arguments.of(
                        TIMEOUT,
                        CONFIRM,
                        TICK.minusNanos(1),
                        TICK,
                        "safetyMargin must be at least serverTick (PT2S) and shorter than sessionTimeout (PT18S),"
                                + " but was PT1.999999999S"),
                Arguments.of(
                        TIMEOUT,
                        CONFIRM,
                        TIMEOUT,
                        TICK,
                        "safetyMargin must be at least serverTick (PT2S) and shorter than sessionTimeout (PT18S),"
                                + " but was PT18S"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void saysWhichSettingItRefusesAndWhy(
            Duration timeout, Duration confirm, Duration margin, Duration tick, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SessionSettings(timeout, confirm, margin, tick))
                .withMessage(message);
    }

    @Test
    void namesWhatIsMissing() {
        assertThatNullPointerException()
                .isThrownBy(() -> new SessionSettings(null, CONFIRM, MARGIN, TICK))
                .withMessage("sessionTimeout");
        assertThatNullPointerException()
                .isThrownBy(() -> new SessionSettings(TIMEOUT, CONFIRM, null, TICK))
                .withMessage("safetyMargin");
    }

    @Test
    void acceptsEachBound() {
        assertThatNoException().isThrownBy(() -> {
            new SessionSettings(LONGEST, Duration.ofNanos(1), TICK, TICK);
            new SessionSettings(Duration.ofMillis(1), CONFIRM, Duration.ofNanos(1), Duration.ofNanos(1));
            new SessionSettings(TIMEOUT, Duration.ofDays(365), TIMEOUT.minusNanos(1), TICK);
        });
    }

    @Test
    void hasTheDocumentedDefaults() {
        assertThat(SessionSettings.defaults()).isEqualTo(new SessionSettings(TIMEOUT, CONFIRM, MARGIN, TICK));
    }

    /** Two thirds of what was granted, so that a probe's answer is fresh, or the confirm timeout if that is shorter. */
    @ParameterizedTest
    @CsvSource({"18, 10", "15, 10", "12, 8", "6, 4", "3, 2", "40, 10"})
    void aProbeMayTakeTheConfirmTimeoutButNoMoreThanTwoThirdsOfTheSessions(long granted, long limit) {
        assertThat(SessionSettings.defaults().probeLimit(Duration.ofSeconds(granted)))
                .isEqualTo(Duration.ofSeconds(limit));
    }

    @Test
    void aGhostLivesForItsTimeoutAndTwoTicks() {
        assertThat(SessionSettings.defaults().ghostLife(Duration.ofSeconds(6))).isEqualTo(Duration.ofSeconds(10));
    }

    @ParameterizedTest(name = "timeout {0} ms, margin {1} ms, tick {2} ms: beats each {3} ms, {4} ms are too short")
    @CsvSource({
        "18000, 3000, 2000, 3000, 8000", //
        "6000, 2000, 2000, 1250, 4500",
        "4000, 2000, 2000, 1250, 4500",
        "3000, 500, 500, 500, 1500",
        "40000, 2000, 2000, 6666, 10666"
    })
    void aTimeoutHasToOutlastTheMarginAndTwoHeartbeats(long timeout, long margin, long tick, long beat, long tooShort) {
        SessionSettings settings = new SessionSettings(
                Duration.ofMillis(timeout), CONFIRM, Duration.ofMillis(margin), Duration.ofMillis(tick));
        Duration negotiated = Duration.ofMillis(timeout);

        assertThat(settings.heartbeatInterval(negotiated).toMillis()).isEqualTo(beat);
        assertThat(settings.proofSpacing(negotiated)).isLessThanOrEqualTo(settings.heartbeatInterval(negotiated));
        if (timeout > tooShort) {
            settings.requireCertainty(negotiated);
        } else {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> settings.requireCertainty(negotiated))
                    .withMessageContaining("must be longer than " + tooShort + " ms")
                    .withMessageContaining("but was " + timeout + " ms")
                    .withMessageContaining("safetyMargin takes " + margin + " ms");
        }
    }
}
