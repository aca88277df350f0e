// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak.judge;

import io.holdfast.soak.judge.Note.Appeared;
import io.holdfast.soak.judge.Note.Calm;
import io.holdfast.soak.judge.Note.FaultOver;
import io.holdfast.soak.judge.Note.ForeignChanged;
import io.holdfast.soak.judge.Note.ForeignGone;
import io.holdfast.soak.judge.Note.ForeignPut;
import io.holdfast.soak.judge.Note.Killed;
import io.holdfast.soak.judge.Note.OfRegistration;
import io.holdfast.soak.judge.Note.Opened;
import io.holdfast.soak.judge.Note.OperatorDeleted;
import io.holdfast.soak.judge.Note.Registered;
import io.holdfast.soak.judge.Note.ServerDown;
import io.holdfast.soak.judge.Note.ServerUp;
import io.holdfast.soak.judge.Note.SessionBegan;
import io.holdfast.soak.judge.Note.SessionOver;
import io.holdfast.soak.judge.Note.Stalled;
import io.holdfast.soak.judge.Note.Vanished;
import io.holdfast.testing.history.Fault;
import io.holdfast.testing.history.FaultKind;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What was noted around a violation: of its path, of the registrations there, and the faults. */
final class Around {

    private static final long NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int LINES = 80;

    private Around() {}

    static String of(SoakViolation violation, Story story) {
        SoakRecord record = story.record();
        long began = record.beganNanos();
        Set<String> keys = record.runs().stream()
                .flatMap(run -> run.all(OfRegistration.class))
                .filter(note ->
                        (note instanceof Opened opened && violation.path().startsWith(opened.path()))
                                || (note instanceof Registered registered
                                        && registered.path().equals(violation.path())))
                .map(OfRegistration::key)
                .map(Note::slot)
                .collect(Collectors.toSet());
        Set<String> members =
                keys.stream().map(slot -> slot.substring(0, slot.indexOf('/'))).collect(Collectors.toSet());
        record Line(String who, Note note) {}
        List<Line> lines = Stream.concat(
                        record.runs().stream()
                                .filter(run -> violation.process().isEmpty()
                                        || violation.process().equals(run.process()))
                                .flatMap(run -> run.notes().stream()
                                        .filter(note -> isAbout(note, keys, members))
                                        .map(note -> new Line(run.toString(), note))),
                        record.outside().stream()
                                .filter(note -> isAbout(note, violation))
                                .map(note -> new Line("outside", note)))
                .filter(line -> line.note().nanoTime() >= violation.fromNanos() - NANOS
                        && line.note().nanoTime() <= violation.toNanos() + NANOS)
                .sorted(Comparator.comparingLong(line -> line.note().nanoTime()))
                .toList();
        return lines.stream()
                        .limit(LINES)
                        .map(line -> "%10.3f s  %-8s %s\n"
                                .formatted(
                                        (line.note().nanoTime() - began) / 1e9, line.who(), text(line.note(), began)))
                        .collect(Collectors.joining())
                + (lines.size() > LINES ? "... %d more lines ...\n".formatted(lines.size() - LINES) : "");
    }

    private static boolean isAbout(Note note, Set<String> slots, Set<String> members) {
        if (note instanceof OfRegistration of) {
            return slots.contains(Note.slot(of.key()));
        }
        return (note instanceof SessionBegan began && members.contains(began.member()))
                || (note instanceof SessionOver over && members.contains(over.member()))
                || note instanceof Stalled
                || note instanceof Note.Left;
    }

    private static boolean isAbout(Note note, SoakViolation violation) {
        String path = violation.path();
        if (note instanceof Appeared appeared) {
            return appeared.path().equals(path);
        } else if (note instanceof Vanished vanished) {
            return vanished.path().equals(path);
        } else if (note instanceof OperatorDeleted deleted) {
            return deleted.path().equals(path);
        } else if (note instanceof FaultOver over) {
            Fault fault = new Fault(FaultKind.valueOf(over.kind()), over.target(), over.sinceNanos(), over.nanoTime());
            return violation.process().isEmpty() || Story.hurts(fault, violation.process());
        } else if (note instanceof ForeignPut put) {
            return put.path().equals(path);
        }
        if (note instanceof ForeignGone gone) {
            return gone.path().equals(path);
        }
        return isOfAll(note)
                || (note instanceof ForeignChanged changed && changed.path().equals(path));
    }

    private static boolean isOfAll(Note note) {
        return note instanceof ServerUp
                || note instanceof ServerDown
                || note instanceof Calm
                || note instanceof Killed
                || note instanceof Stalled;
    }

    private static String text(Note note, long began) {
        if (note instanceof FaultOver over) {
            return "fault from %.3f s on: %s %s"
                    .formatted((over.sinceNanos() - began) / 1e9, over.kind(), over.target());
        }
        return NoteLines.text(note);
    }
}
