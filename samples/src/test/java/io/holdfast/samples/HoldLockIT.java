// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testing.ensemble.Ensemble;
import java.time.Duration;
import java.util.List;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;

class HoldLockIT {

    private static final int STEPS = 10;

    @Test
    void no_step_is_lost_or_done_twice_and_tokens_grow() throws Exception {
        SampleRun.Output output = new SampleRun.Output();
        try (Ensemble ensemble = Ensemble.builder().servers(3).start();
                SampleRun one = counting(ensemble, "one", output);
                SampleRun two = counting(ensemble, "two", output)) {
            assertThat(one.exitCode()).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(0);
            assertThat(two.exitCode()).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(0);

            ZooKeeper reader = new ZooKeeper(ensemble.connectString(), 10_000, event -> {});
            try {
                assertThat(new String(reader.getData(HoldLock.COUNTER, false, null), UTF_8))
                        .isEqualTo(String.valueOf(2 * STEPS));
                assertThat(reader.getChildren("/samples/lock", false)).isEmpty();
            } finally {
                reader.close();
            }
        }
        List<Long> tokens = output.lines().stream()
                .map(line -> Long.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
                .toList();
        assertThat(tokens).hasSize(2 * STEPS).isSorted().doesNotHaveDuplicates();
    }

    private static SampleRun counting(Ensemble ensemble, String name, SampleRun.Output output) {
        return SampleRun.start(
                output.of(HoldLock::new),
                "--connect",
                ensemble.connectString(),
                "--name",
                name,
                "--steps",
                String.valueOf(STEPS));
    }
}
