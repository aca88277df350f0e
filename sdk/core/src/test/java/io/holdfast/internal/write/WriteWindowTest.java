// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WriteWindowTest {

    private static final Duration QUICK = Duration.ofMillis(3);
    private static final Duration SLOW = Duration.ofSeconds(4);

    private final WriteWindow window = new WriteWindow(2_000);

    @Test
    void growsWithWhatIsAnsweredQuickly() {
        window.answered(500, QUICK);
        assertThat(window.size()).isEqualTo(1_000);
        window.answered(500, WriteWindow.SLOW);
        assertThat(window.size()).isEqualTo(1_500);
        window.answered(900, QUICK);
        assertThat(window.size()).as("the most").isEqualTo(2_000);
    }

    @Test
    void shrinksByHalfWithEachSlowAnswerAndGrowsAgain() {
        window.answered(500, SLOW);
        assertThat(window.size()).isEqualTo(250);
        for (int i = 0; i < 10; i++) {
            window.answered(100, SLOW);
        }
        assertThat(window.size()).isEqualTo(WriteWindow.LEAST);
        window.answered(50, QUICK);
        assertThat(window.size()).isEqualTo(100);
        assertThat(window.isSlow()).isFalse();
    }

    @Test
    void givesTheEnsembleTimeAfterASlowAnswerOnly() {
        window.answered(1, QUICK);
        assertThat(window.pauseAfter(QUICK, 0.9)).isZero();
        window.answered(1, SLOW);
        assertThat(window.pauseAfter(SLOW, 0.5)).isEqualTo(Duration.ofSeconds(1));
        assertThat(window.pauseAfter(SLOW, 0)).isZero();
    }
}
