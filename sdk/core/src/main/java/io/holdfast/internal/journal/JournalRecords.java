// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.holdfast.internal.session.SessionCredentials;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a journal file, written and read. Pure: no file, no clock.
 *
 * <pre>
 *   holdfast-journal/1 member=broker-7 incarnation=0123456789abcdef crc=xxxxxxxx
 *   opened session=0x1000a2b3c4d0001 timeout-ms=6000 password=00112233445566778899aabbccddeeff crc=xxxxxxxx
 *   ended session=0x1000a2b3c4d0001 crc=xxxxxxxx
 * </pre>
 *
 * <p>A record counts when its line is complete and its checksum is right ({@link CheckedLines}), and the last record about a session wins.
 */
final class JournalRecords {
    private static final String FORMAT = "holdfast-journal/";
    private static final String HEADER = FORMAT + "1 member=%s incarnation=%s";
    private static final Pattern OPENED = Pattern.compile(
            "opened session=0x([1-9a-f][0-9a-f]{0,15}) timeout-ms=([1-9][0-9]{0,9}) password=([0-9a-f]{2,2048})");
    private static final Pattern ENDED = Pattern.compile("ended session=0x([1-9a-f][0-9a-f]{0,15})");

    private JournalRecords() {}

    /**
     * What a journal file says.
     *
     * @param readable false for a file that is another member's or of an unknown version; it is then left alone
     * @param sessions the sessions not known to be ended, by id, in the order they were opened
     * @param problems what is wrong with the file, in words for a log; never holds a password
     */
    record Contents(boolean readable, Map<Long, SessionCredentials> sessions, List<String> problems) {}

    static byte[] header(String memberId, String incarnation) {
        return CheckedLines.line(String.format(Locale.ROOT, HEADER, memberId, incarnation));
    }

    static byte[] opened(SessionCredentials credentials) {
        return CheckedLines.line("opened session=" + credentials + " timeout-ms="
                + credentials.sessionTimeout().toMillis() + " password="
                + HexFormat.of().formatHex(credentials.password()));
    }

    static byte[] ended(long sessionId) {
        return CheckedLines.line("ended session=0x" + Long.toHexString(sessionId));
    }

    static Contents read(byte[] file, String memberId, String incarnation) {
        Map<Long, SessionCredentials> sessions = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        String text = new String(file, ISO_8859_1);
        int lineNumber = 0;
        int start = 0;
        for (int end = text.indexOf('\n'); end >= 0; start = end + 1, end = text.indexOf('\n', start)) {
            lineNumber++;
            Optional<String> checked = CheckedLines.checked(text.substring(start, end));
            if (checked.isEmpty()) {
                // A crash tears the last line only, and what it was to record cannot have been relied on yet.
                if (end + 1 < text.length()) {
                    problems.add("line " + lineNumber + " is damaged and is skipped");
                }
            } else if (lineNumber == 1) {
                String expected = String.format(Locale.ROOT, HEADER, memberId, incarnation);
                if (!checked.get().equals(expected)) {
                    problems.add(describeHeader(checked.get(), expected));
                    return new Contents(false, Map.of(), problems);
                }
            } else if (!apply(checked.get(), sessions)) {
                problems.add("line " + lineNumber + " is not a record of this version and is skipped");
            }
        }
        return new Contents(true, sessions, problems);
    }

    private static String describeHeader(String found, String expected) {
        return found.startsWith(FORMAT) && !found.startsWith(FORMAT + "1 ")
                ? "it was written by another version of Holdfast; this one reads " + FORMAT + 1
                : "its first line does not say \"" + expected + '"';
    }

    private static boolean apply(String record, Map<Long, SessionCredentials> sessions) {
        Matcher ended = ENDED.matcher(record);
        if (ended.matches()) {
            sessions.remove(Long.parseUnsignedLong(ended.group(1), 16));
            return true;
        }
        Matcher opened = OPENED.matcher(record);
        if (!opened.matches()
                || Long.parseLong(opened.group(2)) > Integer.MAX_VALUE
                || opened.group(3).length() % 2 != 0) {
            return false;
        }
        long sessionId = Long.parseUnsignedLong(opened.group(1), 16);
        Duration timeout = Duration.ofMillis(Long.parseLong(opened.group(2)));
        sessions.put(sessionId, new SessionCredentials(sessionId, HexFormat.of().parseHex(opened.group(3)), timeout));
        return true;
    }
}
