// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.journal;

import io.holdfast.internal.journal.JournalRecords.Contents;
import io.holdfast.internal.session.SessionCredentials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The journal file of a run that is dead, held locked by us, and its sessions that are still to be ended. */
final class DeadRun {
    private static final Logger LOG = LoggerFactory.getLogger(DeadRun.class);

    private final LockedFile file;
    private final String incarnation;
    private final Map<Long, SessionCredentials> unsettled;

    private DeadRun(LockedFile file, String incarnation, Map<Long, SessionCredentials> unsettled) {
        this.file = file;
        this.incarnation = incarnation;
        this.unsettled = unsettled;
    }

    /** Takes over a journal file, unless somebody holds it; one without sessions to end is deleted at once. */
    static Optional<DeadRun> take(Path path, String memberId, String incarnation) {
        try {
            Optional<LockedFile> taken = LockedFile.take(path);
            return taken.isPresent() ? read(taken.get(), memberId, incarnation) : Optional.empty();
        } catch (IOException e) {
            LOG.warn(
                    "Session journal {}: skipped: {}; sessions of an earlier run may stay until they expire; check the "
                            + "file and delete it",
                    path,
                    JournalDirectory.reason(e));
            return Optional.empty();
        }
    }

    private static Optional<DeadRun> read(LockedFile file, String memberId, String incarnation) throws IOException {
        Contents contents;
        try {
            contents = JournalRecords.read(file.readAll(), memberId, incarnation);
        } catch (IOException e) {
            JournalDirectory.release(file);
            throw e;
        }
        contents.problems().forEach(problem -> LOG.warn("Session journal {}: {}", file.path(), problem));
        if (contents.readable() && !contents.sessions().isEmpty()) {
            return Optional.of(new DeadRun(file, incarnation, contents.sessions()));
        }
        if (contents.readable()) {
            JournalDirectory.delete(file);
        } else {
            JournalDirectory.release(file);
        }
        return Optional.empty();
    }

    /** Returns the sessions that are not settled yet, in the order in which they were opened. */
    Collection<SessionCredentials> unsettled() {
        return List.copyOf(unsettled.values());
    }

    /** Returns which run it was. */
    String incarnation() {
        return incarnation;
    }

    /** Returns whether it had this session, and it is not settled. */
    boolean has(long sessionId) {
        return unsettled.containsKey(sessionId);
    }

    /** Strikes a session out; returns whether it was the last one, in which case the file is gone. */
    boolean settle(long sessionId) {
        if (unsettled.remove(sessionId) == null || !unsettled.isEmpty()) {
            return false;
        }
        JournalDirectory.delete(file);
        return true;
    }

    /** Leaves the file to the next run. */
    void release() {
        JournalDirectory.release(file);
    }
}
