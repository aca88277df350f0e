// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak.judge;

import io.holdfast.soak.judge.Note.Closed;
import io.holdfast.soak.judge.Note.ForeignPut;
import io.holdfast.soak.judge.Note.Killed;
import io.holdfast.soak.judge.Note.Observed;
import io.holdfast.soak.judge.Note.Opened;
import io.holdfast.soak.judge.Note.OperatorDeleted;
import io.holdfast.soak.judge.Note.Registered;
import io.holdfast.soak.judge.Note.SessionBegan;
import io.holdfast.soak.judge.Note.Stalled;
import io.holdfast.soak.judge.Note.Unserved;
import io.holdfast.soak.judge.Note.Updated;
import io.holdfast.soak.judge.Recoveries.Loss;
import io.holdfast.testing.history.Entry.Answer;
import io.holdfast.testing.history.Entry.Answered;
import io.holdfast.testing.history.Fault;
import io.holdfast.testing.history.FaultKind;
import io.holdfast.testing.history.History;
import io.holdfast.testing.history.Hold;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A record and the judgment on it as a page of Markdown. */
public final class SoakReport {

    private static final int TIMELINES = 5;
    private static final int VIOLATIONS = 50;

    private final SoakRecord record;
    private final List<SoakViolation> violations;
    private final Story story;
    private final long began;

    /** A report of what the judge found. */
    public SoakReport(SoakRecord record, List<SoakViolation> violations) {
        this.record = record;
        this.violations = violations;
        this.story = new Story(record);
        this.began = record.beganNanos();
    }

    @Override
    public String toString() {
        return """
                # Soak report

                %s

                Violations: **%d**

                ## Faults

                %s
                ## Operations

                %s
                ## Recoveries

                In milliseconds, from the loss, or from the end of the last fault that stood in the way if that is later.

                %s
                ## Violations

                %s""".formatted(
                        record.title().strip(), violations.size(), faults(), operations(), recoveries(), violations());
    }

    private String faults() {
        Map<FaultKind, List<Fault>> byKind = record.faults().stream()
                .collect(Collectors.groupingBy(Fault::kind, () -> new EnumMap<>(FaultKind.class), Collectors.toList()));
        return "| Fault | Done to | Times |\n|---|---|---|\n"
                + byKind.entrySet().stream()
                        .map(kind -> "| %s | %s | %d |\n"
                                .formatted(
                                        words(kind.getKey().name()),
                                        words(kind.getKey().target().name()),
                                        kind.getValue().size()))
                        .collect(Collectors.joining())
                + "| all | | %d |\n".formatted(record.faults().size());
    }

    private String operations() {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("processes started", (long) record.runs().size());
        Set<String> killed = record.outside(Killed.class)
                .map(one -> one.process() + "." + one.run())
                .collect(Collectors.toSet());
        counts.put(
                "processes killed",
                record.runs().stream()
                        .filter(run -> !run.hasLeft() && killed.contains(run.toString()))
                        .count());
        counts.put("sessions confirmed", record.inside(SessionBegan.class).count());
        for (Note.Kind kind : Note.Kind.values()) {
            counts.put(
                    "registrations asked for, " + words(kind.name()),
                    record.inside(Opened.class)
                            .filter(opened -> opened.kind() == kind)
                            .count());
        }
        counts.put("registrations closed", record.inside(Closed.class).count());
        counts.put(
                "nodes registered",
                record.inside(Registered.class)
                        .map(Registered::czxid)
                        .distinct()
                        .count());
        counts.put(
                "payloads written",
                record.inside(Updated.class).filter(Updated::isWritten).count());
        counts.put(
                "nodes deleted by an operator",
                record.outside(OperatorDeleted.class).count());
        counts.put(
                "foreign nodes put among them", record.outside(ForeignPut.class).count());
        record.histories().forEach((name, history) -> grants(name, history, counts));
        counts.put(
                "looks at all nodes of a server",
                record.outside(Observed.class).mapToLong(Observed::looks).sum());
        counts.put(
                "of these without an answer",
                record.outside(Observed.class).mapToLong(Observed::failed).sum());
        long stalled = record.outside(Stalled.class)
                .mapToLong(stall -> stall.nanoTime() - stall.sinceNanos())
                .sum();
        counts.put("milliseconds in which the machine stood still", stalled / 1_000_000);
        long unserved = record.outside(Unserved.class)
                .mapToLong(waited -> waited.nanoTime() - waited.sinceNanos())
                .sum();
        counts.put("milliseconds in which a bystander waited for a session", unserved / 1_000_000);
        return "| What | Count |\n|---|---|\n"
                + counts.entrySet().stream()
                        .map(count -> "| %s | %d |\n".formatted(count.getKey(), count.getValue()))
                        .collect(Collectors.joining());
    }

    private static void grants(String name, History history, Map<String, Long> counts) {
        counts.put(
                name + ": grants",
                history.holds().stream().filter(Predicate.not(Hold::isEmpty)).count());
        for (Answer answer : Answer.values()) {
            counts.put(
                    "%s: fenced writes %s".formatted(name, words(answer.name())),
                    history.all(Answered.class)
                            .filter(one -> one.answer() == answer)
                            .count());
        }
    }

    private String recoveries() {
        Map<Loss, List<Long>> times = Recoveries.of(story);
        return "| What was lost | Times | p50 | p90 | p99 | longest |\n|---|---|---|---|---|---|\n"
                + times.entrySet().stream()
                        .map(loss -> row(loss.getKey(), loss.getValue()))
                        .collect(Collectors.joining());
    }

    private static String row(Loss loss, List<Long> nanos) {
        return "| %s | %d | %s | %s | %s | %s |\n"
                .formatted(
                        loss.words(),
                        nanos.size(),
                        millis(Recoveries.percentile(nanos, 50)),
                        millis(Recoveries.percentile(nanos, 90)),
                        millis(Recoveries.percentile(nanos, 99)),
                        millis(Recoveries.percentile(nanos, 100)));
    }

    private String violations() {
        if (violations.isEmpty()) {
            return "None.\n";
        }
        Map<String, Long> byInvariant = violations.stream()
                .collect(Collectors.groupingBy(SoakViolation::invariant, LinkedHashMap::new, Collectors.counting()));
        return byInvariant + "\n\n"
                + violations.stream()
                        .limit(VIOLATIONS)
                        .map(violation -> "- %.3f s %s\n".formatted(seconds(violation.fromNanos()), violation))
                        .collect(Collectors.joining())
                + violations.stream()
                        .limit(TIMELINES)
                        .map(violation -> "\n" + violation + "\n\n```\n" + Around.of(violation, story) + "```\n")
                        .collect(Collectors.joining());
    }

    private double seconds(long nanoTime) {
        return (nanoTime - began) / 1e9;
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.1f", nanos / 1e6);
    }

    private static String words(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
