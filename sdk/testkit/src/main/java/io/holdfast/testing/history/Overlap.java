// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

import io.holdfast.testing.history.History.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Two holds at one time.
 *
 * <p>One cause is allowed for: an operator deletes the node of a live holder. The ensemble gives the right to the next at
 * that moment, and the holder hears of it with its next event. So much is stated, not hidden: such overlaps are counted, and
 * the holder has to be at an end soon after the deletion, or, if its connection or the ensemble was hurt meanwhile, within a
 * session timeout of it.
 *
 * @param first the one that began earlier
 * @param second the other
 * @param allowed whether an operator caused it and it ended in time
 */
public record Overlap(Hold first, Hold second, boolean allowed) {

    /** Returns all pairs of holds that overlap. */
    public static List<Overlap> in(History history, Limits limits) {
        List<Hold> holds =
                history.holds().stream().filter(hold -> !hold.isEmpty()).toList();
        List<Overlap> overlaps = new ArrayList<>();
        for (int i = 0; i < holds.size(); i++) {
            for (int j = i + 1; j < holds.size(); j++) {
                Hold first = holds.get(i);
                Hold second = holds.get(j);
                if (first.overlapNanos(second) > 0) {
                    boolean allowed =
                            isDeleted(first, second, history, limits) || isDeleted(second, first, history, limits);
                    overlaps.add(new Overlap(first, second, allowed));
                }
            }
        }
        return overlaps;
    }

    /** Returns those that are not allowed. */
    static List<Violation> violations(History history, Limits limits) {
        return in(history, limits).stream()
                .filter(overlap -> !overlap.allowed)
                .map(overlap -> new Violation(
                        "two hold at one time, for %d us: %s, and %s"
                                .formatted(overlap.micros(), overlap.first, overlap.second),
                        List.of(overlap.first, overlap.second)))
                .toList();
    }

    /** Returns how long it lasted. */
    public long micros() {
        return TimeUnit.NANOSECONDS.toMicros(first.overlapNanos(second));
    }

    private static boolean isDeleted(Hold deleted, Hold other, History history, Limits limits) {
        long begin = Math.max(deleted.fromNanos(), other.fromNanos());
        return history.deletions().stream()
                .filter(deletion -> deletion.token() == deleted.token())
                .filter(deletion -> deletion.sentNanos() <= begin)
                .anyMatch(deletion -> deleted.toNanos()
                        <= deletion.answeredNanos()
                                + within(deletion, deleted, history, limits).toNanos());
    }

    private static Duration within(Deletion deletion, Hold deleted, History history, Limits limits) {
        long from = deletion.sentNanos() - limits.sessionTimeout().toNanos();
        boolean isHurt = history.faults().stream()
                .filter(fault -> fault.toNanos() >= from && fault.fromNanos() <= deleted.toNanos())
                .anyMatch(fault -> fault.kind().hurts(fault, deleted));
        return isHurt ? limits.sessionTimeout() : limits.notice();
    }
}
