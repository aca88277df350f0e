// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the highest transaction id that a member has seen, beside its journal, for the next run to compare. Of several processes
 * of one member the last to write wins: each knows a true lower bound. Thread-safe; blocks for the disk. A file that cannot be
 * read or written is logged, and counts as none.
 */
public final class HistoryFile {

    private static final Logger LOG = LoggerFactory.getLogger(HistoryFile.class);
    private static final Pattern CONTENT =
            Pattern.compile("holdfast-history/1 zxid=0x([0-9a-f]{1,16}) lost=0x([0-9a-f]{1,16})\n");

    /**
     * What a member knows of the ensemble's history.
     *
     * @param zxid the highest transaction id of the history as it is
     * @param lost the highest one of a history that went back, which nobody has accepted yet; 0 for none
     */
    public record Known(long zxid, long lost) {}

    private final Path path;

    private HistoryFile(Path path) {
        this.path = path;
    }

    /**
     * Returns the file of a member.
     *
     * @param directory of the journal, which has been opened
     */
    public static HistoryFile of(Path directory, String memberId) {
        return new HistoryFile(directory.resolve(memberId + ".history"));
    }

    /** Returns what was written last, zeros if nothing was. */
    public synchronized Known read() {
        return JournalThread.call(() -> {
            try {
                Matcher content = CONTENT.matcher(Files.readString(path, US_ASCII));
                if (content.matches()) {
                    return new Known(
                            Long.parseUnsignedLong(content.group(1), 16), Long.parseUnsignedLong(content.group(2), 16));
                }
                LOG.warn("{}: damaged, and read as if it were not there; delete it", path);
            } catch (NoSuchFileException e) {
                return new Known(0, 0); // the first run
            } catch (IOException e) {
                LOG.warn("{}: cannot be read: {}", path, JournalDirectory.reason(e));
            }
            return new Known(0, 0);
        });
    }

    /** Replaces what was written before. */
    public synchronized void write(Known known) {
        JournalThread.call(() -> {
            Path next = path.resolveSibling(path.getFileName() + ".next");
            try {
                Files.deleteIfExists(next);
                Files.createFile(
                        next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(
                        next,
                        "holdfast-history/1 zxid=0x" + Long.toHexString(known.zxid()) + " lost=0x"
                                + Long.toHexString(known.lost()) + "\n",
                        US_ASCII);
                try (FileChannel file = FileChannel.open(next, StandardOpenOption.WRITE)) {
                    file.force(true);
                }
                Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                LOG.warn("{}: cannot be written: {}", path, JournalDirectory.reason(e));
            }
            return this;
        });
    }
}
