// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.journal;

import io.holdfast.internal.journal.MemberRecord.Content;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a run may do about the member's record that it has just read. Pure.
 *
 * <p>A run takes over the sessions of those runs only that were in the record when it first read it. Who writes later has been
 * started later, or at the same moment, and lives: it is left alone, so that two processes with one member id do not go on ending
 * each other's sessions. The last one to start has won.
 *
 * @see "docs/adr/0020-a-journal-in-the-ensemble.md"
 */
public final class RecordRules {

    private RecordRules() {}

    /**
     * A record that exists.
     *
     * @param owner the node's {@code ephemeralOwner}, 0 if it is not ephemeral
     * @param version the node's
     */
    public record Found(long owner, int version, Content content) {}

    /** What comes next. */
    public sealed interface Step {

        /**
         * Write the record.
         *
         * @param over the version that is replaced; empty if there is no node
         * @param found sessions of earlier runs, which may be ended once it is written
         */
        record Write(Optional<Integer> over, List<RecordedSession> found) implements Step {}

        /**
         * Leave it: it is that of a run which was not there when this one started.
         *
         * @param by the run
         */
        record Overtaken(String by) implements Step {}

        /**
         * Leave it: it is none of ours.
         *
         * @param why in words, for a log
         */
        record LeaveAlone(String why) implements Step {}
    }

    /**
     * Decides.
     *
     * @param read the record; empty if there is none
     * @param run the run that asks
     * @param atStart the runs that were in the record when this one first read it; empty if this is the first time
     */
    public static Step next(Optional<Found> read, String run, Optional<Set<String>> atStart) {
        if (read.isEmpty()) {
            return new Step.Write(Optional.empty(), List.of());
        }
        Found found = read.get();
        if (found.owner() != 0) {
            return new Step.LeaveAlone("the node is ephemeral");
        }
        Content content = found.content();
        if (!content.isOurs()) {
            return new Step.LeaveAlone(String.join("; ", content.problems()));
        }
        Optional<String> later = content.writer()
                .filter(writer -> !writer.equals(run))
                .filter(writer ->
                        atStart.filter(known -> !known.contains(writer)).isPresent());
        if (later.isPresent()) {
            return new Step.Overtaken(later.get());
        }
        return new Step.Write(
                Optional.of(found.version()),
                content.sessions().stream()
                        .filter(session -> !session.run().equals(run))
                        .toList());
    }
}
