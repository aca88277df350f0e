// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.internal.journal.SessionJournal;
import io.holdfast.internal.session.EarlierSessions;
import io.holdfast.internal.session.EndOutcome;
import io.holdfast.internal.session.SessionCredentials;
import io.holdfast.internal.time.Guarded;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
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

    private final Optional<SessionJournal> journal;
    private final SessionSettings settings;
    private final EarlierSessions earlier;
    private final ClientThreads threads;

    private volatile @Nullable CompletionStage<Void> previousEnded;

    /** The session that was last written: a reconnection does not write it again. */
    private volatile @Nullable SessionCredentials written;

    JournaledRuns(
            SupervisorSettings settings,
            Optional<SessionMarkers> markers,
            EarlierSessions earlier,
            ClientThreads threads) {
        this.journal = settings.journal();
        this.settings = settings.session();
        this.earlier = earlier;
        this.threads = threads;
        journal.ifPresent(kept -> kept.previousRuns().forEach(session -> {
            earlier.remember(session);
            markers.ifPresent(each -> kept.runOf(session.sessionId())
                    .ifPresent(run -> each.ofEarlierRun(run, new SessionId(session.sessionId()))));
        }));
    }

    /** Writes a session down before anything is created in it. */
    CompletionStage<Void> opened(Optional<SessionCredentials> credentials) {
        if (journal.isEmpty() || credentials.isEmpty() || credentials.equals(Optional.ofNullable(written))) {
            return CompletableFuture.completedFuture(null);
        }
        return CompletableFuture.runAsync(() -> write(journal.get(), credentials.get()), threads.background());
    }

    private void write(SessionJournal kept, SessionCredentials credentials) {
        try {
            kept.opened(credentials);
            written = credentials;
        } catch (RuntimeException | Error e) {
            // safety does not hang on it: without the record, the next run waits for this session to expire
            Guarded.warn(LOG, "Writing session " + credentials + " to the journal", e);
        }
    }

    /** Ends the sessions of earlier runs, once. */
    CompletionStage<Void> endPrevious() {
        CompletionStage<Void> underWay = previousEnded;
        if (underWay != null) {
            return underWay;
        }
        List<CompletableFuture<?>> ends = new ArrayList<>();
        for (SessionCredentials previous :
                journal.map(SessionJournal::previousRuns).orElse(List.of())) {
            ends.add(end(new SessionId(previous.sessionId()), previous.sessionTimeout())
                    .toCompletableFuture());
        }
        CompletionStage<Void> all = CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
        previousEnded = all;
        return all;
    }

    private CompletionStage<EndOutcome> end(SessionId id, Duration timeout) {
        return earlier.end(id).whenComplete((outcome, failure) -> {
            if (outcome == EndOutcome.CLOSED) {
                ended(id);
            } else {
                // "expired" proves nothing yet (H5), and an ensemble that was out of reach may come back
                threads.later(settings.ghostLife(timeout), () -> {
                    var unused = earlier.end(id).thenAccept(again -> {
                        if (again != EndOutcome.UNREACHABLE) {
                            ended(id);
                        }
                    });
                });
            }
        });
    }

    /** A session is known to be over on the servers. */
    void ended(SessionId id) {
        journal.ifPresent(kept -> {
            kept.ended(id.value());
            kept.settled(id.value());
        });
    }
}
