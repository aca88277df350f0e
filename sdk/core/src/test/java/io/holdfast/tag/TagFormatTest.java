// SPDX-License-Identifier: Apache-2.0
package io.holdfast.tag;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TagFormatTest {
    static final EphemeralTag TAG = new EphemeralTag(
            "broker-7", "0123456789abcdef", 0x1000a2b3c4d0001L, "fedcba9876543210", Duration.ofSeconds(6));
    private static final String LINE = "holdfast/1 member=broker-7 incarnation=0123456789abcdef"
            + " session=0x1000a2b3c4d0001 nonce=fedcba9876543210 timeout-ms=6000";
    private static final TagFormat ENVELOPE = TagFormat.envelope();

    static Stream<TagFormat> allFormats() {
        return Stream.of(TagFormat.envelope(), TagFormat.jsonField(), TagFormat.ownerOnly());
    }

    @Test
    void putsTheEnvelopesLineInFrontOfThePayload() {
        byte[] data = ENVELOPE.encode(TAG, "10.0.0.7:9092".getBytes(UTF_8));

        assertThat(new String(data, UTF_8)).isEqualTo(LINE + "\n10.0.0.7:9092");
        assertThat(ENVELOPE.tag(data)).contains(TAG);
        assertThat(ENVELOPE.payload(data)).asString(UTF_8).isEqualTo("10.0.0.7:9092");
    }

    @Test
    void writesTheVeryBytesOfTheSpecification() throws Exception {
        String specification = Files.readString(Path.of("..", "..", "docs", "tag-format.md"));
        StringBuilder hex = new StringBuilder();
        Matcher rows = Pattern.compile("(?m)^    [0-9a-f]{4}  ((?:[0-9a-f]{2} )*[0-9a-f]{2})")
                .matcher(specification);
        while (rows.find()) {
            hex.append(rows.group(1).replace(" ", ""));
        }

        assertThat(specification).contains("    " + LINE + "\n");
        assertThat(HexFormat.of().formatHex(ENVELOPE.encode(TAG, "10.0.0.7:9092".getBytes(UTF_8))))
                .isEqualTo(hex.toString());
    }

    static Stream<byte[]> payloads() {
        return Stream.of(
                new byte[0],
                new byte[] {'\n'},
                new byte[] {0},
                new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF, 'x'},
                new byte[] {(byte) 0xC0, (byte) 0x80, (byte) 0xFF},
                "größer 🦀".getBytes(UTF_8),
                (LINE + "\nan envelope of somebody else").getBytes(UTF_8),
                new byte[1 << 20]);
    }

    @ParameterizedTest
    @MethodSource("payloads")
    void keepsAnyPayloadInAnEnvelopeByteForByte(byte[] payload) {
        byte[] data = ENVELOPE.encode(TAG, payload);

        assertThat(ENVELOPE.tag(data)).contains(TAG);
        assertThat(ENVELOPE.payload(data)).isEqualTo(payload);
    }

    static Stream<Arguments> extremes() {
        return Stream.of(
                Arguments.of("m".repeat(128), Long.MIN_VALUE, Integer.MAX_VALUE),
                Arguments.of("m".repeat(128), -1L, 1),
                Arguments.of("1", 1L, 1),
                Arguments.of("a.b-c_d", Long.MAX_VALUE, 40_000));
    }

    @ParameterizedTest
    @MethodSource("extremes")
    void carriesEveryTagThatCanBeMade(String memberId, long sessionId, int timeoutMillis) {
        EphemeralTag tag =
                new EphemeralTag(memberId, "0".repeat(16), sessionId, "f".repeat(16), Duration.ofMillis(timeoutMillis));

        for (TagFormat format : new TagFormat[] {TagFormat.envelope(), TagFormat.jsonField()}) {
            byte[] data = format.encode(tag, "{}".getBytes(UTF_8));
            assertThat(format.tag(data)).as("%s", format).contains(tag);
            assertThat(format.payload(data)).asString(UTF_8).as("%s", format).isEqualTo("{}");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "{}",
                "plain text",
                "holdfast",
                "holdfast/1",
                "holdfast/1\n",
                "holdfast/1 \n",
                LINE, // no line feed
                LINE + "\r\n",
                LINE + " \n",
                LINE + " more=1\n",
                ' ' + LINE + '\n',
                '\n' + LINE + '\n',
                "\uFEFF" + LINE + '\n'
            })
    void findsNoTagInAnythingButAnExactLine(String data) {
        assertUntagged(data);
    }

    static Stream<Arguments> changedWords() {
        return Stream.of(
                Arguments.of("holdfast/1", "holdfast/2"),
                Arguments.of("holdfast/1", "holdfast/01"),
                Arguments.of("holdfast/1", "holdfast/10"),
                Arguments.of("holdfast/1", "Holdfast/1"),
                Arguments.of("member=broker-7", "member="),
                Arguments.of("member=broker-7", "member=a/b"),
                Arguments.of("member=broker-7", "member=bröker"),
                Arguments.of("member=broker-7", "member=" + "m".repeat(129)),
                Arguments.of("member=broker-7", "member=" + "m".repeat(100_000)),
                Arguments.of("member=broker-7 incarnation", "incarnation"),
                Arguments.of("=0123456789abcdef", "=0123456789ABCDEF"),
                Arguments.of("=0123456789abcdef", "=0123456789abcde"),
                Arguments.of("session=0x1000a2b3c4d0001", "session=1000a2b3c4d0001"),
                Arguments.of("session=0x1000a2b3c4d0001", "session=0x0"),
                Arguments.of("session=0x1000a2b3c4d0001", "session=0x01"),
                Arguments.of("session=0x1000a2b3c4d0001", "session=0x" + "f".repeat(17)),
                Arguments.of("timeout-ms=6000", "timeout-ms=0"),
                Arguments.of("timeout-ms=6000", "timeout-ms=-1"),
                Arguments.of("timeout-ms=6000", "timeout-ms=2147483648"),
                Arguments.of("timeout-ms=6000", "timeout-ms=99999999999999999999"),
                Arguments.of("timeout-ms=6000", "timeout-ms=٦٠٠٠"));
    }

    @ParameterizedTest
    @MethodSource("changedWords")
    void findsNoTagInALineThatIsNotOfThisVersion(String word, String changed) {
        assertThat(LINE).contains(word);

        assertUntagged(LINE.replace(word, changed) + "\npayload");
    }

    private static void assertUntagged(String text) {
        byte[] data = text.getBytes(UTF_8);
        assertThat(ENVELOPE.tag(data)).isEmpty();
        assertThat(ENVELOPE.payload(data)).isEqualTo(data);
    }

    @Test
    void leavesThePayloadAloneWhereTheOwnerIsAllThatCounts() {
        TagFormat format = TagFormat.ownerOnly();
        byte[] payload = (LINE + "\npayload").getBytes(ISO_8859_1);

        assertThat(format.encode(TAG, payload)).isEqualTo(payload).isNotSameAs(payload);
        assertThat(format.tag(payload)).isEmpty();
        assertThat(format.payload(payload)).isEqualTo(payload).isNotSameAs(payload);
    }

    @ParameterizedTest
    @MethodSource("allFormats")
    void readsAbsentDataAsAnEmptyPayloadWithoutATag(TagFormat format) {
        assertThat(format.tag(null)).isEmpty();
        assertThat(format.payload(null)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("allFormats")
    void refusesToEncodeNull(TagFormat format) {
        assertThatNullPointerException()
                .isThrownBy(() -> format.encode(TAG, null))
                .withMessage("payload");
        assertThatNullPointerException().isThrownBy(() -> format.encode(null, "{}".getBytes(UTF_8)));
    }

    @Test
    void saysWhichFormatItIsAndWhetherItCarriesATag() {
        assertThat(allFormats().map(TagFormat::toString))
                .containsExactly("envelope", "jsonField(\"holdfast\")", "ownerOnly");
        assertThat(allFormats().map(TagFormat::carriesTag)).containsExactly(true, true, false);
        assertThat(TagFormat.jsonField())
                .isEqualTo(TagFormat.jsonField("holdfast"))
                .isNotEqualTo(TagFormat.jsonField("x"));
    }
}
