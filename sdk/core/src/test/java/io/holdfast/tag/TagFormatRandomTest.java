// SPDX-License-Identifier: Apache-2.0
package io.holdfast.tag;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Properties over many random tags, payloads and mutilated data; the seed is in every failure. */
class TagFormatRandomTest {
    private static final long SEED = 20130308;
    private static final String MEMBER_ALPHABET = "ABCxyz0189._-";
    private static final String[] SPACES = {"", "", " ", "\n\t", " \r\n "};
    private static final String[] STRINGS = {
        "", "a", "holdfast", "é🦀", "\\\"", "\\\\", ",", "}", "\\u0000", "{\\\"holdfast\\\":1}"
    };

    private final Random random = new Random(SEED);

    @BeforeEach
    void printSeed() {
        System.out.println("TagFormatRandomTest seed " + SEED);
    }

    @ParameterizedTest
    @MethodSource("io.holdfast.tag.TagFormatTest#allFormats")
    void givesBackWhatWasPutIn(TagFormat format) {
        for (int round = 0; round < 5_000; round++) {
            EphemeralTag tag = randomTag();
            byte[] payload = randomObject(0).getBytes(UTF_8);

            byte[] data = format.encode(tag, payload);

            String input = "seed " + SEED + " round " + round + " payload " + new String(payload, UTF_8);
            assertThat(format.payload(data)).as(input).isEqualTo(payload);
            if (format.carriesTag()) {
                assertThat(format.tag(data)).as(input).contains(tag);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.holdfast.tag.TagFormatTest#allFormats")
    void neverThrowsWhateverTheDataAndKeepsDataWithoutATag(TagFormat format) {
        for (int round = 0; round < 20_000; round++) {
            byte[] data = mutilate(format.encode(randomTag(), randomObject(0).getBytes(UTF_8)));
            byte[] before = data.clone();
            String input = "seed " + SEED + " round " + round + " data "
                    + HexFormat.of().formatHex(data);

            boolean tagged = format.tag(data).isPresent();
            byte[] payload = format.payload(data);

            assertThat(data).as(input).isEqualTo(before);
            if (tagged) {
                assertThat(payload.length).as(input).isLessThan(data.length);
            } else {
                assertThat(payload).as(input).isEqualTo(data);
            }
        }
    }

    private EphemeralTag randomTag() {
        StringBuilder memberId = new StringBuilder().append("mM0".charAt(random.nextInt(3)));
        for (int i = random.nextInt(128); i > 0; i--) {
            memberId.append(MEMBER_ALPHABET.charAt(random.nextInt(MEMBER_ALPHABET.length())));
        }
        long sessionId = random.nextLong() >> random.nextInt(64);
        return new EphemeralTag(
                memberId.toString(),
                HexFormat.of().toHexDigits(random.nextLong()),
                sessionId == 0 ? 1 : sessionId,
                EphemeralTag.requireToken("nonce", HexFormat.of().toHexDigits(random.nextLong())),
                Duration.ofMillis(1 + random.nextInt(Integer.MAX_VALUE)));
    }

    private String randomObject(int depth) {
        StringBuilder object =
                new StringBuilder(depth == 0 ? space() : "").append('{').append(space());
        int members = random.nextInt(4);
        for (int i = 0; i < members; i++) {
            // At the top a payload must not use the tag's own name; below it may.
            String name = depth == 0 ? "m" + i + string() : string();
            object.append(i == 0 ? "" : ",").append(space());
            object.append('"')
                    .append(name)
                    .append('"')
                    .append(space())
                    .append(':')
                    .append(space());
            object.append(value(depth + 1)).append(space());
        }
        return object.append('}').append(depth == 0 ? space() : "").toString();
    }

    private String value(int depth) {
        int kind = random.nextInt(depth > 3 ? 4 : 6);
        return switch (kind) {
            case 0 -> "null";
            case 1 -> Long.toString(random.nextLong());
            case 2 -> random.nextBoolean() + "";
            case 3 -> '"' + string() + '"';
            case 4 -> "[" + space() + value(depth + 1) + "," + value(depth + 1) + "]";
            default -> randomObject(depth);
        };
    }

    private String string() {
        return STRINGS[random.nextInt(STRINGS.length)];
    }

    private String space() {
        return SPACES[random.nextInt(SPACES.length)];
    }

    private byte[] mutilate(byte[] data) {
        byte[] result = data.clone();
        for (int i = random.nextInt(4); i > 0 && result.length > 0; i--) {
            int at = random.nextInt(result.length);
            switch (random.nextInt(4)) {
                case 0 -> result[at] = (byte) random.nextInt();
                case 1 -> result[at] = (byte) "{}[]\",:\\ \n/".charAt(random.nextInt(11));
                case 2 -> result = Arrays.copyOf(result, at);
                default -> System.arraycopy(result, 0, result, at, Math.min(8, result.length - at));
            }
        }
        return result;
    }
}
