// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.scene;

import io.holdfast.samples.history.HistoryLane;
import io.holdfast.samples.history.OwnerSpan;
import io.holdfast.samples.history.Party;
import io.holdfast.samples.history.SceneFinding;
import io.holdfast.samples.screen.Narrator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Judges a scene by the observer's record. */
final class Findings {

    /** A client may be that late in saying that a node is gone: its watch has to reach it, and the recorder to ask it. */
    private static final Duration DELIVERY = Duration.ofMillis(500);

    private Findings() {}

    /**
     * Returns what became of the nodes of a client that may have lost them for good.
     *
     * @param hasLiveSession whether the client's session is alive
     */
    static SceneFinding lostForGood(
            List<HistoryLane> lanes, long at, Duration sessionTimeout, Predicate<HistoryLane> hasLiveSession) {
        List<Duration> gone = lanes.stream()
                .filter(lane -> lane.isOnlyBelievedAt(at))
                .filter(hasLiveSession)
                .map(HistoryLane::longestFalseClaim)
                .filter(lasted -> lasted.compareTo(sessionTimeout) > 0)
                .toList();
        String words = gone.isEmpty()
                ? "no node was lost for good"
                : gone.size() + " of " + lanes.size() + " nodes are gone for good. Their clients have live sessions and"
                        + " have said \"registered\" for " + seconds(longest(gone)) + " without owning a node";
        return new SceneFinding(Party.ORDINARY, !gone.isEmpty(), words);
    }

    /** Returns what became of the nodes of a client that may have left some behind that nobody keeps. */
    static SceneFinding leftBehind(List<HistoryLane> lanes) {
        Map<OwnerSpan, HistoryLane> strays = lanes.stream()
                .flatMap(lane -> lane.strays().stream().map(stray -> Map.entry(stray, lane)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        if (strays.isEmpty()) {
            return new SceneFinding(Party.ORDINARY, false, "no node of a session that it had given up was left behind");
        }
        List<Duration> lives = strays.keySet().stream()
                .map(stray -> Duration.ofNanos(stray.to() - stray.from()))
                .toList();
        Optional<Duration> after = strays.entrySet().stream()
                .flatMap(stray -> stray.getValue().bornAfterEnd(stray.getKey()).stream())
                .max(Duration::compareTo);
        String birth = after.map(
                        late -> "born " + seconds(late) + " after its client had been told that their session was over")
                .orElse("born to a session that its client never learned of");
        return new SceneFinding(
                Party.ORDINARY,
                true,
                strays.size() + " of " + lanes.size() + " nodes were " + birth.replace("its client", "their clients")
                        + "; they stood for " + seconds(longest(lives)) + " with nobody behind them");
    }

    /** Returns whether a client that promises so has kept everything. */
    static SceneFinding kept(List<HistoryLane> lanes, long at) {
        List<String> broken = new ArrayList<>();
        long registered = lanes.stream().filter(lane -> lane.isRegisteredAt(at)).count();
        if (registered < lanes.size()) {
            broken.add("only " + registered + " of " + lanes.size() + " nodes are registered at the end");
        }
        Duration falsely =
                longest(lanes.stream().map(HistoryLane::longestFalseClaim).toList());
        if (falsely.compareTo(DELIVERY) > 0) {
            broken.add("it said \"registered\" for " + seconds(falsely) + " without owning the node");
        }
        long strays = lanes.stream().mapToLong(lane -> lane.strays().size()).sum();
        if (strays > 0) {
            broken.add(strays + " nodes were left behind by sessions that were over");
        }
        String words = broken.isEmpty()
                ? "all " + lanes.size()
                        + " nodes stand, each owned by the session that says so. Nothing was left behind,"
                        + " and it never said \"registered\" of a node that was not its own" + sharpness(falsely)
                : String.join("; ", broken);
        return new SceneFinding(Party.HOLDFAST, !broken.isEmpty(), words);
    }

    /** Some milliseconds lie between a change and the looks at both sides, which the finding must not hide. */
    private static String sharpness(Duration falsely) {
        return falsely.toMillis() == 0 ? "" : " for longer than " + falsely.toMillis() + " ms";
    }

    private static Duration longest(List<Duration> durations) {
        return durations.stream().max(Duration::compareTo).orElse(Duration.ZERO);
    }

    private static String seconds(Duration duration) {
        return Narrator.seconds(duration.toNanos());
    }
}
