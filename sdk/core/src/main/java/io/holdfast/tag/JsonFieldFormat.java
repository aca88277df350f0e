// SPDX-License-Identifier: Apache-2.0
package io.holdfast.tag;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import io.holdfast.tag.JsonObjectScan.Member;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tag's line as a string member in front of the payload's own members.
 *
 * <p>It is read wherever it is in the object, so a tool that parsed and rewrote the JSON does no harm.
 *
 * @param name the member's name
 */
record JsonFieldFormat(String name) implements TagFormat {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    static TagFormat named(String name) {
        requireNonNull(name, "name");
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name of the JSON field must be 1 to 64 characters of A-Z a-z 0-9 . _ -, but was \"" + name + '"');
        }
        try {
            JsonObjectScan.of("{}".getBytes(US_ASCII), name);
        } catch (LinkageError e) {
            throw new IllegalStateException(
                    "TagFormat.jsonField() needs com.fasterxml.jackson.core:jackson-core, 2.17 or later, on the class "
                            + "path; add that dependency or choose another TagFormat",
                    e);
        }
        return new JsonFieldFormat(name);
    }

    @Override
    public byte[] encode(EphemeralTag tag, byte[] payload) {
        requireNonNull(payload, "payload");
        JsonObjectScan scan = JsonObjectScan.of(payload, name);
        if (scan.refusal() != null) {
            throw new IllegalArgumentException(
                    "payload must be a JSON object in UTF-8 for TagFormat." + this + ", but " + scan.refusal());
        }
        if (!scan.members().isEmpty()) {
            throw new IllegalArgumentException("payload has a member \"" + name + "\" of its own, which TagFormat."
                    + this + " needs for the tag; choose another name");
        }
        String member = '"' + name + "\":\"" + TagLine.write(tag) + (scan.isEmpty() ? "\"" : "\",");
        return splice(payload, scan.firstMember(), scan.firstMember(), member.getBytes(US_ASCII));
    }

    @Override
    public Optional<EphemeralTag> tag(byte @Nullable [] nodeData) {
        return tagged(nodeData).flatMap(member -> TagLine.read(member.text()));
    }

    @Override
    public byte[] payload(byte @Nullable [] nodeData) {
        if (nodeData == null) {
            return new byte[0];
        }
        return tagged(nodeData)
                .filter(member -> TagLine.read(member.text()).isPresent())
                .map(member -> splice(nodeData, member.start(), member.end(), new byte[0]))
                .orElseGet(nodeData::clone);
    }

    /** Finds the one member of the name; two of them say nothing, since readers disagree on which one counts. */
    private Optional<Member> tagged(byte @Nullable [] nodeData) {
        if (nodeData == null || nodeData.length == 0) {
            return Optional.empty();
        }
        JsonObjectScan scan = JsonObjectScan.of(nodeData, name);
        return scan.refusal() == null && scan.members().size() == 1
                ? Optional.of(scan.members().get(0))
                : Optional.empty();
    }

    private static byte[] splice(byte[] bytes, int start, int end, byte[] replacement) {
        byte[] result = new byte[bytes.length - (end - start) + replacement.length];
        System.arraycopy(bytes, 0, result, 0, start);
        System.arraycopy(replacement, 0, result, start, replacement.length);
        System.arraycopy(bytes, end, result, start + replacement.length, bytes.length - end);
        return result;
    }

    @Override
    public boolean carriesTag() {
        return true;
    }

    @Override
    public String toString() {
        return "jsonField(\"" + name + "\")";
    }
}
