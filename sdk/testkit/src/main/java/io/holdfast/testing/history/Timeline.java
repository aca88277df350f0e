// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

import io.holdfast.testing.history.Entry.Answer;
import io.holdfast.testing.history.Entry.Answered;
import io.holdfast.testing.history.Entry.Sent;
import io.holdfast.testing.history.Entry.Standing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What happened around the grants of a violation, in order, with the seconds since the beginning. */
final class Timeline {

    private static final long AROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final int FIRST_LINES = 36;
    private static final int LAST_LINES = 12;

    private final History history;
    private final long fromNanos;
    private final long toNanos;
    private final Set<String> runs;

    private record Line(long nanoTime, String who, String what, boolean isRoutine) {}

    private Timeline(List<Hold> holds, History history) {
        this.history = history;
        this.fromNanos = holds.stream().mapToLong(Hold::fromNanos).min().orElseThrow() - AROUND_NANOS;
        this.toNanos = holds.stream()
                        .mapToLong(hold -> Math.max(hold.fromNanos(), hold.toNanos()))
                        .max()
                        .orElseThrow()
                + AROUND_NANOS;
        this.runs = holds.stream().map(Hold::run).collect(Collectors.toSet());
    }

    /** Returns the lines; none if the violation is about no grant. */
    static String of(Violation violation, History history) {
        return violation.holds().isEmpty() ? "" : new Timeline(violation.holds(), history).text();
    }

    private String text() {
        List<Line> lines = new ArrayList<>();
        lines().stream()
                .filter(line -> line.nanoTime >= fromNanos && line.nanoTime <= toNanos)
                .sorted(Comparator.comparingLong(Line::nanoTime))
                .forEach(line -> add(line, lines));
        int skipped = Math.max(0, lines.size() - FIRST_LINES - LAST_LINES);
        if (skipped == 0) {
            return written(lines);
        }
        return written(lines.subList(0, FIRST_LINES))
                + "  ... %d more lines ...\n".formatted(skipped)
                + written(lines.subList(FIRST_LINES + skipped, lines.size()));
    }

    private String written(List<Line> lines) {
        return lines.stream()
                .map(line -> "  %10.6f s  %-8s %s\n"
                        .formatted((line.nanoTime - history.beganNanos()) / 1e9, line.who, line.what))
                .collect(Collectors.joining());
    }

    /** Of what one process goes on doing, while nothing else happens, the last line is enough. */
    private static void add(Line line, List<Line> lines) {
        if (line.isRoutine && !lines.isEmpty()) {
            Line last = lines.get(lines.size() - 1);
            if (last.isRoutine && last.who.equals(line.who)) {
                lines.remove(lines.size() - 1);
            }
        }
        lines.add(line);
    }

    private List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        history.runs().stream().filter(run -> runs.contains(run.name())).forEach(run -> run.entries()
                .forEach(entry -> lines.add(new Line(entry.nanoTime(), run.name(), entry.text(), isRoutine(entry)))));
        history.faults().forEach(fault -> {
            lines.add(new Line(fault.fromNanos(), "fault", fault.toString(), false));
            if (fault.toNanos() > fault.fromNanos()) {
                lines.add(new Line(fault.toNanos(), "fault", "over: " + fault, false));
            }
        });
        history.deletions()
                .forEach(deletion -> lines.add(
                        new Line(deletion.sentNanos(), "operator", "deletes %x".formatted(deletion.token()), false)));
        return lines;
    }

    private static boolean isRoutine(Entry entry) {
        return entry instanceof Standing
                || entry instanceof Sent
                || (entry instanceof Answered answered && answered.answer() == Answer.COMMITTED);
    }
}
