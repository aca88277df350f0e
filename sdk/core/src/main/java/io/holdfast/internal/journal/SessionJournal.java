// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.journal;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.internal.session.SessionCredentials;
import io.holdfast.tag.EphemeralTag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers on disk which sessions a run of a member has opened, so that the next run can end them instead of meeting
 * their ghosts.
 *
 * <p>Each run writes one file, {@code <member id>.<incarnation>.journal}, of mode 0600, and holds its lock while the
 * process lives. A file whose lock is free was left by a dead run: a later run of the same member takes it over, ends
 * the sessions in it and deletes it. So two processes of one member that live side by side never end each other's
 * sessions, and neither do two clients in one JVM. The file holds session passwords in the clear; who can read it can
 * end the sessions.
 *
 * <p><b>Thread-safety:</b> every method may be called from any thread. <b>Blocking:</b> every method waits for the
 * disk, as long as that takes; {@link #opened} and {@link #ended} force their record to it (milliseconds, seconds on an
 * overloaded disk). Never call them on ZooKeeper's event thread. An interrupt does not cut the work short and is kept.
 * <b>Failures:</b> {@link UncheckedIOException} says which path failed and what to do; {@link IllegalStateException}
 * after {@link #close()}.
 *
 * <p><b>Not promised:</b> locks between machines that share a network file system are as good as that file system; keep
 * the directory on a local one. A JVM that opens and closes one of these files by other means (to copy it, say) gives
 * up its lock.
 *
 * @see "docs/adr/0009-journal-and-attach-and-close.md"
 */
public final class SessionJournal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionJournal.class);
    private static final int COMPACT_ABOVE_BYTES = 64 << 10;

    private final JournalDirectory directory;
    private final LockedFile file;
    private final long headerBytes;

    @GuardedBy("this")
    private final Set<Long> unended = new HashSet<>();

    @GuardedBy("this")
    private final List<DeadRun> deadRuns = new ArrayList<>();

    @GuardedBy("this")
    private boolean closed;

    private SessionJournal(JournalDirectory directory, LockedFile file) {
        this.directory = directory;
        this.file = file;
        this.headerBytes = file.size();
    }

    /**
     * Creates the journal file of this run and locks it.
     *
     * @param directory where the member's journals are kept; created with mode 0700 if missing, parents included. It
     *     must not be writable by other users, and must be the same for all runs of the member
     * @param memberId the logical owner, as {@link EphemeralTag#requireMemberId} allows it
     * @param incarnation this run: 16 lowercase hex digits, different for every run
     * @throws IllegalArgumentException if an argument is out of range, the directory is a file or is writable by
     *     others, or its file system has no POSIX permissions
     * @throws UncheckedIOException if the directory or the file cannot be created or locked
     */
    public static SessionJournal open(Path directory, String memberId, String incarnation) {
        requireNonNull(directory, "directory");
        EphemeralTag.requireMemberId(memberId);
        EphemeralTag.requireToken("incarnation", incarnation);
        return JournalThread.call(() -> {
            JournalDirectory prepared = JournalDirectory.prepare(directory, memberId);
            return new SessionJournal(prepared, prepared.create(incarnation));
        });
    }

    /**
     * Records a session of this run. Create nothing ephemeral in the session before this has returned: only then is it
     * on the disk.
     *
     * @throws UncheckedIOException if the record could not be forced to disk; the journal stays usable, call again
     */
    public void opened(SessionCredentials credentials) {
        requireNonNull(credentials, "credentials");
        JournalThread.call(() -> {
            synchronized (this) {
                append(JournalRecords.opened(credentials), "session " + credentials);
                return unended.add(credentials.sessionId());
            }
        });
    }

    /**
     * Records that a session of this run is known to be closed, so that no later run tries to end it. A session that
     * was only reported expired is not known to be closed.
     *
     * @param sessionId a session given to {@link #opened}; any other is ignored
     * @throws UncheckedIOException if the record could not be forced to disk; harmless, a later run then ends a session
     *     that is closed already
     */
    public void ended(long sessionId) {
        JournalThread.call(() -> {
            synchronized (this) {
                if (!unended.contains(sessionId)) {
                    return requireOpen();
                }
                append(JournalRecords.ended(sessionId), "the end of session 0x" + Long.toHexString(sessionId));
                unended.remove(sessionId);
                compact();
                return this;
            }
        });
    }

    /**
     * Returns the sessions of the member's dead runs that are not known to be ended, and keeps their files locked until
     * {@link #settled} or {@link #close()}. Looks again at every call, so a run that died since the last call is found;
     * what an earlier call returned is returned again until it is settled.
     *
     * <p>Never fails because of what the files hold: what cannot be read is skipped and logged at warn.
     */
    public List<SessionCredentials> previousRuns() {
        return JournalThread.call(() -> {
            synchronized (this) {
                requireOpen();
                directory.journals().forEach((path, incarnation) -> DeadRun.take(
                                path, directory.memberId(), incarnation)
                        .ifPresent(deadRuns::add));
                List<SessionCredentials> sessions = new ArrayList<>();
                deadRuns.forEach(run -> sessions.addAll(run.unsettled()));
                return List.copyOf(sessions);
            }
        });
    }

    /** Returns which dead run had a session that {@link #previousRuns()} returned and that is not settled. */
    public Optional<String> runOf(long sessionId) {
        return JournalThread.call(() -> {
            synchronized (this) {
                return deadRuns.stream()
                        .filter(run -> run.has(sessionId))
                        .map(DeadRun::incarnation)
                        .findFirst();
            }
        });
    }

    /**
     * Says that a session returned by {@link #previousRuns()} is over and done with. When all sessions of a file are,
     * the file is deleted.
     *
     * @param sessionId the session; one that {@link #previousRuns()} did not return is ignored
     */
    public void settled(long sessionId) {
        JournalThread.call(() -> {
            synchronized (this) {
                requireOpen();
                deadRuns.removeIf(run -> run.settle(sessionId));
                return this;
            }
        });
    }

    /**
     * Gives up all locks. Deletes this run's file if all its sessions are known to be ended; otherwise the next run
     * finds them, and also what this run took over and did not settle. Idempotent; never throws.
     */
    @Override
    public void close() {
        JournalThread.call(() -> {
            synchronized (this) {
                if (!closed) {
                    closed = true;
                    deadRuns.forEach(DeadRun::release);
                    deadRuns.clear();
                    if (unended.isEmpty()) {
                        JournalDirectory.delete(file);
                    } else {
                        JournalDirectory.release(file);
                    }
                }
                return this;
            }
        });
    }

    @GuardedBy("this")
    private SessionJournal requireOpen() {
        if (closed) {
            throw new IllegalStateException("session journal " + file.path() + " is closed");
        }
        return this;
    }

    @GuardedBy("this")
    private void append(byte[] record, String what) {
        requireOpen();
        try {
            file.append(record);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "session journal " + file.path() + " cannot record " + what + ": " + JournalDirectory.reason(e)
                            + "; free disk space or mend the disk, then try again",
                    e);
        }
    }

    /** Keeps the file of a run that opens session after session from growing for ever. */
    @GuardedBy("this")
    private void compact() {
        if (unended.isEmpty() && file.size() > COMPACT_ABOVE_BYTES) {
            try {
                file.truncate(headerBytes);
            } catch (IOException e) {
                LOG.warn("Session journal {}: cannot be shortened: {}", file.path(), JournalDirectory.reason(e));
            }
        }
    }
}
