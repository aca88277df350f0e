// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testing.ensemble.Ensemble;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ElectLeaderIT {

    private static final int TERMS = 3;
    private static final int LINES_OF_A_TERM = 5;

    @Test
    void candidates_lead_one_after_the_other_with_growing_tokens() throws Exception {
        SampleRun.Output output = new SampleRun.Output();
        try (Ensemble ensemble = Ensemble.builder().servers(1).start();
                SampleRun one = candidate(ensemble, "one", output);
                SampleRun two = candidate(ensemble, "two", output)) {
            assertThat(one.exitCode()).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(0);
            assertThat(two.exitCode()).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(0);
        }

        List<String> lines = output.lines();
        assertThat(lines).hasSize(2 * TERMS * LINES_OF_A_TERM);
        long last = 0;
        for (int i = 0; i < lines.size(); i += LINES_OF_A_TERM) {
            String[] words = lines.get(i).split(" ", -1);
            String leader = words[0];
            long token = Long.parseLong(words[4]);
            assertThat(lines.subList(i, i + LINES_OF_A_TERM))
                    .containsExactly(
                            leader + " leads with token " + token,
                            leader + " does task 1",
                            leader + " does task 2",
                            leader + " does task 3",
                            leader + " resigns");
            assertThat(token).isGreaterThan(last);
            last = token;
        }
    }

    private static SampleRun candidate(Ensemble ensemble, String name, SampleRun.Output output) {
        return SampleRun.start(
                output.of(ElectLeader::new),
                "--connect",
                ensemble.connectString(),
                "--name",
                name,
                "--terms",
                String.valueOf(TERMS));
    }
}
