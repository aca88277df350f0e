// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

import io.holdfast.testing.history.Entry.Answer;
import io.holdfast.testing.history.Entry.Answered;
import io.holdfast.testing.history.Entry.Ended;
import io.holdfast.testing.history.Entry.Granted;
import io.holdfast.testing.history.Entry.Releasing;
import io.holdfast.testing.history.Entry.Sent;
import io.holdfast.testing.history.Entry.Standing;
import io.holdfast.testing.history.Entry.Trying;
import io.holdfast.testing.history.History.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Writes histories by hand, in milliseconds since the beginning; the faults are over after {@value #CALM}. */
final class Games {

    static final long CALM = 10_000;
    static final Limits LIMITS = new Limits(Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofSeconds(20));

    private final Map<String, List<Entry>> entries = new LinkedHashMap<>();
    private final Map<String, Long> deaths = new HashMap<>();
    private final List<CommittedWrite> ledger = new ArrayList<>();
    private final List<Deletion> deletions = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();

    /** The run "a.1" is member a's first process. */
    Games tries(String run, long at) {
        return add(run, new Trying(nanos(at)));
    }

    Games granted(String run, long at, long token, long until) {
        return add(run, new Granted(nanos(at), token, 0x77, nanos(until)));
    }

    Games stands(String run, long at, long token, long until) {
        return add(run, new Standing(nanos(at), token, nanos(until)));
    }

    Games ended(String run, long at, long token) {
        return add(run, new Ended(nanos(at), token, "NODE_LOST"));
    }

    Games releases(String run, long at, long token) {
        return add(run, new Releasing(nanos(at), token));
    }

    Games killed(String run, long at) {
        deaths.put(run, nanos(at));
        return this;
    }

    Games writes(String run, long at, long token, int write, Answer answer, long zxid) {
        add(run, new Sent(nanos(at), token, write));
        return add(run, new Answered(nanos(at + 1), token, write, answer, zxid));
    }

    Games has(long zxid, String run, long token, int write) {
        ledger.add(new CommittedWrite(zxid, run, token, write));
        return this;
    }

    Games deleted(long token, long sent) {
        deletions.add(new Deletion(token, nanos(sent), nanos(sent + 2)));
        return this;
    }

    Games suffered(FaultKind kind, String target, long from, long to) {
        faults.add(new Fault(kind, target, nanos(from), nanos(to)));
        return this;
    }

    /** Lets every member that is in the game so far in again once the faults are over. */
    Games andThenAllGetIn() {
        List<String> names = List.copyOf(entries.keySet());
        long at = CALM;
        long token = 1_000;
        for (String name : names) {
            at += 100;
            token++;
            granted(name, at, token, at + 50);
        }
        return this;
    }

    History history() {
        List<Run> runs = entries.entrySet().stream()
                .map(run -> new Run(
                        run.getKey().substring(0, 1),
                        Integer.parseInt(run.getKey().substring(2)),
                        run.getValue(),
                        deaths.getOrDefault(run.getKey(), Long.MAX_VALUE)))
                .toList();
        return new History("by hand", 0, nanos(CALM), runs, ledger, deletions, faults);
    }

    private Games add(String run, Entry entry) {
        entries.computeIfAbsent(run, name -> new ArrayList<>()).add(entry);
        return this;
    }

    private static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
