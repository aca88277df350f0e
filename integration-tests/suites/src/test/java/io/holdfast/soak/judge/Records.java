// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak.judge;

import io.holdfast.soak.judge.Note.Appeared;
import io.holdfast.soak.judge.Note.FaultOver;
import io.holdfast.soak.judge.Note.Kind;
import io.holdfast.soak.judge.Note.Moved;
import io.holdfast.soak.judge.Note.Observed;
import io.holdfast.soak.judge.Note.Opened;
import io.holdfast.soak.judge.Note.Registered;
import io.holdfast.soak.judge.Note.ServerUp;
import io.holdfast.soak.judge.Note.SessionBegan;
import io.holdfast.soak.judge.Note.Vanished;
import io.holdfast.testing.history.FaultKind;
import io.holdfast.testing.history.History.Limits;
import io.holdfast.testing.history.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Writes records by hand, in milliseconds: of one member, in the process "ada.1", with one registration that is registered in
 * session 7, and of three servers that answer all the time.
 */
final class Records {

    static final String NODE = "/soak/d0/ada-00-0";
    static final String KEY = "ada-00/0.1";
    static final long SESSION = 7;
    static final long END = 60_000;
    static final SoakLimits LIMITS =
            new SoakLimits(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofSeconds(8));
    static final Limits OF_GRANTS = new Limits(Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(20));

    private final Map<String, List<Note>> processes = new LinkedHashMap<>();
    private final Map<String, Long> ends = new HashMap<>();
    private final List<Note> outside = new ArrayList<>();
    private final Map<String, List<Run>> contentions = new HashMap<>();

    Records() {
        for (int server = 1; server <= 3; server++) {
            outside.add(new ServerUp(0, 0, server));
            outside.add(new Observed(nanos(END), server, 1_000, 0));
        }
    }

    /** The registration is asked for in ada.1 and has its node from 1 s on. */
    static Records registered() {
        return new Records()
                .says("ada.1", new Opened(nanos(500), KEY, NODE, Kind.TAGGED, false))
                .says("ada.1", new SessionBegan(nanos(700), "ada-00", SESSION))
                .says("ada.1", new Registered(nanos(1_000), KEY, NODE, SESSION, 0x70));
    }

    static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    Records says(String process, Note note) {
        processes.computeIfAbsent(process, name -> new ArrayList<>()).add(note);
        return this;
    }

    Records moves(long at) {
        return says("ada.1", new Moved(nanos(at), KEY, "InDoubt"));
    }

    Records comesBack(long at, long session, long czxid) {
        return says("ada.1", new Registered(nanos(at), KEY, NODE, session, czxid));
    }

    Records outside(Note note) {
        outside.add(note);
        return this;
    }

    /** All servers hold it. */
    Records held(String path, long session, long from, long to) {
        for (int server = 1; server <= 3; server++) {
            held(server, path, session, from, to);
        }
        return this;
    }

    Records held(int server, String path, long session, long from, long to) {
        outside.add(new Appeared(nanos(from), nanos(from - 50), server, path, session));
        if (to < END) {
            outside.add(new Vanished(nanos(to), nanos(to + 50), server, path, session));
        }
        return this;
    }

    Records suffers(FaultKind kind, String target, long from, long to) {
        return outside(new FaultOver(nanos(to), nanos(from), kind.name(), target));
    }

    Records ends(String process, long at) {
        ends.put(process, nanos(at));
        return this;
    }

    Records contended(String name, List<Run> runs) {
        contentions.put(name, runs);
        return this;
    }

    SoakRecord record() {
        List<ProcessRun> runs = processes.entrySet().stream()
                .map(process -> new ProcessRun(
                        process.getKey().substring(0, process.getKey().indexOf('.')),
                        Integer.parseInt(
                                process.getKey().substring(process.getKey().indexOf('.') + 1)),
                        process.getValue(),
                        ends.getOrDefault(process.getKey(), Long.MAX_VALUE)))
                .toList();
        return new SoakRecord("by hand", runs, outside, contentions);
    }

    List<String> violations() {
        return Judge.violations(record(), LIMITS, OF_GRANTS).stream()
                .map(SoakViolation::toString)
                .toList();
    }
}
