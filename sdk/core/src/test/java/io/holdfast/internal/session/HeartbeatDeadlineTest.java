// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HeartbeatDeadlineTest {

    private static final Duration SPACING = Duration.ofNanos(100);
    private static final Duration IDLE = Duration.ofNanos(400);

    static Stream<Arguments> histories() {
        return Stream.of(
                row("nothing", HeartbeatDeadline.NONE, OptionalLong.empty()),
                row("a write before the session is confirmed", sent(HeartbeatDeadline.NONE, 50), OptionalLong.empty()),
                row("confirmed", opened(0), at(0)),
                row("one write", sent(opened(0), 1_000), at(600)),
                row("a second one too soon after it", sent(opened(0), 1_000, 1_099), at(699)),
                row("a second one late enough", sent(opened(0), 1_000, 1_100), at(1_000)),
                row("many that follow closely", sent(opened(0), 1_000, 1_040, 1_080, 1_120, 1_160), at(1_000)),
                row("a chain", sent(opened(0), 1_000, 1_100, 1_200), at(1_100)),
                row("a late answer to an early write", sent(opened(0), 1_000, 1_100, 900), at(1_000)),
                row("a long silence, then one write", sent(opened(0), 1_000, 1_100, 9_000), at(8_600)),
                row("opened long before the first write", sent(opened(-50_000), 0), at(-400)),
                row("confirmed again", sent(opened(0), 1_000, 1_100).confirmed(-7), at(1_000)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("histories")
    void countFrom(String what, HeartbeatDeadline deadline, OptionalLong counted) {
        assertThat(deadline.counted(IDLE)).isEqualTo(counted);
    }

    @Test
    void differencesSurviveTheOverflowOfTheTicker() {
        long late = Long.MAX_VALUE - 20;

        assertThat(sent(opened(late - 1_000), late, late + 100).counted(IDLE)).isEqualTo(at(late));
    }

    private static HeartbeatDeadline opened(long nanos) {
        return HeartbeatDeadline.NONE.confirmed(nanos);
    }

    private static HeartbeatDeadline sent(HeartbeatDeadline from, long... sentNanos) {
        HeartbeatDeadline deadline = from;
        for (long sent : sentNanos) {
            deadline = deadline.answered(sent, SPACING);
        }
        return deadline;
    }

    private static OptionalLong at(long nanos) {
        return OptionalLong.of(nanos);
    }

    private static Arguments row(String what, HeartbeatDeadline deadline, OptionalLong counted) {
        return Arguments.of(what, deadline, counted);
    }
}
