// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.holdfast.internal.session.SessionCredentials;
import io.holdfast.session.SessionId;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a member's record in the ensemble, written and read. Pure: no node, no clock.
 *
 * <pre>
 *   holdfast-record/1 member=broker-7 incarnation=0123456789abcdef crc=xxxxxxxx
 *   session=0x1000a2b3c4d0001 run=0123456789abcdef timeout-ms=18000 password=00112233445566778899aabbccddeeff crc=xxxxxxxx
 *   session=0x1000a2b3c4d0002 run=fedcba9876543210 timeout-ms=18000 password=- crc=xxxxxxxx
 * </pre>
 *
 * <p>The first line says which run wrote it, the others which sessions are not known to be over: its own, and what it has found
 * of runs before it. {@code -} stands where a password could not be kept secret.
 */
public final class MemberRecord {

    private static final String FORMAT = "holdfast-record/";
    private static final String NO_PASSWORD = "-";
    private static final Pattern HEADER =
            Pattern.compile(FORMAT + "1 member=([A-Za-z0-9._-]{1,128}) incarnation=([0-9a-f]{16})");
    private static final Pattern SESSION = Pattern.compile("session=0x([1-9a-f][0-9a-f]{0,15}) run=([0-9a-f]{16}) "
            + "timeout-ms=([1-9][0-9]{0,9}) password=(" + NO_PASSWORD + "|(?:[0-9a-f]{2}){1,1024})");

    private MemberRecord() {}

    /**
     * What a node says.
     *
     * @param isOurs whether it may be overwritten; false for what is another member's, or nobody's record at all
     * @param writer the run that wrote it; empty if that cannot be told
     * @param sessions those not known to be over
     * @param problems what is wrong with it, in words for a log; never holds a password
     */
    public record Content(
            boolean isOurs, Optional<String> writer, List<RecordedSession> sessions, List<String> problems) {}

    /** Returns the text of a record. */
    public static byte[] text(
            String memberId, String incarnation, Collection<RecordedSession> sessions, boolean withPasswords) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes(CheckedLines.line(FORMAT + "1 member=" + memberId + " incarnation=" + incarnation));
        for (RecordedSession session : sessions) {
            text.writeBytes(line(withPasswords ? session : session.withoutPassword()));
        }
        return text.toByteArray();
    }

    private static byte[] line(RecordedSession session) {
        String password = session.credentials()
                .map(credentials -> HexFormat.of().formatHex(credentials.password()))
                .orElse(NO_PASSWORD);
        return CheckedLines.line("session=0x" + Long.toHexString(session.id().value()) + " run=" + session.run()
                + " timeout-ms=" + session.timeout().toMillis() + " password=" + password);
    }

    /**
     * Reads what a node holds. What is damaged is skipped: it costs the wait that there would be without a record.
     *
     * @param data empty for a node that was prepared for a record
     */
    public static Content read(byte[] data, String memberId) {
        if (data.length == 0) {
            return new Content(true, Optional.empty(), List.of(), List.of());
        }
        String[] lines = new String(data, ISO_8859_1).split("\n", -1);
        if (!lines[0].startsWith(FORMAT)) {
            return new Content(false, Optional.empty(), List.of(), List.of("it holds something else than a record"));
        }
        Optional<Matcher> header =
                CheckedLines.checked(lines[0]).map(HEADER::matcher).filter(Matcher::matches);
        if (header.isEmpty()) {
            return new Content(true, Optional.empty(), List.of(), List.of(describe(lines[0])));
        }
        if (!header.get().group(1).equals(memberId)) {
            return new Content(
                    false,
                    Optional.empty(),
                    List.of(),
                    List.of("it is that of member " + header.get().group(1)));
        }
        List<RecordedSession> sessions = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (int i = 1; i < lines.length - 1; i++) { // behind the last line feed is nothing
            Optional<RecordedSession> session = CheckedLines.checked(lines[i]).flatMap(MemberRecord::session);
            session.ifPresent(sessions::add);
            if (session.isEmpty()) {
                problems.add("line " + (i + 1) + " is damaged and is skipped");
            }
        }
        return new Content(true, Optional.of(header.get().group(2)), List.copyOf(sessions), List.copyOf(problems));
    }

    private static String describe(String line) {
        return line.startsWith(FORMAT + "1 ")
                ? "its first line is damaged; it is written again"
                : "it was written by another version of Holdfast, and this one reads " + FORMAT
                        + "1; it is written again";
    }

    private static Optional<RecordedSession> session(String line) {
        Matcher matcher = SESSION.matcher(line);
        if (!matcher.matches() || Long.parseLong(matcher.group(3)) > Integer.MAX_VALUE) {
            return Optional.empty();
        }
        SessionId id = new SessionId(Long.parseUnsignedLong(matcher.group(1), 16));
        Duration timeout = Duration.ofMillis(Long.parseLong(matcher.group(3)));
        Optional<SessionCredentials> credentials = Optional.of(matcher.group(4))
                .filter(password -> !password.equals(NO_PASSWORD))
                .map(password ->
                        new SessionCredentials(id.value(), HexFormat.of().parseHex(password), timeout));
        return Optional.of(new RecordedSession(id, matcher.group(2), timeout, credentials));
    }
}
