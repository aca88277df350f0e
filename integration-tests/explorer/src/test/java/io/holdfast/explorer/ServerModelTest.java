// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The model of the servers does what real servers did: every row of the table that real servers are held against too. */
class ServerModelTest {

    private static final String TABLE = "what-servers-did.txt";

    private static final String NO_SETTING =
            "the model's servers always let a session upgrade; SessionMachineTest has the answers";

    /** What the model leaves out, and why. */
    private static final Map<String, String> OUTSIDE = Map.of(
            "upgrade-disabled-create", NO_SETTING,
            "upgrade-disabled-multi-at-follower", NO_SETTING,
            "upgrade-disabled-multi-at-leader", NO_SETTING,
            "zombie-session",
                    "the thread in which 3.5 decides that a close is local is not modelled: what a client does about it hangs on"
                            + " durations, and the explorer's time has no scale");

    /**
     * @param scenario its name
     * @param release where it was forced
     * @param outcome what came of it
     */
    record Row(String scenario, String release, String outcome) {}

    static List<Row> rows() {
        try (var table = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(ServerModelTest.class.getResourceAsStream(TABLE), TABLE), UTF_8))) {
            return table.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .map(line -> line.split("\\s*\\|\\s*", 3))
                    .map(cells -> new Row(cells[0], cells[1], cells[2]))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<Row> modelled() {
        return rows().stream().filter(row -> !OUTSIDE.containsKey(row.scenario()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("modelled")
    void doesWhatServersDid(Row row) {
        assertThat(Scenarios.play(row.scenario(), row.release())).isEqualTo(row.outcome());
    }

    @Test
    void saysOfEveryScenarioThatIsOutsideWhy() {
        List<String> inTable = rows().stream().map(Row::scenario).distinct().toList();

        assertThat(inTable).containsAll(OUTSIDE.keySet()).containsAll(Scenarios.names());
        assertThat(Scenarios.names()).doesNotContainAnyElementsOf(OUTSIDE.keySet());
    }
}
