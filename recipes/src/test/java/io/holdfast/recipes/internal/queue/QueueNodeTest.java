// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueueNodeTest {

    private static final String MARK = "_c_5e1b1e5a-0c3f-4a53-9d6e-6d7c0c1c2f3a-";
    private static final Set<String> KINDS = Set.of("lock-", "__READ__", "__WRIT__");

    @ParameterizedTest
    @CsvSource({
        "lock-0000000012, lock-, 12",
        "__READ__0000000000, __READ__, 0",
        "__WRIT__2147483647, __WRIT__, 2147483647",
        "lock--2147483648, lock-, -2147483648",
        "lock--000000001, lock-, -1",
        "__READ__-1000000000, __READ__, -1000000000"
    })
    void readsWhatTheServerWrites(String name, String kind, int sequence) {
        assertThat(QueueNode.of(name, KINDS)).contains(new QueueNode(name, kind, sequence));
        assertThat(QueueNode.of(MARK + name, KINDS)).contains(new QueueNode(MARK + name, kind, sequence));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "latch-0000000012",
                "lock-",
                "lock-12",
                "lock-00000000012",
                "lock-9999999999",
                "lock-000000001x",
                "xlock-0000000012",
                "_c_not-a-uuid-lock-0000000012",
                "locks",
                ""
            })
    void passesOverWhatIsNoneOfTheLine(String name) {
        assertThat(QueueNode.of(name, KINDS)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 2, true",
        "2, 1, false",
        "2, 2, false",
        "2147483647, -2147483648, true",
        "-2147483648, 2147483647, false",
        "-2, -1, true"
    })
    void ordersByCreationAlsoWhereTheCounterWrapsAround(int one, int other, boolean isBefore) {
        assertThat(node(one).isBefore(node(other))).isEqualTo(isBefore);
    }

    @Test
    void knowsTheNumberOfAnotherRecipesNodeByItsMark() {
        assertThat(QueueNode.sequenceOfAnyKind(MARK + "latch-0000000012")).contains(12);
        assertThat(QueueNode.sequenceOfAnyKind("latch-0000000012")).isEmpty();
        assertThat(QueueNode.sequenceOfAnyKind(MARK)).isEmpty();
    }

    private static QueueNode node(int sequence) {
        return new QueueNode("lock-", "lock-", sequence);
    }
}
