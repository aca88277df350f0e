// SPDX-License-Identifier: Apache-2.0
package io.holdfast.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

    private final Backoff backoff = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5));

    @ParameterizedTest
    @CsvSource({"1, 50", "2, 100", "3, 200", "7, 3200", "8, 5000", "9, 5000", "1000000, 5000"})
    void doublesUpToTheLimit(int failures, long millis) {
        assertThat(backoff.after(failures)).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void refusesWhatIsOutOfRangeByName() {
        assertThatIllegalArgumentException().isThrownBy(() -> backoff.after(0)).withMessageContaining("failures");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)))
                .withMessageContaining("first");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .withMessageContaining("longest");
    }
}
