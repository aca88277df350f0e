// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak.judge;

import io.holdfast.soak.judge.Note.ForeignPut;
import io.holdfast.soak.judge.Note.Observed;
import io.holdfast.soak.judge.Note.ServerDown;
import io.holdfast.soak.judge.Note.ServerUp;
import io.holdfast.soak.judge.Note.SessionBegan;
import io.holdfast.soak.judge.Note.SessionOver;
import io.holdfast.soak.judge.Note.Stalled;
import io.holdfast.soak.judge.Note.Unserved;
import io.holdfast.testing.history.Fault;
import io.holdfast.testing.history.FaultKind;
import io.holdfast.testing.history.FaultKind.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A record, told in the words of the rules: who had which session, who claimed which node, who was hurt when. */
final class Story {

    /** The directory of all registrations. */
    static final String REGISTRATIONS = "/soak/";

    private final SoakRecord record;
    private final List<Life> lives;
    private final Map<String, List<Holding>> holdings;
    private final Map<Long, Lived> sessions = new HashMap<>();
    private final Set<Long> foreigners;
    private final Stretches someServerUp;
    private final Stretches ensembleTrouble;
    private final Map<String, Stretches> trouble = new TreeMap<>();
    private final Map<String, Stretches> stalls = new TreeMap<>();

    /** By whom a session was used, and when. */
    record Lived(ProcessRun run, Stretch time) {}

    Story(SoakRecord record) {
        this.record = record;
        long end = record.endNanos();
        lives = record.runs().stream()
                .flatMap(run -> Life.of(run, end).stream())
                .toList();
        holdings = Holding.of(record).stream()
                .collect(Collectors.groupingBy(Holding::path, TreeMap::new, Collectors.toList()));
        foreigners = record.outside(ForeignPut.class).map(ForeignPut::session).collect(Collectors.toSet());
        record.runs().forEach(run -> learnSessions(run, end));
        someServerUp = Stretches.union(up(end));
        Stretches machine = stalls(record.outside(Stalled.class).toList());
        Stretches unserved = Stretches.union(record.outside(Unserved.class)
                .map(waited -> new Stretch(waited.sinceNanos(), waited.nanoTime()))
                .toList());
        ensembleTrouble = faults(fault -> fault.kind().target() == Target.ENSEMBLE)
                .or(machine)
                .or(unserved);
        Set<String> processes = record.runs().stream().map(ProcessRun::process).collect(Collectors.toSet());
        for (String process : processes) {
            Stretches own = stalls(record.runs().stream()
                            .filter(run -> run.process().equals(process))
                            .flatMap(run -> run.all(Stalled.class))
                            .toList())
                    .or(machine)
                    .or(faults(fault -> stops(fault) && fault.target().startsWith(process + ".")));
            stalls.put(process, own);
            trouble.put(process, own.or(ensembleTrouble).or(faults(fault -> hurts(fault, process))));
        }
    }

    SoakRecord record() {
        return record;
    }

    List<Life> lives() {
        return lives;
    }

    /** Returns when which server held this node. */
    List<Holding> holdings(String path) {
        return holdings.getOrDefault(path, List.of());
    }

    /** Returns everything that any server held. */
    Collection<Holding> holdings() {
        return holdings.values().stream().flatMap(List::stream).toList();
    }

    /** Returns whether this session belongs to somebody who is not Holdfast. */
    boolean isForeign(long session) {
        return foreigners.contains(session);
    }

    /** Returns whether this session does not belong to this process, or one before or after it. */
    boolean isOfAnother(long session, String process) {
        return lived(session)
                .filter(lived -> lived.run().process().equals(process))
                .isEmpty();
    }

    /** Returns by whom a session was used, in a process that knew that it may. */
    Optional<Lived> lived(long session) {
        return Optional.ofNullable(sessions.get(session));
    }

    /** Returns when at least one server certainly answered. */
    Stretches someServerUp() {
        return someServerUp;
    }

    /** Returns when the servers were being hurt or had no session for a bystander, or the whole machine stood still. */
    Stretches ensembleTrouble() {
        return ensembleTrouble;
    }

    /** Returns when this process did not run. */
    Stretches stalls(String process) {
        return stalls.getOrDefault(process, Stretches.NONE);
    }

    /** Returns when this process, its way to the servers, or the servers were being hurt. */
    Stretches trouble(String process) {
        return trouble.getOrDefault(process, ensembleTrouble);
    }

    /** Returns whether a fault keeps this process from what it would otherwise do. */
    static boolean hurts(Fault fault, String process) {
        return switch (fault.kind().target()) {
            case MEMBER -> fault.target().startsWith(process + ".");
            case ENSEMBLE -> true;
            case LINE ->
                fault.kind() == FaultKind.HOLDER_DELETED_AHEAD_OF_ITS_WRITE; // holds up all that somebody sends
            case NODES -> false;
        };
    }

    private static boolean stops(Fault fault) {
        return fault.kind() == FaultKind.STOPPED_PAST_ITS_DEADLINE || fault.kind() == FaultKind.STOPPED_FOR_A_WHILE;
    }

    private Stretches faults(Predicate<Fault> which) {
        return Stretches.union(record.faults().stream()
                .filter(which)
                .map(fault -> new Stretch(fault.fromNanos(), fault.toNanos()))
                .toList());
    }

    private static Stretches stalls(List<Stalled> notes) {
        return Stretches.union(notes.stream()
                .map(stalled -> new Stretch(stalled.sinceNanos(), stalled.nanoTime()))
                .toList());
    }

    private void learnSessions(ProcessRun run, long endOfRecord) {
        long end = Math.min(run.endNanos(), endOfRecord);
        Map<Long, Long> over = run.all(SessionOver.class)
                .collect(Collectors.toMap(SessionOver::session, SessionOver::nanoTime, Math::min));
        run.all(SessionBegan.class)
                .forEach(began -> sessions.putIfAbsent(
                        began.session(),
                        new Lived(
                                run,
                                new Stretch(
                                        began.nanoTime(), Math.min(end, over.getOrDefault(began.session(), end))))));
    }

    private List<Stretch> up(long end) {
        List<Stretch> up = new ArrayList<>();
        Map<Integer, Long> since = new HashMap<>();
        record.outside().forEach(note -> {
            if (note instanceof ServerUp begins) {
                since.put(begins.server(), begins.nanoTime());
            } else if (note instanceof ServerDown ends && since.containsKey(ends.server())) {
                up.add(new Stretch(since.remove(ends.server()), ends.nanoTime()));
            } else if (note instanceof Observed last && since.containsKey(last.server())) {
                up.add(new Stretch(since.remove(last.server()), last.nanoTime()));
            }
        });
        since.values().forEach(from -> up.add(new Stretch(from, end)));
        return up;
    }
}
