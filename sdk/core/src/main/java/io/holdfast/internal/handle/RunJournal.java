// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.event.HoldfastObserver;
import io.holdfast.internal.journal.RecordedSession;
import io.holdfast.internal.session.SessionCredentials;
import io.holdfast.session.SessionId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Where the sessions of a run are written down for the next run of the same member. Thread-safe. No stage fails: a journal that
 * cannot be written makes nothing less safe, and says so in the log.
 */
interface RunJournal {

    /** For members that have none. */
    RunJournal NONE = new RunJournal() {
        @Override
        public CompletionStage<Void> opened(SessionCredentials credentials, RecordAccess access) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<List<RecordedSession>> takeOver() {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public void over(SessionId id) {}
    };

    /** Returns the one that was asked for. */
    static RunJournal of(SupervisorSettings settings, ClientThreads threads, HoldfastObserver observer) {
        return settings.journal()
                .<RunJournal>map(file -> new FileRunJournal(file, threads.background()))
                .or(() -> settings.record()
                        .map(where -> new EnsembleRunJournal(
                                where,
                                new RecordNode(where, threads.suppliers()),
                                settings.session(),
                                threads.timer(),
                                observer)))
                .orElse(NONE);
    }

    /**
     * Writes a session down before anything ephemeral is created in it; one that has been written is not written again.
     *
     * @param access the session itself
     */
    CompletionStage<Void> opened(SessionCredentials credentials, RecordAccess access);

    /** Returns the sessions of earlier runs that have been found since the last call, and may be ended. */
    CompletionStage<List<RecordedSession>> takeOver();

    /** A session, of this run or of an earlier one, is over and done with. */
    void over(SessionId id);

    /** The ensemble says that it does not know the session of an earlier run, which does not prove that its nodes are gone. */
    default void unknown(SessionId id) {}

    /** The sessions that were taken over have all been asked to end. */
    default void askedAll(RecordAccess access) {}

    /** The session's user is about to close it: what is sent in it now is sent right before its end. */
    default void closing(RecordAccess access) {}
}
