// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.session.Znode;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChildChangeTest {

    /** Each look is written as {@code name:czxid:version}, separated by spaces. */
    @ParameterizedTest(name = "from [{0}] to [{1}]: {2}")
    @CsvSource(
            nullValues = "nothing",
            value = {
                "nothing,      nothing,            ''",
                "nothing,      b:2:0 a:1:0,        'joined a, joined b'",
                "a:1:0 b:2:0,  b:2:0,              'left a'",
                "a:1:0,        a:1:0,              ''",
                "a:1:0,        a:1:3,              'updated a'",
                "a:1:0,        a:9:0,              'bounced a'",
                "a:1:3,        a:9:3,              'bounced a'",
                "a:1:3,        a:9:0,              'bounced a'",
                "z:1:0 b:2:0,  a:3:0 b:2:1,        'left z, joined a, updated b'",
            })
    void theDifferenceOfTwoLooks(String before, String after, String expected) {
        assertThat(ChildChange.between(look(before), look(after)).stream()
                        .map(ChildChangeTest::words)
                        .collect(Collectors.joining(", ")))
                .isEqualTo(expected);
    }

    private static Map<String, Child> look(String text) {
        return text == null
                ? Map.of()
                : Arrays.stream(text.trim().split(" +", -1))
                        .map(ChildChangeTest::child)
                        .collect(Collectors.toMap(Child::name, Function.identity()));
    }

    private static Child child(String text) {
        String[] parts = text.split(":", -1);
        return new Child(
                parts[0],
                new Znode("/d/" + parts[0], new byte[0], 7, Long.parseLong(parts[1]), Integer.parseInt(parts[2])),
                true);
    }

    static String words(ChildChange change) {
        if (change instanceof ChildChange.Joined joined) {
            return "joined " + joined.child().name();
        }
        if (change instanceof ChildChange.Left left) {
            return "left " + left.child().name();
        }
        if (change instanceof ChildChange.Updated updated) {
            return "updated " + updated.after().name();
        }
        return "bounced " + ((ChildChange.Bounced) change).after().name();
    }
}
