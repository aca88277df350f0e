// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.internal.journal.RecordedSession;
import io.holdfast.internal.session.EarlierSessions;
import io.holdfast.internal.session.EndOutcome;
import io.holdfast.internal.session.SessionCredentials;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionSettings;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the sessions of this run down, and ends those that earlier runs have left. Does nothing without a journal.
 * Thread-safe; no method blocks.
 *
 * @see "docs/adr/0009-journal-and-attach-and-close.md"
 */
final class JournaledRuns {

    private static final Logger LOG = LoggerFactory.getLogger(JournaledRuns.class);

    private final RunJournal journal;
    private final SessionSettings settings;
    private final Optional<SessionMarkers> markers;
    private final EarlierSessions earlier;
    private final ClientThreads threads;

    private volatile CompletionStage<Void> previousEnded = CompletableFuture.completedFuture(null);

    JournaledRuns(
            RunJournal journal,
            SessionSettings settings,
            Optional<SessionMarkers> markers,
            EarlierSessions earlier,
            ClientThreads threads) {
        this.journal = journal;
        this.settings = settings;
        this.markers = markers;
        this.earlier = earlier;
        this.threads = threads;
    }

    /** Writes a session down before anything is created in it, and ends the sessions of earlier runs that are found. */
    CompletionStage<Void> opened(Optional<SessionCredentials> credentials, RecordAccess access) {
        return credentials
                .map(session -> journal.opened(session, access))
                .orElse(CompletableFuture.completedFuture(null))
                .thenCompose(written -> journal.takeOver())
                .thenCompose(found -> end(found, access));
    }

    private CompletionStage<Void> end(List<RecordedSession> found, RecordAccess access) {
        if (found.isEmpty()) {
            return previousEnded;
        }
        CompletableFuture<?>[] ends = found.stream()
                .map(session -> session.credentials()
                        .map(credentials -> end(session, credentials))
                        .orElseGet(() -> leave(session))
                        .toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        CompletionStage<Void> before = previousEnded;
        CompletionStage<Void> all =
                CompletableFuture.allOf(ends).thenCompose(ended -> before).thenRun(() -> journal.askedAll(access));
        previousEnded = all;
        return all;
    }

    private CompletionStage<EndOutcome> end(RecordedSession session, SessionCredentials credentials) {
        earlier.remember(credentials);
        markers.ifPresent(each -> each.ofEarlierRun(session.run(), session.id()));
        return earlier.end(session.id()).whenComplete((outcome, failure) -> {
            if (outcome == EndOutcome.CLOSED) {
                over(session.id());
                return;
            }
            if (outcome == EndOutcome.EXPIRED) {
                journal.unknown(session.id());
            }
            // "expired" proves nothing yet (H5), and an ensemble that was out of reach may come back
            threads.later(settings.ghostLife(session.timeout()), () -> {
                var unused = earlier.end(session.id()).thenAccept(again -> {
                    if (again != EndOutcome.UNREACHABLE) {
                        over(session.id());
                    }
                });
            });
        });
    }

    /** Nobody can end it but its own timeout; until then its nodes are taken over under its marker. */
    private CompletionStage<EndOutcome> leave(RecordedSession session) {
        if (markers.isEmpty()) {
            LOG.info(
                    "session={} of an earlier run cannot be ended, and without sessionMarkers its end is waited for",
                    session.id());
        } else {
            earlier.rememberWithoutPassword(session.id(), session.timeout());
            markers.get().ofEarlierRun(session.run(), session.id());
        }
        threads.later(settings.ghostLife(session.timeout()), () -> over(session.id()));
        return CompletableFuture.completedFuture(EndOutcome.UNREACHABLE);
    }

    /** A session is known to be over on the servers. */
    void over(SessionId id) {
        journal.over(id);
    }

    /** The user of a session is about to close it. */
    void closing(RecordAccess access) {
        journal.closing(access);
    }
}
