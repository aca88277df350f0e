// SPDX-License-Identifier: Apache-2.0
package io.holdfast.tag;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How an ephemeral node's data carries the {@link EphemeralTag} beside the application's payload. docs/tag-format.md
 * specifies the bytes and says what each format can and cannot tell apart.
 *
 * <p>Reading is total: node data is other people's data, and whatever it holds, nothing is thrown. No array that is
 * passed in or out is kept or shared. <b>Thread-safety:</b> immutable. <b>Blocking:</b> never.
 *
 * @see "docs/adr/0011-tag-formats.md"
 */
public sealed interface TagFormat permits EnvelopeFormat, JsonFieldFormat, OwnerOnlyFormat {

    /**
     * Returns the format for payloads of any kind: one ASCII line with the tag, then the payload's bytes as they are.
     */
    static TagFormat envelope() {
        return new EnvelopeFormat();
    }

    /** Returns {@link #jsonField(String)} with the name {@code holdfast}. */
    static TagFormat jsonField() {
        return jsonField("holdfast");
    }

    /**
     * Returns the format for payloads that must stay JSON objects (UTF-8), such as Kafka's broker registrations: the
     * tag becomes one more member, a string, in front of the others, and every other byte stays as it is.
     *
     * @param name the member's name, which payloads must not use themselves; 1 to 64 characters of A-Z a-z 0-9 . _ -
     * @throws IllegalArgumentException if the name is not allowed
     * @throws IllegalStateException if jackson-core, an optional dependency that only this format needs, is missing or
     *     too old
     */
    static TagFormat jsonField(String name) {
        return JsonFieldFormat.named(name);
    }

    /**
     * Returns the format that leaves the payload alone and carries no tag: a node is known by its {@code
     * ephemeralOwner} only. For payloads whose format is fixed.
     */
    static TagFormat ownerOnly() {
        return new OwnerOnlyFormat();
    }

    /**
     * Returns the data to store in the node.
     *
     * @param tag who makes the node; without effect in {@link #ownerOnly()}
     * @param payload the application's bytes, possibly none
     * @throws IllegalArgumentException if the payload does not fit the format; the message says why and at which byte,
     *     and never quotes the payload
     */
    byte[] encode(EphemeralTag tag, byte[] payload);

    /**
     * Returns the tag in a node's data; empty if there is none, or none of a version that this release knows.
     *
     * @param nodeData the node's data; null and empty are legal in ZooKeeper and carry no tag
     */
    Optional<EphemeralTag> tag(byte @Nullable [] nodeData);

    /**
     * Returns the payload in a node's data, byte for byte as it was given to {@link #encode}.
     *
     * @param nodeData the node's data; data in which {@link #tag} finds no tag is all payload, and null is the empty
     *     payload
     */
    byte[] payload(byte @Nullable [] nodeData);

    /** Returns whether {@link #encode} writes the tag. */
    boolean carriesTag();
}
