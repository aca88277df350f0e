// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak.judge;

import io.holdfast.soak.judge.Note.Calm;
import io.holdfast.soak.judge.Note.FaultOver;
import io.holdfast.soak.judge.Note.Killed;
import io.holdfast.soak.judge.Note.LineDeleted;
import io.holdfast.soak.judge.Note.Written;
import io.holdfast.testing.history.CommittedWrite;
import io.holdfast.testing.history.Deletion;
import io.holdfast.testing.history.Fault;
import io.holdfast.testing.history.FaultKind;
import io.holdfast.testing.history.History;
import io.holdfast.testing.history.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Everything that is known of one soak.
 *
 * @param title what was played, and how it is played again
 * @param runs what the members' processes wrote
 * @param outside what everybody else wrote: the observer of the servers, the operator, the player of faults, those who are
 *     not Holdfast
 * @param contentions what the contenders for each right wrote, by the right's name
 */
public record SoakRecord(String title, List<ProcessRun> runs, List<Note> outside, Map<String, List<Run>> contentions) {

    private static final Pattern OF_A_PROCESS = Pattern.compile("([a-z]+)\\.(\\d+)\\.notes");
    private static final String TITLE = "title";

    /** Sorts what came from outside. */
    public SoakRecord {
        runs = List.copyOf(runs);
        outside = outside.stream()
                .sorted(Comparator.comparingLong(Note::nanoTime))
                .toList();
        contentions = Map.copyOf(contentions);
    }

    /** Reads all files of a directory that a soak has written. */
    public static SoakRecord read(Path directory) throws IOException {
        List<Note> outside = new ArrayList<>();
        Map<Path, List<Note>> ofProcesses = new TreeMap<>();
        for (Path file : files(directory)) {
            if (OF_A_PROCESS.matcher(file.getFileName().toString()).matches()) {
                ofProcesses.put(file, notes(file));
            } else if (file.toString().endsWith(".notes")) {
                outside.addAll(notes(file));
            }
        }
        List<ProcessRun> runs = new ArrayList<>();
        ofProcesses.forEach((file, notes) -> runs.add(run(file, notes, outside)));
        Map<String, List<Run>> contentions = new TreeMap<>();
        for (Path contention :
                files(directory).stream().filter(Files::isDirectory).toList()) {
            contentions.put(contention.getFileName().toString(), contenders(contention, runs, outside));
        }
        contentions.values().removeIf(List::isEmpty);
        return new SoakRecord(Files.readString(directory.resolve(TITLE)), runs, outside, contentions);
    }

    /** Writes what the record says of itself. */
    public static void entitle(Path directory, String title) throws IOException {
        Files.writeString(directory.resolve(TITLE), title);
    }

    /** Returns what others than the members' processes noted of one kind, in order. */
    public <N extends Note> Stream<N> outside(Class<N> kind) {
        return outside.stream().filter(kind::isInstance).map(kind::cast);
    }

    /** Returns what the members' processes noted of one kind. */
    public <N extends Note> Stream<N> inside(Class<N> kind) {
        return runs.stream().flatMap(run -> run.all(kind));
    }

    /** Returns when the first note was made. */
    public long beganNanos() {
        return times().min().orElse(0);
    }

    /** Returns when the last note was made. */
    public long endNanos() {
        return times().max().orElse(0);
    }

    /** Returns every fault that was played. */
    public List<Fault> faults() {
        return outside(FaultOver.class)
                .map(over ->
                        new Fault(FaultKind.valueOf(over.kind()), over.target(), over.sinceNanos(), over.nanoTime()))
                .toList();
    }

    /** Returns the history of each right that was contended for. */
    public Map<String, History> histories() {
        long calm = outside(Calm.class).mapToLong(Calm::nanoTime).max().orElse(0);
        Map<String, History> histories = new TreeMap<>();
        contentions.forEach((name, contenders) -> histories.put(
                name,
                new History(
                        name,
                        beganNanos(),
                        calm,
                        contenders,
                        outside(Written.class)
                                .filter(write -> write.contention().equals(name))
                                .map(write ->
                                        new CommittedWrite(write.zxid(), write.process(), write.token(), write.write()))
                                .toList(),
                        outside(LineDeleted.class)
                                .filter(deleted -> deleted.contention().equals(name))
                                .map(deleted -> new Deletion(deleted.token(), deleted.sentNanos(), deleted.nanoTime()))
                                .toList(),
                        faults())));
        return histories;
    }

    private java.util.stream.LongStream times() {
        return Stream.concat(
                        outside.stream().map(Note::nanoTime),
                        runs.stream().flatMap(run -> run.notes().stream()).map(Note::nanoTime))
                .mapToLong(Long::longValue);
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    /** A line that is not complete was being written when its process was killed. */
    private static List<Note> notes(Path file) throws IOException {
        String text = Files.readString(file);
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .map(Note::parse)
                .toList();
    }

    private static ProcessRun run(Path file, List<Note> notes, List<Note> outside) {
        Matcher name = OF_A_PROCESS.matcher(file.getFileName().toString());
        if (!name.matches()) {
            throw new IllegalArgumentException("no file of a process: " + file);
        }
        String process = name.group(1);
        int number = Integer.parseInt(name.group(2));
        long left = notes.stream()
                .filter(Note.Left.class::isInstance)
                .mapToLong(Note::nanoTime)
                .findFirst()
                .orElse(Long.MAX_VALUE);
        return new ProcessRun(process, number, notes, Math.min(left, death(process, number, outside)));
    }

    private static long death(String process, int number, List<Note> outside) {
        return outside.stream()
                .filter(note ->
                        note instanceof Killed killed && killed.process().equals(process) && killed.run() == number)
                .mapToLong(Note::nanoTime)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private static List<Run> contenders(Path directory, List<ProcessRun> runs, List<Note> outside) {
        return runs.stream()
                .filter(run -> Files.exists(Run.file(directory, run.process(), run.number())))
                .map(run -> {
                    try {
                        return Run.read(
                                directory, run.process(), run.number(), death(run.process(), run.number(), outside));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }
}
