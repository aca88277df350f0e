// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.event.HoldfastEvent;
import io.holdfast.event.HoldfastEvent.EarlierSessionEnded;
import io.holdfast.event.HoldfastEvent.ReplicasDiverge;
import io.holdfast.micrometer.HoldfastMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class OperationsPageTest {
    private static final String PAGE = "docs/operations.md";
    private static final Pattern METER = Pattern.compile("(?m)^\\| `(holdfast\\.[a-z.]+)`");

    @Test
    void everyEventIsExplained() throws IOException {
        String page = Repository.read(PAGE);

        assertThat(Arrays.stream(HoldfastEvent.class.getPermittedSubclasses()).map(Class::getSimpleName))
                .allSatisfy(event -> assertThat(page).contains("| `" + event + "`"));
    }

    @Test
    void everyMeterIsExplainedAndEveryExplainedMeterExists() throws IOException {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        HoldfastMetrics metrics = new HoldfastMetrics(registry);
        metrics.onEvent(new EarlierSessionEnded(1, "closed", Duration.ZERO));
        metrics.onEvent(new ReplicasDiverge("/a", 1, "zk2:2181", ""));

        assertThat(METER.matcher(Repository.read(PAGE)).results().map(match -> match.group(1)))
                .containsExactlyInAnyOrderElementsOf(registry.getMeters().stream()
                        .map(meter -> meter.getId().getName())
                        .collect(Collectors.toSet()));
    }
}
