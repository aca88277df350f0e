// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.testing.ensemble.Ensemble;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class JoinGroupIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void members_see_each_other_come_and_go() throws Exception {
        SampleRun.Output output = new SampleRun.Output();
        try (Ensemble ensemble = Ensemble.builder().servers(1).start();
                SampleRun one = member(ensemble, "one", output)) {
            awaitLine(output, "one sees one at 10.0.0.7:9092");
            try (SampleRun two = member(ensemble, "two", output)) {
                awaitLine(output, "one sees two at 10.0.0.7:9092");
                awaitLine(output, "two sees one at 10.0.0.7:9092");
                two.interrupt();
                awaitLine(output, "one misses two");
            }
            assertThat(one.exitCode()).isNotDone();
            assertThat(output.lines()).doesNotContain("two misses one");
        }
    }

    private static void awaitLine(SampleRun.Output output, String line) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(output.lines()).contains(line));
    }

    private static SampleRun member(Ensemble ensemble, String name, SampleRun.Output output) {
        return SampleRun.start(output.of(JoinGroup::new), "--connect", ensemble.connectString(), "--name", name);
    }
}
