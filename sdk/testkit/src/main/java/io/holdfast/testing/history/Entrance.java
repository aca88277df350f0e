// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

import io.holdfast.testing.history.Entry.Granted;
import io.holdfast.testing.history.History.Limits;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Everybody who keeps trying gets in, within a limit, once the faults are over. */
public final class Entrance {

    private Entrance() {}

    /** Returns whether every member was granted something since the faults were over. */
    public static boolean isComplete(History history) {
        return lastRuns(history).values().stream()
                .allMatch(run -> firstInCalm(run, history).isPresent());
    }

    static List<Violation> violations(History history, Limits limits) {
        return lastRuns(history).values().stream()
                .filter(run -> firstInCalm(run, history)
                        .filter(granted -> granted.nanoTime()
                                <= history.calmNanos() + limits.entry().toNanos())
                        .isEmpty())
                .sorted(Comparator.comparing(Run::name))
                .map(run -> new Violation(
                        "%s did not get in within %s of the last fault; it last said: %s"
                                .formatted(run.name(), limits.entry(), lastWord(run)),
                        List.of()))
                .toList();
    }

    private static Map<String, Run> lastRuns(History history) {
        return history.runs().stream()
                .collect(Collectors.toMap(
                        Run::member, Function.identity(), BinaryOperator.maxBy(Comparator.comparingInt(Run::number))));
    }

    private static Optional<Granted> firstInCalm(Run run, History history) {
        return run.all(Granted.class)
                .filter(granted -> granted.nanoTime() > history.calmNanos())
                .filter(granted -> granted.untilNanos() > granted.nanoTime())
                .findFirst();
    }

    private static String lastWord(Run run) {
        return run.entries().isEmpty()
                ? "nothing"
                : run.entries().get(run.entries().size() - 1).text();
    }
}
