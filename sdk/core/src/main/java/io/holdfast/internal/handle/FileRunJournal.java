// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.internal.journal.RecordedSession;
import io.holdfast.internal.journal.SessionJournal;
import io.holdfast.internal.session.SessionCredentials;
import io.holdfast.internal.time.Guarded;
import io.holdfast.session.SessionId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A journal on disk. Waits for the disk on the given threads, but for {@link #over}, which waits for it on the caller's. */
final class FileRunJournal implements RunJournal {

    private static final Logger LOG = LoggerFactory.getLogger(FileRunJournal.class);

    private final SessionJournal file;
    private final Executor background;
    private final AtomicBoolean isTakenOver = new AtomicBoolean();

    /** The sessions that were written: a reconnection does not write them again. */
    private final Set<SessionId> written = ConcurrentHashMap.newKeySet();

    FileRunJournal(SessionJournal file, Executor background) {
        this.file = file;
        this.background = background;
    }

    @Override
    public CompletionStage<Void> opened(SessionCredentials credentials, RecordAccess access) {
        return written.contains(new SessionId(credentials.sessionId()))
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.runAsync(() -> write(credentials), background);
    }

    private void write(SessionCredentials credentials) {
        try {
            file.opened(credentials);
            written.add(new SessionId(credentials.sessionId()));
        } catch (RuntimeException | Error e) {
            // safety does not hang on it: without the record, the next run waits for this session to expire
            Guarded.warn(LOG, "Writing session " + credentials + " to the journal", e);
        }
    }

    @Override
    public CompletionStage<List<RecordedSession>> takeOver() {
        return isTakenOver.getAndSet(true)
                ? CompletableFuture.completedFuture(List.of())
                : CompletableFuture.supplyAsync(this::previous, background).exceptionally(failure -> {
                    Guarded.warn(LOG, "Reading the journal of earlier runs", failure);
                    return List.of();
                });
    }

    private List<RecordedSession> previous() {
        return file.previousRuns().stream()
                .map(session ->
                        RecordedSession.of(file.runOf(session.sessionId()).orElseThrow(), session))
                .toList();
    }

    @Override
    public void over(SessionId id) {
        written.remove(id);
        file.ended(id.value());
        file.settled(id.value());
    }
}
