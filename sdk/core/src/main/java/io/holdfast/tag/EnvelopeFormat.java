// SPDX-License-Identifier: Apache-2.0
package io.holdfast.tag;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tag's line, a line feed, and then the payload. */
record EnvelopeFormat() implements TagFormat {

    @Override
    public byte[] encode(EphemeralTag tag, byte[] payload) {
        requireNonNull(payload, "payload");
        byte[] header = (TagLine.write(tag) + '\n').getBytes(ISO_8859_1);
        byte[] data = Arrays.copyOf(header, header.length + payload.length);
        System.arraycopy(payload, 0, data, header.length, payload.length);
        return data;
    }

    @Override
    public Optional<EphemeralTag> tag(byte @Nullable [] nodeData) {
        return nodeData == null ? Optional.empty() : tag(nodeData, headerLength(nodeData));
    }

    @Override
    public byte[] payload(byte @Nullable [] nodeData) {
        if (nodeData == null) {
            return new byte[0];
        }
        int headerLength = headerLength(nodeData);
        return tag(nodeData, headerLength).isPresent()
                ? Arrays.copyOfRange(nodeData, headerLength, nodeData.length)
                : nodeData.clone();
    }

    /** Returns the length of the first line with its line feed, or 0 if there is none that could hold a tag. */
    private static int headerLength(byte[] data) {
        int limit = Math.min(data.length, TagLine.MAX_LENGTH);
        for (int i = 0; i < limit; i++) {
            if (data[i] == '\n') {
                return i + 1;
            }
        }
        return 0;
    }

    private static Optional<EphemeralTag> tag(byte[] data, int headerLength) {
        return headerLength == 0 ? Optional.empty() : TagLine.read(new String(data, 0, headerLength - 1, ISO_8859_1));
    }

    @Override
    public boolean carriesTag() {
        return true;
    }

    @Override
    public String toString() {
        return "envelope";
    }
}
