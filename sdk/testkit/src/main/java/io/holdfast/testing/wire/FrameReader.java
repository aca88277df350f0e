// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.wire;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Cuts one direction of a connection into frames.
 *
 * <p>A stream that does not begin with a plausible length (a four letter word, TLS) is passed on in whatever pieces it
 * arrives; {@link #speaksZooKeeper()} tells which it is. Not thread-safe; {@link #next()} blocks until a frame is complete.
 */
public final class FrameReader {

    private static final int LONGEST_FRAME = 64 << 20;
    private static final int PREFIX = 4;

    private final DataInputStream in;
    private boolean raw;

    public FrameReader(InputStream in) {
        this.in = new DataInputStream(in);
    }

    /** Returns the next frame including its length prefix, or empty at the end of the stream. */
    public Optional<byte[]> next() throws IOException {
        return raw ? nextPiece() : nextFrame();
    }

    /** Returns whether everything read so far was in frames. */
    public boolean speaksZooKeeper() {
        return !raw;
    }

    private Optional<byte[]> nextFrame() throws IOException {
        byte[] prefix = new byte[PREFIX];
        try {
            in.readFully(prefix);
        } catch (EOFException e) {
            return Optional.empty();
        }
        int length = ByteBuffer.wrap(prefix).getInt();
        if (length < 0 || length > LONGEST_FRAME) {
            raw = true;
            return Optional.of(prefix);
        }
        byte[] frame = Arrays.copyOf(prefix, PREFIX + length);
        try {
            in.readFully(frame, PREFIX, length);
        } catch (EOFException e) {
            return Optional.empty();
        }
        return Optional.of(frame);
    }

    private Optional<byte[]> nextPiece() throws IOException {
        byte[] piece = new byte[8192];
        int length = in.read(piece);
        return length < 0 ? Optional.empty() : Optional.of(Arrays.copyOf(piece, length));
    }
}
