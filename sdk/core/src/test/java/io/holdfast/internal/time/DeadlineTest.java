// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.spi.Ticker;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(18);
    private static final Duration MARGIN = Duration.ofSeconds(3);
    private static final long LIFE = Duration.ofSeconds(15).toNanos();

    /** Around the overflow, where sums change their sign. */
    @ParameterizedTest
    @ValueSource(longs = {0, -1, 1_000_000, Long.MAX_VALUE, Long.MAX_VALUE - 7, Long.MIN_VALUE, Long.MIN_VALUE + 7})
    void isPastFromTheVeryNanosecondOn(long sent) {
        Deadline deadline = Deadline.after(sent, TIMEOUT, MARGIN);

        assertThat(deadline.isPast(sent)).isFalse();
        assertThat(deadline.isPast(sent + LIFE - 1)).isFalse();
        assertThat(deadline.isPast(sent + LIFE)).isTrue();
        assertThat(deadline.isPast(sent + LIFE + 1)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MAX_VALUE - 7, Long.MIN_VALUE + 7})
    void countsDownToZeroAndNoFurther(long sent) {
        Deadline deadline = Deadline.after(sent, TIMEOUT, MARGIN);

        assertThat(deadline.remaining(sent)).isEqualTo(Duration.ofSeconds(15));
        assertThat(deadline.remaining(sent + LIFE - 1)).isEqualTo(Duration.ofNanos(1));
        assertThat(deadline.remaining(sent + LIFE)).isZero();
        assertThat(deadline.remaining(sent + 2 * LIFE)).isZero();
    }

    @Test
    void isPastAtOnceIfTheMarginTakesItAll() {
        assertThat(Deadline.after(5, MARGIN, MARGIN).isPast(5)).isTrue();
        assertThat(Deadline.after(5, MARGIN, TIMEOUT).isPast(5)).isTrue();
        assertThat(Deadline.after(5, MARGIN, TIMEOUT).remaining(5)).isZero();
    }

    @Test
    void theTickerOfTheJvmDoesNotRunBackwards() {
        Ticker ticker = Ticker.system();
        long before = ticker.read();

        assertThat(ticker.read() - before).isNotNegative();
    }
}
