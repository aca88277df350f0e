// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.journal;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A file that this process holds locked, exclusively, until {@link #close()} or its own end, however it ends.
 *
 * <p>A POSIX file lock belongs to the process, and is lost as soon as the process closes <em>any</em> descriptor of the
 * file. The JVM knows which files it holds, whichever class loader locked them, but says so only for a file that has
 * been opened. So a file that turns out to be held by this JVM stays open until it is ours or is deleted, and nothing
 * in this JVM opens, locks or closes such a file while another thread does.
 *
 * <p>Not thread-safe but for what is static. Must be used from {@link JournalThread} only.
 */
final class LockedFile implements AutoCloseable {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final long MAX_BYTES = 64L << 20;

    /** A string literal is one object for all class loaders of a JVM, and so is its monitor. */
    private static final Object JVM_WIDE = "io.holdfast.internal.journal.LockedFile";

    @GuardedBy("JVM_WIDE")
    private static final Map<Object, Opened> HELD_IN_THIS_JVM = new HashMap<>();

    private record Opened(Path path, FileChannel channel) {}

    private final FileChannel channel;

    @SuppressWarnings("unused") // the JVM forgets a lock that nobody refers to
    private final FileLock lock;

    private Path path;
    private long end;

    private LockedFile(Path path, FileChannel channel, FileLock lock) {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Creates a file of mode 0600, locks it, writes its first line, and then gives it its name.
     *
     * @param unfinished the name that it has until then
     * @return empty if another process got hold of the file before it was locked
     * @throws IOException if a name is taken, or the file cannot be locked, written, or hidden from other users
     */
    static Optional<LockedFile> create(Path unfinished, byte[] firstLine, Path target) throws IOException {
        // All of it under the monitor: a thread that opened the file under its first name would take the missing name
        // for a deleted file, close it, and so release our lock.
        synchronized (JVM_WIDE) {
            Optional<LockedFile> created = lockNew(unfinished);
            if (created.isEmpty()) {
                return created;
            }
            LockedFile file = created.get();
            try {
                file.append(firstLine);
                if (!Files.notExists(target, NOFOLLOW_LINKS)) {
                    throw new FileAlreadyExistsException(target.toString());
                }
                Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
                file.path = target;
                return created;
            } catch (NoSuchFileException e) {
                file.close();
                return Optional.empty();
            } catch (IOException e) {
                file.deleteAndClose();
                throw e;
            }
        }
    }

    @GuardedBy("JVM_WIDE")
    private static Optional<LockedFile> lockNew(Path path) throws IOException {
        FileChannel channel = FileChannel.open(
                path,
                Set.of(CREATE_NEW, READ, WRITE, NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try {
            // Some file systems accept a mode and give the file another.
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(path, NOFOLLOW_LINKS);
            if (!OWNER_ONLY.containsAll(mode)) {
                Files.delete(path);
                throw new IOException("its file system gave the file mode " + PosixFilePermissions.toString(mode)
                        + " where rw------- was asked for");
            }
            return lock(path, fileKey(path), channel);
        } catch (NoSuchFileException e) {
            channel.close();
            return Optional.empty();
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Opens and locks an existing file.
     *
     * @return empty if the file is gone, or is held by any process, this one included
     * @throws IOException if it is not a regular file, or cannot be opened or locked
     */
    static Optional<LockedFile> take(Path path) throws IOException {
        synchronized (JVM_WIDE) {
            try {
                closeDeleted();
                Object key = fileKey(path);
                Opened before = HELD_IN_THIS_JVM.remove(key);
                return lock(
                        path,
                        key,
                        before == null ? FileChannel.open(path, READ, WRITE, NOFOLLOW_LINKS) : before.channel());
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
        }
    }

    /** Nobody relies on the lock of a deleted file. */
    @GuardedBy("JVM_WIDE")
    private static void closeDeleted() throws IOException {
        for (Iterator<Opened> each = HELD_IN_THIS_JVM.values().iterator(); each.hasNext(); ) {
            Opened opened = each.next();
            if (Files.notExists(opened.path(), NOFOLLOW_LINKS)) {
                each.remove();
                opened.channel().close();
            }
        }
    }

    @GuardedBy("JVM_WIDE")
    private static Optional<LockedFile> lock(Path path, Object key, FileChannel channel) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            HELD_IN_THIS_JVM.put(key, new Opened(path, channel));
            return Optional.empty();
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        // Names are never used twice, so a name that is still there proves that nobody deleted the file before we
        // locked it: only the holder of the lock deletes it.
        if (lock == null || Files.notExists(path, NOFOLLOW_LINKS)) {
            channel.close();
            return Optional.empty();
        }
        return Optional.of(new LockedFile(path, channel, lock));
    }

    private static Object fileKey(Path path) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS);
        if (!attributes.isRegularFile()) {
            throw new IOException("not a regular file");
        }
        Object key = attributes.fileKey();
        if (key == null) {
            throw new IOException("its file system does not identify files");
        }
        return key;
    }

    Path path() {
        return path;
    }

    /** Returns how many bytes have been appended. */
    long size() {
        return end;
    }

    byte[] readAll() throws IOException {
        long size = channel.size();
        if (size > MAX_BYTES) {
            throw new IOException("has " + size + " bytes, more than the " + MAX_BYTES + " that a journal can reach");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) size);
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
            // a short read is legal; the next one continues where it stopped
        }
        return bytes.array();
    }

    /** Appends and forces to disk. What a failed call may have left behind is overwritten by the next. */
    void append(byte[] line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(line);
        while (bytes.hasRemaining()) {
            channel.write(bytes, end + bytes.position());
        }
        channel.force(true);
        end += line.length;
    }

    /** Cuts the file down to its first {@code size} bytes. */
    void truncate(long size) throws IOException {
        channel.truncate(size);
        channel.force(true);
        end = size;
    }

    /** Deletes the file, then gives it up. */
    void deleteAndClose() throws IOException {
        try {
            Files.deleteIfExists(path);
        } finally {
            close();
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (JVM_WIDE) {
            channel.close();
        }
    }
}
