// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.journal;

import static java.nio.file.StandardOpenOption.READ;

import io.holdfast.internal.session.Identifiers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory that holds the journal files of one member, {@code <member id>.<incarnation>.journal}, and of others.
 *
 * <p>Why nobody can take a journal file from a process that lives:
 *
 * <ol>
 *   <li>A file is created under a name that ends in {@code .new}, which takers pass over. It is locked, gets its
 *       header, and only then its final name. A lock sticks to the file and not to the name, so at no moment is there a
 *       file with a final name whose living owner does not hold its lock.
 *   <li>A lock has one holder, so of two processes that start at once only one takes a predecessor's file; the other
 *       one passes it over. The lock is never waited for, so a stopped process stops nobody else.
 *   <li>Only the holder of a file's lock deletes the file, and no name is used twice. A taker that had opened the file
 *       before it was deleted, and got the lock after, finds the name gone and drops what it has.
 *   <li>A {@code .new} file whose owner died in between holds no secret. It is deleted by whoever gets its lock; an
 *       owner that was only about to lock it notices (the lock is refused, or the name is gone) and starts over.
 * </ol>
 */
final class JournalDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(JournalDirectory.class);
    private static final int CREATE_ATTEMPTS = 10;

    private final Path directory;
    private final String memberId;
    private final Pattern journalName;
    private final Pattern unfinishedName;

    private JournalDirectory(Path directory, String memberId) {
        this.directory = directory;
        this.memberId = memberId;
        this.journalName = Pattern.compile(Pattern.quote(memberId) + "\\.([0-9a-f]{16})\\.journal");
        this.unfinishedName = Pattern.compile(Pattern.quote(memberId) + "\\.[0-9a-f]{16}\\.[0-9a-f]{16}\\.new");
    }

    /** Makes sure that the directory exists and can keep a secret. */
    static JournalDirectory prepare(Path given, String memberId) {
        if (!given.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            throw unsupported(given);
        }
        try {
            createMissing(given.toAbsolutePath());
            Path directory = given.toRealPath();
            if (!Files.getFileStore(directory).supportsFileAttributeView("posix")) {
                throw unsupported(given);
            }
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(directory);
            if (mode.contains(PosixFilePermission.GROUP_WRITE) || mode.contains(PosixFilePermission.OTHERS_WRITE)) {
                throw new IllegalArgumentException("journal directory " + directory + " has mode "
                        + PosixFilePermissions.toString(mode) + ": others could replace the files in it; run chmod 700 "
                        + "on it, or name another directory");
            }
            return new JournalDirectory(directory, memberId);
        } catch (FileAlreadyExistsException e) {
            throw new IllegalArgumentException(
                    "journal directory " + given + ": " + e.getFile() + " is a file; name a directory", e);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "journal directory " + given + " cannot be used: " + reason(e)
                            + "; make it, or let this user create it",
                    e);
        }
    }

    private static IllegalArgumentException unsupported(Path given) {
        return new IllegalArgumentException("journal directory " + given + " is on a file system without POSIX "
                + "permissions, where the session's password cannot be hidden from other users; name a directory on "
                + "another file system, or run without a journal");
    }

    private static void createMissing(Path directory) throws IOException {
        Deque<Path> missing = new ArrayDeque<>();
        for (Path path = directory; path != null && Files.notExists(path); path = path.getParent()) {
            missing.push(path);
        }
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (Path created : missing) {
            force(created.resolveSibling(""));
        }
    }

    String memberId() {
        return memberId;
    }

    /** Creates, locks and names this run's own file; when this returns, file and name are on the disk. */
    LockedFile create(String incarnation) {
        Path target = directory.resolve(memberId + '.' + incarnation + ".journal");
        byte[] header = JournalRecords.header(memberId, incarnation);
        try {
            for (int attempt = 0; attempt < CREATE_ATTEMPTS; attempt++) {
                String unfinished = memberId + '.' + incarnation + '.' + Identifiers.randomToken() + ".new";
                Optional<LockedFile> created = LockedFile.create(directory.resolve(unfinished), header, target);
                if (created.isPresent()) {
                    return onDisk(created.get());
                }
            }
            throw new IOException("other processes of this member took it away " + CREATE_ATTEMPTS + " times");
        } catch (FileAlreadyExistsException e) {
            throw new UncheckedIOException(
                    "session journal " + target + " exists already; every run needs an incarnation of its own", e);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "session journal " + target + " cannot be created: " + reason(e)
                            + "; it needs a local file system with file locks and free space",
                    e);
        }
    }

    private LockedFile onDisk(LockedFile file) throws IOException {
        try {
            force(directory);
            return file;
        } catch (IOException e) {
            file.deleteAndClose();
            throw e;
        }
    }

    /** Lists the member's journal files, whoever holds them, by name; the value is the incarnation. */
    Map<Path, String> journals() {
        Map<Path, String> journals = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                Matcher journal = journalName.matcher(name);
                if (journal.matches()) {
                    journals.put(entry, journal.group(1));
                } else if (unfinishedName.matcher(name).matches()) {
                    deleteUnfinished(entry);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "journal directory " + directory + " cannot be listed: " + reason(e) + "; this user needs mode r-x",
                    e);
        }
        return journals;
    }

    private static void deleteUnfinished(Path unfinished) {
        try {
            Optional<LockedFile> abandoned = LockedFile.take(unfinished);
            if (abandoned.isPresent()) {
                abandoned.get().deleteAndClose();
            }
        } catch (IOException e) {
            LOG.warn("{}: left over by a run that died while it started, cannot be deleted: {}", unfinished, reason(e));
        }
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, READ)) {
            channel.force(true);
        }
    }

    /** Logs what fails: nobody could do anything about it. */
    static void delete(LockedFile file) {
        try {
            file.deleteAndClose();
        } catch (IOException e) {
            LOG.warn(
                    "Session journal {}: cannot be deleted: {}; delete it, or the next run reads it again",
                    file.path(),
                    reason(e));
        }
    }

    static void release(LockedFile file) {
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("Session journal {}: cannot be closed: {}", file.path(), reason(e));
        }
    }

    /** Returns an I/O failure in words; file exceptions say nothing but the path. */
    static String reason(IOException e) {
        return e.getClass() == IOException.class && e.getMessage() != null ? e.getMessage() : e.toString();
    }
}
