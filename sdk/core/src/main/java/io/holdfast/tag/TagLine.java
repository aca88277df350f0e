// SPDX-License-Identifier: Apache-2.0
package io.holdfast.tag;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one text form of a tag, which every format that carries a tag embeds. Each tag has exactly one line and each line
 * one tag; docs/tag-format.md is its specification.
 */
final class TagLine {
    /** More than any line of this version can have, its line feed included. */
    static final int MAX_LENGTH = 256;

    private static final Pattern VERSION_1 = Pattern.compile("holdfast/1 member=([A-Za-z0-9][A-Za-z0-9._-]{0,127})"
            + " incarnation=([0-9a-f]{16}) session=0x([1-9a-f][0-9a-f]{0,15}) nonce=([0-9a-f]{16})"
            + " timeout-ms=([1-9][0-9]{0,9})");

    private TagLine() {}

    static String write(EphemeralTag tag) {
        return "holdfast/1 member=" + tag.memberId()
                + " incarnation=" + tag.incarnation()
                + " session=0x" + Long.toHexString(tag.sessionId())
                + " nonce=" + tag.nonce()
                + " timeout-ms=" + tag.sessionTimeout().toMillis();
    }

    /** Returns the tag, or empty if the text is anything but a line of a known version. */
    static Optional<EphemeralTag> read(String line) {
        Matcher matcher = VERSION_1.matcher(line);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long timeoutMillis = Long.parseLong(matcher.group(5));
        if (timeoutMillis > Integer.MAX_VALUE) {
            return Optional.empty();
        }
        return Optional.of(new EphemeralTag(
                matcher.group(1),
                matcher.group(2),
                Long.parseUnsignedLong(matcher.group(3), 16),
                matcher.group(4),
                Duration.ofMillis(timeoutMillis)));
    }
}
