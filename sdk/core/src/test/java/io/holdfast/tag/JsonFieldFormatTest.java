// SPDX-License-Identifier: Apache-2.0
package io.holdfast.tag;

import static io.holdfast.tag.TagFormatTest.TAG;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFieldFormatTest {
    private static final TagFormat FORMAT = TagFormat.jsonField();
    private static final String FIELD = "\"holdfast\":\"" + TAG + '"';
    private static final String KAFKA_BROKER =
            "{\"features\":{},\"listener_security_protocol_map\":{\"PLAINTEXT\":\"PLAINTEXT\"},\"endpoints\":"
                    + "[\"PLAINTEXT://10.0.0.7:9092\"],\"jmx_port\":-1,\"port\":9092,\"host\":\"10.0.0.7\",\"version\":5,"
                    + "\"timestamp\":\"1700000000000\"}";

    static Stream<Arguments> objects() {
        return Stream.of(
                Arguments.of("{}", "{" + FIELD + "}"),
                Arguments.of(" {\r\n\t } \n", " {" + FIELD + "\r\n\t } \n"),
                Arguments.of("{\"a\":1}", "{" + FIELD + ",\"a\":1}"),
                Arguments.of("{ \"a\" : 1 , \"b\" : [ ] }", "{" + FIELD + ", \"a\" : 1 , \"b\" : [ ] }"),
                Arguments.of("{\"a\":1,\"a\":2}", "{" + FIELD + ",\"a\":1,\"a\":2}"),
                Arguments.of("{\"a\":{\"holdfast\":{}}}", "{" + FIELD + ",\"a\":{\"holdfast\":{}}}"),
                Arguments.of("{\"a\":[{\"holdfast\":1}]}", "{" + FIELD + ",\"a\":[{\"holdfast\":1}]}"),
                Arguments.of("{\"a\":\"holdfast\"}", "{" + FIELD + ",\"a\":\"holdfast\"}"),
                Arguments.of("{\"Holdfast\":1}", "{" + FIELD + ",\"Holdfast\":1}"),
                Arguments.of("{\"größe\":\"🦀\\u00e9\\\"\"}", "{" + FIELD + ",\"größe\":\"🦀\\u00e9\\\"\"}"),
                Arguments.of("{\"\":1e-7}", "{" + FIELD + ",\"\":1e-7}"),
                Arguments.of(KAFKA_BROKER, "{" + FIELD + ',' + KAFKA_BROKER.substring(1)));
    }

    @ParameterizedTest
    @MethodSource("objects")
    void addsOneMemberInFrontAndKeepsEveryOtherByte(String payload, String expected) {
        byte[] data = FORMAT.encode(TAG, payload.getBytes(UTF_8));

        assertThat(data).asString(UTF_8).isEqualTo(expected);
        assertThat(FORMAT.tag(data)).contains(TAG);
        assertThat(FORMAT.payload(data)).asString(UTF_8).isEqualTo(payload);
    }

    @Test
    void leavesKafkasBrokerJsonReadableForAParserThatKnowsNothingOfTags() throws Exception {
        byte[] data = FORMAT.encode(TAG, KAFKA_BROKER.getBytes(UTF_8));

        List<String> members = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(data)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                members.add(parser.currentName());
                parser.nextToken();
                parser.skipChildren();
            }
        }
        assertThat(members)
                .containsExactly(
                        "holdfast",
                        "features",
                        "listener_security_protocol_map",
                        "endpoints",
                        "jmx_port",
                        "port",
                        "host",
                        "version",
                        "timestamp");
    }

    static Stream<Arguments> refusedPayloads() {
        return Stream.of(
                Arguments.of("", "it is empty"),
                Arguments.of(" \n", "it is empty"),
                Arguments.of("[]", "another kind of JSON value"),
                Arguments.of("\"{}\"", "another kind of JSON value"),
                Arguments.of("null", "another kind of JSON value"),
                Arguments.of("hello", "not valid JSON"),
                Arguments.of("{", "not valid JSON"),
                Arguments.of("{\"a\":1,}", "not valid JSON at byte 7"),
                Arguments.of("{'a':1}", "not valid JSON at byte 1"),
                Arguments.of("{\"a\":NaN}", "not valid JSON"),
                Arguments.of("{\"a\":1 /* b */}", "not valid JSON"),
                Arguments.of("{\"a\":\"\n\"}", "not valid JSON"),
                Arguments.of("{}{}", "something follows the object at byte 2"),
                Arguments.of("{} x", "not valid JSON"),
                Arguments.of("\uFEFF{}", "byte order mark"));
    }

    @ParameterizedTest
    @MethodSource("refusedPayloads")
    void refusesAPayloadThatIsNoJsonObject(String payload, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FORMAT.encode(TAG, payload.getBytes(UTF_8)))
                .withMessageStartingWith(
                        "payload must be a JSON object in UTF-8 for TagFormat.jsonField(\"holdfast\"), but ")
                .withMessageContaining(why);
        assertUntagged(payload.getBytes(UTF_8));
    }

    static Stream<byte[]> otherEncodings() {
        return Stream.of(
                "{}".getBytes(UTF_16LE),
                new byte[] {'{', '"', (byte) 0xC0, (byte) 0x80, '"', ':', '1', '}'},
                new byte[] {'{', '"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"', ':', '1', '}'},
                new byte[] {'{', '"', (byte) 0xFF, '"', ':', '1', '}'});
    }

    @ParameterizedTest
    @MethodSource("otherEncodings")
    void refusesAPayloadThatIsNotUtf8(byte[] payload) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FORMAT.encode(TAG, payload))
                .withMessageStartingWith("payload must be a JSON object in UTF-8");
        assertUntagged(payload);
    }

    @Test
    void neverQuotesAPayloadThatItRefuses() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FORMAT.encode(TAG, "{\"password\": s3cret}".getBytes(UTF_8)))
                .withMessageNotContaining("s3cret")
                .withNoCause();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"holdfast\":1}",
                "{\"a\":{},\"holdfast\":null}",
                "{\"hold\\u0066ast\":{}}",
                "{\"holdfast\":\"holdfast/2 from the future\"}"
            })
    void refusesAPayloadThatUsesTheNameItself(String payload) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FORMAT.encode(TAG, payload.getBytes(UTF_8)))
                .withMessageContaining("payload has a member \"holdfast\" of its own")
                .withMessageContaining("choose another name");
        assertUntagged(payload.getBytes(UTF_8));
    }

    @Test
    void refusesToTagTwiceButTakesASecondName() {
        byte[] once = FORMAT.encode(TAG, "{}".getBytes(UTF_8));
        TagFormat other = TagFormat.jsonField("owner.tag");

        assertThatIllegalArgumentException().isThrownBy(() -> FORMAT.encode(TAG, once));
        byte[] twice = other.encode(TAG, once);
        assertThat(other.tag(twice)).contains(TAG);
        assertThat(other.payload(twice)).isEqualTo(once);
    }

    static Stream<Arguments> rewritten() {
        String slashEscaped = "\"holdfast\" : \"" + TAG.toString().replace("/", "\\/") + '"';
        return Stream.of(
                Arguments.of("{\"a\":1," + FIELD + "}", "{\"a\":1}"),
                Arguments.of("{\"a\":1 ,\n" + FIELD + "\n}", "{\"a\":1 \n}"),
                Arguments.of("{\"a\":\",\"," + FIELD + ",\"b\":2}", "{\"a\":\",\",\"b\":2}"),
                Arguments.of("{\n  " + slashEscaped + " ,\n  \"a\":1\n}", "{\n  \n  \"a\":1\n}"),
                Arguments.of("{\"a\":\"\\\"\"," + slashEscaped + "}", "{\"a\":\"\\\"\"}"),
                Arguments.of("{ " + FIELD + " }", "{  }"));
    }

    @ParameterizedTest
    @MethodSource("rewritten")
    void findsTheTagWhereverAToolThatRewroteTheJsonHasPutIt(String data, String payload) {
        assertThat(FORMAT.tag(data.getBytes(UTF_8))).contains(TAG);
        assertThat(FORMAT.payload(data.getBytes(UTF_8))).asString(UTF_8).isEqualTo(payload);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[%s]", "{\"a\":{%s}}", "{%s,%s}", "{%s,\"holdfast\":1}", "{%s", "{%s}}", "{%s,}"})
    void findsNoTagInsideOtherValuesNorTwiceNorInBrokenJson(String pattern) {
        assertUntagged(pattern.replace("%s", FIELD).getBytes(UTF_8));
    }

    @Test
    void findsNoTagOfAnotherVersion() {
        assertUntagged(("{" + FIELD.replace("holdfast/1", "holdfast/2") + ",\"a\":1}").getBytes(UTF_8));
    }

    static Stream<String> large() {
        int mebibyte = 1 << 20;
        StringBuilder manyMembers = new StringBuilder("{");
        for (int i = 0; manyMembers.length() < mebibyte - 20; i++) {
            manyMembers.append('"').append(Integer.toHexString(i)).append("\":0,");
        }
        manyMembers.setCharAt(manyMembers.length() - 1, '}');
        int depth = mebibyte / 2 - 4;
        return Stream.of(
                "{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}",
                "{\"a\":\"" + "x".repeat(mebibyte - 10) + "\"}",
                "{\"" + "x".repeat(mebibyte - 10) + "\":0}",
                "{\"a\":" + "1".repeat(mebibyte - 10) + "}",
                manyMembers.toString());
    }

    @ParameterizedTest
    @MethodSource("large")
    void takesWhateverJsonFitsIntoANode(String payload) {
        byte[] data = FORMAT.encode(TAG, payload.getBytes(UTF_8));

        assertThat(FORMAT.tag(data).equals(Optional.of(TAG))).isTrue();
        assertThat(new String(FORMAT.payload(data), UTF_8).equals(payload)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\"b", "a\\b", "é", "a b"})
    void refusesAFieldNameThatWouldNeedEscapes(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TagFormat.jsonField(name))
                .withMessageContaining("name of the JSON field")
                .withMessageContaining("1 to 64 characters");
    }

    private static void assertUntagged(byte[] data) {
        assertThat(FORMAT.tag(data)).isEmpty();
        assertThat(FORMAT.payload(data)).isEqualTo(data);
    }
}
