// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer;

import static io.holdfast.explorer.Setting.modern;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.explorer.Setting.Start;
import io.holdfast.explorer.Step.Kind;
import io.holdfast.explorer.client.Marking;
import io.holdfast.explorer.servers.Flavour;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * With nothing left out, nothing is found: in every state that can be reached with so many faults the invariants hold, and from
 * every one of them all comes to rights once the faults stop.
 */
class ExplorerTest {

    private static final int MORE_FAULTS = Integer.getInteger("holdfast.explorer.faults", 0);
    private static final Kind[] ALL = Kind.ALL;

    static Stream<Setting> settings() {
        return Stream.of(
                modern(Start.OPENING).faults(2 + MORE_FAULTS, ALL),
                modern(Start.OPENING).timers(1).faults(1 + MORE_FAULTS, ALL),
                modern(Start.REGISTERED).timers(1).faults(2 + MORE_FAULTS, ALL),
                modern(Start.OPENING).on(Flavour.MODERN, false).faults(1 + MORE_FAULTS, ALL),
                modern(Start.REGISTERED).on(Flavour.MODERN, false).timers(1).faults(2 + MORE_FAULTS, ALL),
                modern(Start.REGISTERED)
                        .on(Flavour.CLOSING_AT_APPLY, true)
                        .timers(1)
                        .faults(2 + MORE_FAULTS, ALL),
                modern(Start.OPENING)
                        .on(Flavour.RE_ADDING, true)
                        .withLeaderKeepingUp()
                        .faults(1 + MORE_FAULTS, ALL),
                modern(Start.REGISTERED)
                        .on(Flavour.RE_ADDING, false)
                        .withLeaderKeepingUp()
                        .faults(2 + MORE_FAULTS, ALL),
                modern(Start.REGISTERED).with(Setting.FENCED).timers(1).faults(2 + MORE_FAULTS, ALL),
                modern(Start.OPENING).marking(Marking.FIRST).faults(MORE_FAULTS, ALL),
                modern(Start.REGISTERED).marking(Marking.SLOWLY).timers(1).faults(1 + MORE_FAULTS, ALL),
                modern(Start.EXPIRED)
                        .on(Flavour.MODERN, false)
                        .marking(Marking.YES)
                        .faults(1 + MORE_FAULTS, ALL),
                modern(Start.EXPIRED)
                        .marking(Marking.SLOWLY)
                        .guardedByVersionOnly()
                        .faults(1 + MORE_FAULTS, Setting.BESIDE_A_MARKER),
                modern(Start.EXPIRED)
                        .on(Flavour.CLOSING_AT_APPLY, true)
                        .marking(Marking.YES)
                        .guardedByVersionOnly()
                        .faults(2 + MORE_FAULTS, Setting.BESIDE_A_MARKER),
                modern(Start.EXPIRED)
                        .with(Setting.FENCED)
                        .marking(Marking.YES)
                        .guardedByVersionOnly()
                        .faults(1 + MORE_FAULTS, Setting.BESIDE_A_MARKER),
                modern(Start.GHOST)
                        .with(Setting.TAKING_OVER)
                        .guardedByVersionOnly()
                        .timers(1)
                        .faults(1 + MORE_FAULTS, ALL),
                modern(Start.DIVERGED)
                        .with(Setting.FAILING)
                        .guardedByVersionOnly()
                        .faults(1 + MORE_FAULTS, Setting.WITHOUT_NEIGHBOUR));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("settings")
    void findsNothing(Setting setting) {
        Exploration explored = Exploration.of(setting).run();

        assertThat(explored.violation())
                .withFailMessage(() -> explored.violation() + "\n" + explored.timeline())
                .isEmpty();
        if (MORE_FAULTS == 0) {
            assertThat(explored.findings().isClosed())
                    .as("the bounds of the build leave no state out")
                    .isTrue();
        }
        assertThat(explored.recovery().slowest()).isLessThanOrEqualTo(Healing.WITHIN);
    }
}
