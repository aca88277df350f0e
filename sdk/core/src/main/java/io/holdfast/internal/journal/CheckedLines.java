// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * Lines that show whether they are whole: each ends with a blank, the CRC-32 of its bytes before that blank, and one line
 * feed.
 */
final class CheckedLines {

    private static final Pattern CHECKED = Pattern.compile("(.*) crc=([0-9a-f]{8})");

    private CheckedLines() {}

    static byte[] line(String record) {
        return (record + " crc=" + crc(record) + '\n').getBytes(ISO_8859_1);
    }

    /**
     * Returns what was written.
     *
     * @param line without its line feed
     * @return empty for a line that is damaged
     */
    static Optional<String> checked(String line) {
        Matcher matcher = CHECKED.matcher(line);
        return matcher.matches() && matcher.group(2).equals(crc(matcher.group(1)))
                ? Optional.of(matcher.group(1))
                : Optional.empty();
    }

    private static String crc(String record) {
        CRC32 crc = new CRC32();
        crc.update(record.getBytes(ISO_8859_1));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
