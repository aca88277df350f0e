// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.proxy;

import io.holdfast.testing.wire.FrameReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Optional;

/**
 * One of a connection's two sockets.
 *
 * <p>It is ended by closing only its sending half and reading on to the end: a plain close would answer whatever comes in
 * with a reset, and a reset takes away what the other side has received but not yet read.
 */
final class Pipe {

    /** Takes the frames that arrive. */
    @FunctionalInterface
    interface Sink {
        void accept(byte[] frame, boolean first, FrameReader reader);
    }

    private final Socket socket;
    private final OutputStream out;
    private volatile boolean atEnd;

    Pipe(Socket socket) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
        socket.setTcpNoDelay(true);
    }

    void readOn(String threadName, Sink sink, Runnable atTheEnd) {
        Thread thread = new Thread(
                () -> {
                    try {
                        read(sink);
                    } catch (IOException e) {
                        // The other side went away without a word: to a client or server that is an end like any other.
                    } finally {
                        atTheEnd.run();
                    }
                },
                threadName);
        thread.setDaemon(true);
        thread.start();
    }

    void write(byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException e) {
            // The reader of this socket sees the same end and reports it.
        }
    }

    void finish() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            // Already closed by the other side.
        }
    }

    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing is left to release.
        }
    }

    void markEnd() {
        atEnd = true;
    }

    boolean isAtEnd() {
        return atEnd;
    }

    private void read(Sink sink) throws IOException {
        FrameReader reader = new FrameReader(socket.getInputStream());
        boolean first = true;
        for (Optional<byte[]> frame = reader.next(); frame.isPresent(); frame = reader.next()) {
            sink.accept(frame.get(), first, reader);
            first = false;
        }
    }
}
