// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

import io.holdfast.testing.history.Entry.Answer;
import io.holdfast.testing.history.Entry.Answered;
import io.holdfast.testing.history.Entry.Granted;
import io.holdfast.testing.history.Entry.Trying;
import io.holdfast.testing.history.History.Limits;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A history as text: what was done, what came of it, and each violation with the timeline of its grants. */
public final class Report {

    private static final int TIMELINES = 4;

    private final History history;
    private final Limits limits;

    /** Makes the report of a history that is complete. */
    public Report(History history, Limits limits) {
        this.history = history;
        this.limits = limits;
    }

    /** Returns all of it. */
    @Override
    public String toString() {
        List<Violation> violations = history.violations(limits);
        return summary()
                + violations.stream()
                        .limit(TIMELINES)
                        .map(violation -> "\nVIOLATION: " + violation + "\n" + Timeline.of(violation, history))
                        .collect(Collectors.joining())
                + (violations.size() > TIMELINES ? "\nand %d more\n".formatted(violations.size() - TIMELINES) : "")
                + "\nviolations: " + violations.size() + "\n";
    }

    /** Returns every fault, in the order in which they began, with the seconds since the beginning. */
    public String faults() {
        return history.faults().stream()
                .sorted(Comparator.comparingLong(Fault::fromNanos))
                .map(fault -> "%8.3f s to %8.3f s  %s\n"
                        .formatted(seconds(fault.fromNanos()), seconds(fault.toNanos()), fault))
                .collect(Collectors.joining());
    }

    private double seconds(long nanoTime) {
        return (nanoTime - history.beganNanos()) / 1e9;
    }

    /** Returns the numbers. */
    public String summary() {
        Map<Answer, Long> answers = history.all(Answered.class)
                .collect(Collectors.groupingBy(
                        Answered::answer, () -> new EnumMap<>(Answer.class), Collectors.counting()));
        List<Hold> holds = history.holds();
        List<Overlap> allowed =
                Overlap.in(history, limits).stream().filter(Overlap::allowed).toList();
        return """
                %s
                  faults        %s
                  processes     %d
                  grants        %d, of these over before they were written down: %d
                  fenced writes %d committed, %d refused, %d unknown; the ensemble has %d
                  longest wait  %.1f s
                  overlaps after an operator's deletion, within the limit: %d, the longest %.1f ms
                """.formatted(
                        history.title(),
                        faultsByKind(),
                        history.runs().size(),
                        holds.size(),
                        holds.stream().filter(Hold::isEmpty).count(),
                        answers.getOrDefault(Answer.COMMITTED, 0L),
                        answers.getOrDefault(Answer.REFUSED, 0L),
                        answers.getOrDefault(Answer.UNKNOWN, 0L),
                        history.ledger().size(),
                        longestWaitNanos() / 1e9,
                        allowed.size(),
                        allowed.stream().mapToLong(Overlap::micros).max().orElse(0) / 1e3);
    }

    private String faultsByKind() {
        Map<FaultKind, Long> counts = history.faults().stream()
                .collect(Collectors.groupingBy(
                        Fault::kind, () -> new EnumMap<>(FaultKind.class), Collectors.counting()));
        return history.faults().size() + ": "
                + counts.entrySet().stream()
                        .map(count ->
                                count.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " "
                                        + count.getValue())
                        .collect(Collectors.joining(", "));
    }

    /** The longest time from the first try to the grant; what a process did not live to see does not count. */
    private long longestWaitNanos() {
        return history.runs().stream().mapToLong(Report::longestWaitNanos).max().orElse(0);
    }

    private static long longestWaitNanos(Run run) {
        long longest = 0;
        long since = Long.MAX_VALUE;
        for (Entry entry : run.entries()) {
            if (entry instanceof Trying) {
                since = Math.min(since, entry.nanoTime());
            } else if (entry instanceof Granted && since != Long.MAX_VALUE) {
                longest = Math.max(longest, entry.nanoTime() - since);
                since = Long.MAX_VALUE;
            }
        }
        return longest;
    }
}
