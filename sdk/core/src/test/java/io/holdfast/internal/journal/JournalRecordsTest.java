// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.internal.journal.JournalRecords.Contents;
import io.holdfast.internal.session.SessionCredentials;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JournalRecordsTest {
    private static final String MEMBER = "broker-7";
    private static final String INCARNATION = "0123456789abcdef";
    private static final SessionCredentials FIRST = session(0x1000a2b3c4d0001L);
    private static final SessionCredentials SECOND = session(-2);
    private static final SessionCredentials THIRD = session(3);

    private static final List<byte[]> LINES = List.of(
            JournalRecords.header(MEMBER, INCARNATION),
            JournalRecords.opened(FIRST),
            JournalRecords.opened(SECOND),
            JournalRecords.ended(FIRST.sessionId()),
            JournalRecords.opened(THIRD),
            JournalRecords.opened(FIRST));

    private static SessionCredentials session(long id) {
        byte[] password = new byte[16];
        Arrays.fill(password, (byte) id);
        return new SessionCredentials(id, password, Duration.ofSeconds(6));
    }

    @Test
    void writesLinesThatAPersonCanRead() {
        assertThat(new String(LINES.get(0), ISO_8859_1))
                .isEqualTo("holdfast-journal/1 member=broker-7 incarnation=0123456789abcdef crc=f433267f\n");
        assertThat(new String(LINES.get(2), ISO_8859_1))
                .startsWith("opened session=0xfffffffffffffffe timeout-ms=6000 password=fefefe")
                .endsWith("\n");
        assertThat(new String(LINES.get(3), ISO_8859_1)).startsWith("ended session=0x1000a2b3c4d0001 crc=");
    }

    @Test
    void givesBackTheSessionsWhoseLastRecordIsThatTheyWereOpened() {
        Contents contents = read(join(LINES));

        assertThat(contents.readable()).isTrue();
        assertThat(contents.problems()).isEmpty();
        assertThat(contents.sessions().values()).containsExactly(SECOND, THIRD, FIRST);
        assertThat(contents.sessions().values())
                .allSatisfy(session -> assertThat(session.sessionTimeout()).isEqualTo(Duration.ofSeconds(6)));
    }

    @Test
    void readsAFileCutAtAnyByteAsTheRecordsThatAreComplete() {
        byte[] file = join(LINES);
        for (int length = 0; length <= file.length; length++) {
            Contents contents = read(Arrays.copyOf(file, length));

            assertThat(contents.readable()).as("cut at %s", length).isTrue();
            assertThat(contents.problems()).as("cut at %s", length).isEmpty();
            assertThat(contents.sessions().values())
                    .as("cut at %s", length)
                    .containsExactlyElementsOf(expected(length));
        }
    }

    /** What the complete lines within the first {@code length} bytes say, worked out from the list and not from the text. */
    private static Collection<SessionCredentials> expected(int length) {
        Map<Long, SessionCredentials> open = new LinkedHashMap<>();
        List<SessionCredentials> opens = Arrays.asList(null, FIRST, SECOND, null, THIRD, FIRST);
        int end = 0;
        for (int i = 0; i < LINES.size(); i++) {
            end += LINES.get(i).length;
            if (end <= length && opens.get(i) != null) {
                open.put(opens.get(i).sessionId(), opens.get(i));
            } else if (end <= length && i == 3) {
                open.remove(FIRST.sessionId());
            }
        }
        return open.values();
    }

    @Test
    void ignoresATailOfZerosThatALostPowerLeavesBehind() {
        byte[] file = join(LINES.subList(0, 3));

        Contents contents = read(Arrays.copyOf(file, file.length + 4096));

        assertThat(contents.problems()).isEmpty();
        assertThat(contents.sessions().values()).containsExactly(FIRST, SECOND);
    }

    @Test
    void neverInventsASessionWhateverByteIsDamaged() {
        byte[] file = join(LINES);
        for (int at = 0; at < file.length; at++) {
            for (int change : new int[] {0x01, 0x20, 0x80, file[at] ^ '\n', file[at] ^ '0'}) {
                byte[] damaged = file.clone();
                damaged[at] ^= (byte) change;

                Contents contents = read(damaged);

                assertThat(List.of(FIRST, SECOND, THIRD))
                        .as("byte %s changed by %s", at, change)
                        .containsAll(contents.sessions().values());
            }
        }
    }

    @Test
    void skipsADamagedLineInTheMiddleAndSaysWhichWithoutShowingIt() {
        List<byte[]> lines = new ArrayList<>(LINES);
        byte[] damaged = LINES.get(1).clone();
        damaged[damaged.length - 30] ^= 1;
        lines.set(1, damaged);
        lines.remove(5);

        Contents contents = read(join(lines));

        assertThat(contents.sessions().values()).containsExactly(SECOND, THIRD);
        assertThat(contents.problems()).containsExactly("line 2 is damaged and is skipped");
    }

    @Test
    void usesTheRecordsBelowADamagedHeader() {
        List<byte[]> lines = new ArrayList<>(LINES.subList(0, 3));
        lines.set(0, "damaged\n".getBytes(ISO_8859_1));

        Contents contents = read(join(lines));

        assertThat(contents.readable()).isTrue();
        assertThat(contents.sessions().values()).containsExactly(FIRST, SECOND);
        assertThat(contents.problems()).containsExactly("line 1 is damaged and is skipped");
    }

    @Test
    void leavesTheFileOfAnotherVersionOrAnotherMemberAlone() {
        byte[] file = join(LINES);

        Contents otherMember = JournalRecords.read(file, "broker-8", INCARNATION);
        Contents otherVersion = read("holdfast-journal/2 member=broker-7 crc=e1146745\nopened\n".getBytes(ISO_8859_1));

        assertThat(otherMember.readable()).isFalse();
        assertThat(otherMember.sessions()).isEmpty();
        assertThat(otherMember.problems()).singleElement().asString().contains("member=broker-8");
        assertThat(otherVersion.readable()).isFalse();
        assertThat(otherVersion.problems()).singleElement().asString().contains("another version of Holdfast");
    }

    private static Contents read(byte[] file) {
        return JournalRecords.read(file, MEMBER, INCARNATION);
    }

    private static byte[] join(List<byte[]> lines) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        lines.forEach(file::writeBytes);
        return file.toByteArray();
    }
}
