// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer;

import static io.holdfast.explorer.Setting.modern;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.explorer.Setting.Start;
import io.holdfast.explorer.Step.Kind;
import io.holdfast.explorer.client.Marking;
import io.holdfast.explorer.servers.Diary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A search that finds nothing says something only if it comes across what it is there for. */
class ReachTest {

    /** What must have happened somewhere, and what of the protocol it is about. */
    private static final Map<String, String> EXPECTED = new TreeMap<>(Map.ofEntries(
            Map.entry("is told: expired", "H2, H5"),
            Map.entry("0x51 attaches, and is not known here", "H10"),
            Map.entry("drops probe", "H10"),
            Map.entry("create /p of 0x52 = NODEEXISTS", "H3"),
            Map.entry("is judged KnownGhost (owner 0x51)", "H3"),
            Map.entry("attaches with 0x51 to close it", "section 3"),
            Map.entry("is judged Mine (owner 0x51)", "H6"),
            Map.entry("is judged Foreign (owner 0x40)", "I5"),
            Map.entry("the answer to the create was lost", "H6"),
            Map.entry("(the node was deleted)", "H7"),
            Map.entry("= SESSIONEXPIRED", "section 2"),
            Map.entry("= SESSIONMOVED", "section 2"),
            Map.entry("leads from now on, without what was only proposed", "H5"),
            Map.entry("leads from now on, with what was only proposed", "H5"),
            Map.entry("/p: InDoubt", "section 4"),
            Map.entry("/p: Closed", "I4")));

    /** What must have happened somewhere where sessions have markers. */
    private static final List<String> WITH_MARKERS = List.of(
            "/p is judged Mine (owner 0x52)",
            "multi[check /markers/run-51 version 0, delete /p if version 0, create /p] of 0x52 = NONODE",
            "/p is judged Absent",
            "the answer to the take-over was lost",
            "leads from now on, without what was only proposed");

    @Test
    void comesAcrossEveryHazardOfTheSessionAndTheNode() {
        List<String> missing = new ArrayList<>(EXPECTED.keySet());
        for (Start start : List.of(Start.OPENING, Start.REGISTERED)) {
            Setting setting = modern(start).timers(1).faults(2, Kind.ALL);
            Exploration.of(setting).upTo(12_000).stepByStep().run(strikingOff(missing));
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void comesAcrossWhatAMarkerMeets() {
        List<String> missing = new ArrayList<>(WITH_MARKERS);
        Setting setting =
                modern(Start.EXPIRED).marking(Marking.YES).faults(1, Kind.CUT, Kind.CUT_REQUESTS, Kind.LEADER_FORGETS);

        Exploration.of(setting).stepByStep().run(strikingOff(missing));

        assertThat(missing).isEmpty();
    }

    private static Diary strikingOff(List<String> missing) {
        return (who, what) -> {
            if (!missing.isEmpty()) {
                String told = what.get();
                missing.removeIf(told::contains);
            }
        };
    }
}
