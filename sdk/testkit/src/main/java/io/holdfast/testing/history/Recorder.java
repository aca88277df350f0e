// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Appends entries to a process' own file. Each line is handed to the operating system in one piece before the call returns,
 * so that it survives whatever happens to the process. Thread-safe.
 */
public final class Recorder implements AutoCloseable {

    private final OutputStream file;

    /** Opens the file, and makes it if it is not there. */
    public Recorder(Path file) throws IOException {
        this.file = new FileOutputStream(file.toFile(), true);
    }

    /** Writes one line. */
    public void record(Entry entry) {
        record(entry.line());
    }

    /** Writes one line of whatever form. */
    public synchronized void record(String line) {
        try {
            file.write((line.replace('\n', ' ') + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
