// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Ports that one process has for itself: whoever holds the lock of the block's file. The lock goes with the process, however
 * that ends.
 *
 * @param first the smallest of them
 * @param lock kept for as long as the process lives
 */
record PortBlock(int first, FileLock lock) {

    /** How many ports are in a block. */
    static final int SIZE = 500;

    private static final int LOWEST = 12_000;
    private static final int BLOCKS = 40;

    /** A file that is opened and closed once more loses its lock, so one that this process has is left alone. */
    private static final Set<Integer> TAKEN_HERE = ConcurrentHashMap.newKeySet();

    /** Takes the first block that nobody has. */
    static PortBlock ofThisProcess() {
        Path directory = Path.of(System.getProperty("java.io.tmpdir"), "holdfast-ports");
        try {
            Files.createDirectories(directory);
            for (int block = 0; block < BLOCKS; block++) {
                int first = LOWEST + block * SIZE;
                FileLock lock = TAKEN_HERE.add(first) ? tryLock(directory.resolve(first + ".lock")) : null;
                if (lock != null) {
                    return new PortBlock(first, lock);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no ports can be reserved in " + directory, e);
        }
        throw new IllegalStateException("all " + BLOCKS + " blocks of ports are taken, see " + directory);
    }

    private static @Nullable FileLock tryLock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
        }
        return lock;
    }

    @Override
    public String toString() {
        return "ports " + first + " to " + (first + SIZE - 1);
    }
}
