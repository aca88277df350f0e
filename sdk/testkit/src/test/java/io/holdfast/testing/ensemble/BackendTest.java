// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Choosing where servers run. */
class BackendTest {

    private final String before = System.getProperty(Backend.PROPERTY, Backend.PROCESSES.toString());

    @AfterEach
    void restore() {
        System.setProperty(Backend.PROPERTY, before);
    }

    @Test
    void anEnsembleWhoseBuilderNamesNoneRunsWhereThePropertySays() {
        System.setProperty(Backend.PROPERTY, "containers");
        assertThat(Ensemble.builder().build().backend()).isEqualTo(Backend.CONTAINERS);
        assertThat(Ensemble.builder().backend(Backend.PROCESSES).build().backend())
                .isEqualTo(Backend.PROCESSES);

        System.clearProperty(Backend.PROPERTY);
        assertThat(Ensemble.builder().build().backend()).isEqualTo(Backend.PROCESSES);
    }

    @Test
    void aNameThatIsNoneIsRefusedWithThoseThatAre() {
        System.setProperty(Backend.PROPERTY, "clouds");

        assertThatThrownBy(Ensemble.builder()::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("holdfast.backend is 'clouds', must be one of processes, containers");
    }

    @Test
    void releasesCompareByNumbersAndNotByLetters() {
        assertThat(new Release("3.4.14", List.of()).isBefore(3, 5)).isTrue();
        assertThat(new Release("3.5.10", List.of()).isBefore(3, 5)).isFalse();
        assertThat(new Release("3.10.0", List.of()).isBefore(3, 5)).isFalse();
    }
}
