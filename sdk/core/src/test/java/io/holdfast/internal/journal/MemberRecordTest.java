// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.internal.journal.MemberRecord.Content;
import io.holdfast.internal.session.SessionCredentials;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemberRecordTest {

    private static final String MEMBER = "broker-7";
    private static final String RUN = "0123456789abcdef";
    private static final String BEFORE = "fedcba9876543210";
    private static final RecordedSession OURS = session(RUN, 0x1000a2b3c4d0001L);
    private static final RecordedSession THEIRS = session(BEFORE, -2);

    private static RecordedSession session(String run, long id) {
        byte[] password = new byte[16];
        Arrays.fill(password, (byte) id);
        return RecordedSession.of(run, new SessionCredentials(id, password, Duration.ofSeconds(18)));
    }

    @Test
    void isLinesThatAPersonCanRead() {
        assertThat(text(List.of(THEIRS.withoutPassword(), OURS), true).lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .matches("holdfast-record/1 member=broker-7 incarnation=" + RUN + " crc=[0-9a-f]{8}"),
                        line -> assertThat(line)
                                .matches("session=0xfffffffffffffffe run=" + BEFORE
                                        + " timeout-ms=18000 password=- crc=[0-9a-f]{8}"),
                        line -> assertThat(line)
                                .matches("session=0x1000a2b3c4d0001 run=" + RUN
                                        + " timeout-ms=18000 password=(01){16} crc=[0-9a-f]{8}"));
    }

    @Test
    void saysWhatWasWritten() {
        Content content = read(text(List.of(OURS, THEIRS), true));

        assertThat(content).isEqualTo(new Content(true, Optional.of(RUN), List.of(OURS, THEIRS), List.of()));
        assertThat(content.sessions()).extracting(RecordedSession::timeout).containsOnly(Duration.ofSeconds(18));
    }

    @Test
    void holdsNoPasswordWhereOthersCouldReadIt() {
        String text = text(List.of(OURS, THEIRS), false);

        assertThat(text).doesNotContain("0101", "fefe");
        assertThat(read(text).sessions()).containsExactly(OURS.withoutPassword(), THEIRS.withoutPassword());
    }

    @Test
    void showsNoPasswordInWords() {
        assertThat(read(text(List.of(OURS), true)).toString())
                .contains("0x1000a2b3c4d0001")
                .doesNotContain("0101");
    }

    @Test
    void aNodeThatWasPreparedForItIsOurs() {
        assertThat(read("")).isEqualTo(new Content(true, Optional.empty(), List.of(), List.of()));
    }

    @Test
    void whatIsNoRecordOrAnotherMembersIsLeftAlone() {
        assertThat(read("{\"version\":1,\"host\":\"a\"}"))
                .isEqualTo(new Content(
                        false, Optional.empty(), List.of(), List.of("it holds something else than a record")));
        assertThat(MemberRecord.read(text(List.of(OURS), true).getBytes(ISO_8859_1), "broker-8"))
                .isEqualTo(new Content(false, Optional.empty(), List.of(), List.of("it is that of member broker-7")));
    }

    @Test
    void thatOfAnotherVersionIsWrittenAgain() {
        Content content = read("holdfast-record/2 member=broker-7 somehow=else crc=00000000\n");

        assertThat(content.isOurs()).isTrue();
        assertThat(content.writer()).isEmpty();
        assertThat(content.problems()).singleElement().asString().contains("another version of Holdfast");
    }

    @Test
    void aDamagedLineIsSkippedAndSaidWithoutBeingShown() {
        String text = text(List.of(THEIRS, OURS), true).replaceFirst("password=fe", "password=ff");

        Content content = read(text);

        assertThat(content.sessions()).containsExactly(OURS);
        assertThat(content.problems()).containsExactly("line 2 is damaged and is skipped");
    }

    @Test
    void neverInventsASessionWhateverByteIsDamaged() {
        byte[] record = text(List.of(OURS, THEIRS.withoutPassword()), true).getBytes(ISO_8859_1);
        for (int at = 0; at < record.length; at++) {
            for (int change : new int[] {0x01, 0x20, 0x80, record[at] ^ '\n', record[at] ^ '0'}) {
                byte[] damaged = record.clone();
                damaged[at] ^= (byte) change;

                assertThat(List.of(OURS, THEIRS.withoutPassword()))
                        .as("byte %s changed by %s", at, change)
                        .containsAll(MemberRecord.read(damaged, MEMBER).sessions());
            }
        }
    }

    @Test
    void aRecordCutAtAnyByteIsReadAsFarAsItGoes() {
        byte[] record = text(List.of(OURS, THEIRS), true).getBytes(ISO_8859_1);
        for (int length = 0; length < record.length; length++) {
            assertThat(MemberRecord.read(Arrays.copyOf(record, length), MEMBER).sessions())
                    .as("cut at %s", length)
                    .isIn(List.of(), List.of(OURS));
        }
    }

    private static String text(List<RecordedSession> sessions, boolean withPasswords) {
        return new String(MemberRecord.text(MEMBER, RUN, sessions, withPasswords), ISO_8859_1);
    }

    private static Content read(String text) {
        return MemberRecord.read(text.getBytes(ISO_8859_1), MEMBER);
    }
}
