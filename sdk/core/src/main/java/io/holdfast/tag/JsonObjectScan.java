// SPDX-License-Identifier: Apache-2.0
package io.holdfast.tag;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the members of one name are in a JSON object. The only class that knows Jackson, so that the others load
 * without it.
 *
 * @param refusal why the bytes are not a JSON object, or null if they are
 * @param firstMember the offset right behind the opening brace
 * @param isEmpty whether the object has no members
 * @param members the top-level members of the name that was searched for
 */
record JsonObjectScan(@Nullable String refusal, int firstMember, boolean isEmpty, List<Member> members) {

    private static final JsonFactory JACKSON = JsonFactory.builder()
            // Always UTF-8: a parser for another encoding has no byte offsets.
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            // ZooKeeper bounds the data already; Jackson's own limits would refuse what the application may store.
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    /**
     * One member with the comma that must go if it goes.
     *
     * @param start offset of the first byte to remove
     * @param end offset behind the last byte to remove
     * @param text the member's value, empty if it is not a string
     */
    record Member(int start, int end, String text) {}

    static JsonObjectScan of(byte[] document, String name) {
        if (startsWithByteOrderMark(document)) {
            return refused("it starts with a byte order mark, which JSON does not allow");
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(document));
            try (JsonParser parser = JACKSON.createParser(document)) {
                return scan(parser, document, name);
            }
        } catch (CharacterCodingException e) {
            return refused("it is not UTF-8");
        } catch (JsonProcessingException e) {
            JsonLocation location = e.getLocation();
            return refused("it is not valid JSON" + (location == null ? "" : " at byte " + location.getByteOffset()));
        } catch (IOException | RuntimeException e) {
            return refused("it could not be read as JSON (" + e.getClass().getSimpleName() + ')');
        }
    }

    private static boolean startsWithByteOrderMark(byte[] document) {
        return document.length >= BYTE_ORDER_MARK.length
                && ByteBuffer.wrap(document, 0, BYTE_ORDER_MARK.length).equals(ByteBuffer.wrap(BYTE_ORDER_MARK));
    }

    private static JsonObjectScan refused(String why) {
        return new JsonObjectScan(why, 0, true, List.of());
    }

    private static JsonObjectScan scan(JsonParser parser, byte[] document, String name) throws IOException {
        JsonToken root = parser.nextToken();
        if (root != JsonToken.START_OBJECT) {
            return refused(root == null ? "it is empty" : "it is another kind of JSON value");
        }
        int firstMember = offset(parser) + 1;
        List<Member> members = new ArrayList<>();
        boolean first = true;
        JsonToken token = parser.nextToken();
        while (token == JsonToken.FIELD_NAME) {
            boolean wanted = name.equals(parser.currentName());
            int nameStart = offset(parser);
            JsonToken kind = parser.nextToken();
            int valueStart = offset(parser);
            String text = wanted && kind == JsonToken.VALUE_STRING ? parser.getText() : "";
            parser.skipChildren();
            token = parser.nextToken();
            if (wanted) {
                members.add(member(document, nameStart, valueStart, text, first, token == JsonToken.FIELD_NAME));
            }
            first = false;
        }
        if (parser.nextToken() != null) {
            return refused("something follows the object at byte " + offset(parser));
        }
        return new JsonObjectScan(null, firstMember, first, members);
    }

    private static int offset(JsonParser parser) {
        return (int) parser.currentTokenLocation().getByteOffset();
    }

    private static Member member(
            byte[] document, int nameStart, int valueStart, String text, boolean first, boolean followed) {
        if (text.isEmpty()) {
            return new Member(nameStart, nameStart, text);
        }
        int valueEnd = endOfString(document, valueStart);
        if (!first) {
            return new Member(lastComma(document, nameStart), valueEnd, text);
        }
        return new Member(nameStart, followed ? firstComma(document, valueEnd) + 1 : valueEnd, text);
    }

    private static int endOfString(byte[] document, int openingQuote) {
        int i = openingQuote + 1;
        while (document[i] != '"') {
            i += document[i] == '\\' ? 2 : 1;
        }
        return i + 1;
    }

    /** Between two members of valid JSON there is nothing but white space and the comma. */
    private static int firstComma(byte[] document, int from) {
        int i = from;
        while (document[i] != ',') {
            i++;
        }
        return i;
    }

    private static int lastComma(byte[] document, int before) {
        int i = before - 1;
        while (document[i] != ',') {
            i--;
        }
        return i;
    }
}
