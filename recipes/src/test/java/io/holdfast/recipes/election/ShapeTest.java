// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShapeTest {

    static Stream<Arguments> lists() {
        return Stream.of(
                Arguments.of("nobody", List.of(), List.of()),
                Arguments.of(
                        "by number, whatever the mark",
                        List.of(
                                "_c_ffffffff-ffff-ffff-ffff-ffffffffffff-latch-0000000001",
                                "latch-0000000003",
                                "_c_00000000-0000-0000-0000-000000000000-latch-0000000002"),
                        List.of(
                                "_c_ffffffff-ffff-ffff-ffff-ffffffffffff-latch-0000000001",
                                "_c_00000000-0000-0000-0000-000000000000-latch-0000000002",
                                "latch-0000000003")),
                Arguments.of(
                        "across the overflow of the counter",
                        List.of("latch--2147483648", "latch-2147483647", "latch-2147483646"),
                        List.of("latch-2147483646", "latch-2147483647", "latch--2147483648")),
                Arguments.of(
                        "what is no candidate is left out",
                        List.of("config", "lock-0000000001", "latch-0000000001", "latch-1"),
                        List.of("latch-0000000001")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lists")
    void ordersCandidates(String what, List<String> names, List<String> ordered) {
        assertThat(Shape.inOrder(names)).isEqualTo(ordered);
    }

    @Test
    void aFixedNodeHasItsLineAndItsFenceBesideIt() {
        Shape shape = Shape.atNode("/controller");

        assertThat(shape.queue().directory()).isEqualTo("/controller-line");
        assertThat(shape.fence()).isEqualTo("/controller-epoch");
        assertThat(shape.isFixed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"controller", "/", "", "/a/", "/a//b"})
    void refusesPathsThatCannotBe(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shape.atNode(path))
                .withMessageContaining("path must");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shape.queued(path))
                .withMessageContaining("path must");
    }
}
