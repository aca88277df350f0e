// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Everything that is known of one game: what the members wrote down, what was done to them, and what the ensemble has.
 *
 * @param title what was contended for and with which seed
 * @param beganNanos when the game began, as {@link System#nanoTime()} counts
 * @param calmNanos when the last fault was over
 * @param runs every process of every member; a member's last one lived on when the faults were over
 * @param ledger every fenced write that was committed
 * @param deletions every node of a member that an operator deleted
 * @param faults every fault
 */
public record History(
        String title,
        long beganNanos,
        long calmNanos,
        List<Run> runs,
        List<CommittedWrite> ledger,
        List<Deletion> deletions,
        List<Fault> faults) {

    /**
     * What the checks allow.
     *
     * @param sessionTimeout what the members' sessions have: how long after its node was deleted a holder may go without
     *     hearing of it, if its connection fails just then. It cannot be longer, since a heartbeat that is answered comes
     *     behind the event on the same connection, and without one the deadline passes
     * @param notice how long after its node was deleted a holder may go without hearing of it if neither it nor a server
     *     was hurt meanwhile
     * @param entry within which every member gets in once the faults are over
     */
    public record Limits(Duration sessionTimeout, Duration notice, Duration entry) {}

    /** Copies the lists. */
    public History {
        runs = List.copyOf(runs);
        ledger = ledger.stream().sorted(CommittedWrite.ORDER).toList();
        deletions = List.copyOf(deletions);
        faults = List.copyOf(faults);
    }

    /** Returns all holds, in the order in which they began. */
    public List<Hold> holds() {
        return Hold.of(runs);
    }

    /** Returns all entries of one kind. */
    public <E extends Entry> Stream<E> all(Class<E> kind) {
        return runs.stream().flatMap(run -> run.all(kind));
    }

    /** Returns everything that is wrong with it. */
    public List<Violation> violations(Limits limits) {
        return Stream.of(
                        Overlap.violations(this, limits),
                        GrantOrder.violations(this),
                        GrantEnds.violations(this),
                        FencedWrites.violations(this),
                        Entrance.violations(this, limits))
                .flatMap(List::stream)
                .toList();
    }
}
