// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak.judge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StretchesTest {

    private static final Stretches SOME = Stretches.of(stretch(30, 40), stretch(0, 10), stretch(5, 20), stretch(7, 7));

    @Test
    void areInOrderAndApart() {
        assertThat(SOME.all()).containsExactly(stretch(0, 20), stretch(30, 40));
        assertThat(SOME.nanos()).isEqualTo(30);
        assertThat(SOME.longest()).contains(stretch(0, 20));
    }

    @Test
    void withoutOthersAreWhatIsLeft() {
        assertThat(SOME.minus(Stretches.of(stretch(-5, 2), stretch(10, 35))).all())
                .containsExactly(stretch(2, 10), stretch(35, 40));
        assertThat(SOME.minus(Stretches.of(stretch(5, 6), stretch(8, 9))).all())
                .containsExactly(stretch(0, 5), stretch(6, 8), stretch(9, 20), stretch(30, 40));
        assertThat(SOME.minus(Stretches.NONE)).isEqualTo(SOME);
        assertThat(Stretches.NONE.minus(SOME)).isEqualTo(Stretches.NONE);
    }

    @Test
    void inOthersAreWhatBothHave() {
        assertThat(SOME.and(Stretches.of(stretch(15, 35))).all()).containsExactly(stretch(15, 20), stretch(30, 35));
        assertThat(SOME.or(Stretches.of(stretch(15, 35))).all()).containsExactly(stretch(0, 40));
    }

    private static Stretch stretch(long from, long to) {
        return new Stretch(from, to);
    }
}
