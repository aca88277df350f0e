// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HoldTest {

    @Test
    void lastsUntilItIsGivenBack() {
        assertThat(lastsUntil(new Games().granted("a.1", 0, 5, 3_000).releases("a.1", 200, 5)))
                .isEqualTo(200);
    }

    @Test
    void lastsUntilItsProcessIsToldOfItsEnd() {
        assertThat(lastsUntil(new Games()
                        .granted("a.1", 0, 5, 3_000)
                        .ended("a.1", 150, 5)
                        .releases("a.1", 200, 5)))
                .isEqualTo(150);
    }

    @Test
    void ofAStoppedProcessLastsUntilTheLastDeadlineItKnew() {
        assertThat(lastsUntil(new Games()
                        .granted("a.1", 0, 5, 3_000)
                        .stands("a.1", 1_000, 5, 3_500)
                        .ended("a.1", 7_000, 5)))
                .isEqualTo(3_500);
    }

    @Test
    void ofAProcessThatSaysNothingMoreLastsUntilTheLastDeadlineItKnew() {
        assertThat(lastsUntil(new Games().granted("a.1", 0, 5, 3_000))).isEqualTo(3_000);
    }

    @Test
    void ofAProcessThatWasKilledLastsUntilThen() {
        assertThat(lastsUntil(new Games().granted("a.1", 0, 5, 3_000).killed("a.1", 700)))
                .isEqualTo(700);
    }

    @Test
    void lastsOverAStopIfItsProcessSaysAfterwardsThatItStands() {
        assertThat(lastsUntil(new Games()
                        .granted("a.1", 0, 5, 3_000)
                        .stands("a.1", 7_000, 5, 9_000)
                        .releases("a.1", 7_100, 5)))
                .isEqualTo(7_100);
    }

    @Test
    void isEmptyIfItWasOverBeforeItWasWrittenDown() {
        assertThat(Hold.of(new Games().granted("a.1", 500, 5, 500).history().runs()))
                .singleElement()
                .satisfies(hold -> assertThat(hold.isEmpty()).isTrue());
    }

    @Test
    void isNotMixedUpWithTheNextOne() {
        assertThat(Hold.of(new Games()
                        .granted("a.1", 0, 5, 3_000)
                        .releases("a.1", 100, 5)
                        .granted("a.1", 200, 6, 3_200)
                        .releases("a.1", 300, 6)
                        .history()
                        .runs()))
                .extracting(Hold::token, Hold::toNanos)
                .containsExactly(
                        tuple(5L, TimeUnit.MILLISECONDS.toNanos(100)), tuple(6L, TimeUnit.MILLISECONDS.toNanos(300)));
    }

    private static long lastsUntil(Games game) {
        return TimeUnit.NANOSECONDS.toMillis(
                Hold.of(game.history().runs()).get(0).toNanos());
    }
}
