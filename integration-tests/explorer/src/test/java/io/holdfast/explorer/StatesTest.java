// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer;

import static io.holdfast.explorer.Setting.modern;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.explorer.Setting.Start;
import io.holdfast.explorer.Step.Kind;
import io.holdfast.explorer.client.Marking;
import io.holdfast.explorer.servers.Flavour;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A search skips a state that it takes for a known one. It may, if both go on in the same way: here that is looked at, step by
 * step, wherever two traces meet. Without it a description that leaves something out would hide what comes of it.
 */
class StatesTest {

    private static final int STATES = 1500;

    static Stream<Setting> settings() {
        return Stream.of(
                modern(Start.OPENING).timers(1).faults(2, Kind.ALL),
                modern(Start.REGISTERED).timers(1).faults(2, Kind.ALL),
                modern(Start.REGISTERED).with(Setting.FENCED).timers(1).faults(2, Kind.ALL),
                modern(Start.OPENING).on(Flavour.RE_ADDING, true).faults(2, Kind.ALL),
                modern(Start.OPENING).marking(Marking.FIRST).faults(1, Kind.ALL),
                modern(Start.EXPIRED).marking(Marking.SLOWLY).faults(1, Kind.CUT, Kind.CUT_REQUESTS, Kind.EXPIRE),
                modern(Start.GHOST)
                        .with(Setting.TAKING_OVER)
                        .guardedByVersionOnly()
                        .timers(1)
                        .faults(1, Kind.RIVAL_TAKES_OVER));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("settings")
    void statesThatAreTakenForOneGoOnInTheSameWay(Setting setting) {
        Map<String, List<Step>> known = new HashMap<>();
        Deque<List<Step>> frontier = new ArrayDeque<>(List.of(List.of()));
        int met = 0;
        while (!frontier.isEmpty() && known.size() < STATES) {
            List<Step> trace = frontier.remove();
            for (Step step : OneMember.after(setting, trace).choices()) {
                List<Step> next = then(trace, step);
                List<Step> twin =
                        known.putIfAbsent(OneMember.after(setting, next).description(), next);
                if (twin == null) {
                    frontier.add(next);
                } else {
                    met++;
                    goOnInTheSameWay(setting, next, twin);
                }
            }
        }
        assertThat(met).as("states that were met again").isPositive();
    }

    private static void goOnInTheSameWay(Setting setting, List<Step> one, List<Step> other) {
        List<Step> choices = OneMember.after(setting, one).choices();
        assertThat(OneMember.after(setting, other).choices()).isEqualTo(choices);
        for (Step step : choices) {
            assertThat(OneMember.after(setting, then(one, step)).description())
                    .as("%s, after %s and after %s", step, one, other)
                    .isEqualTo(OneMember.after(setting, then(other, step)).description());
        }
    }

    private static List<Step> then(List<Step> trace, Step step) {
        List<Step> longer = new ArrayList<>(trace);
        longer.add(step);
        return longer;
    }
}
