// SPDX-License-Identifier: Apache-2.0
package io.holdfast.tag;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The payload and nothing else. */
record OwnerOnlyFormat() implements TagFormat {

    @Override
    public byte[] encode(EphemeralTag tag, byte[] payload) {
        requireNonNull(tag, "tag");
        return requireNonNull(payload, "payload").clone();
    }

    @Override
    public Optional<EphemeralTag> tag(byte @Nullable [] nodeData) {
        return Optional.empty();
    }

    @Override
    public byte[] payload(byte @Nullable [] nodeData) {
        return nodeData == null ? new byte[0] : nodeData.clone();
    }

    @Override
    public boolean carriesTag() {
        return false;
    }

    @Override
    public String toString() {
        return "ownerOnly";
    }
}
