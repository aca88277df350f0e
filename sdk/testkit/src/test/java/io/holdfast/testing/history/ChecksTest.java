// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testing.history.Entry.Answer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the checks find in histories that were written by hand: each rule once kept to the limit, and once broken. */
class ChecksTest {

    static Stream<Arguments> good() {
        return Stream.of(
                row(
                        "one after the other",
                        new Games()
                                .granted("a.1", 0, 5, 3_000)
                                .releases("a.1", 100, 5)
                                .granted("b.1", 100, 6, 3_000)
                                .releases("b.1", 200, 6)),
                row(
                        "a stopped one hears late, but its deadline was before the next grant",
                        new Games()
                                .granted("a.1", 0, 5, 3_000)
                                .granted("b.1", 3_001, 6, 6_000)
                                .releases("b.1", 4_000, 6)
                                .ended("a.1", 5_000, 5)),
                row(
                        "a holder whose node an operator deleted hears of it soon",
                        new Games()
                                .granted("a.1", 0, 5, 9_000)
                                .deleted(5, 100)
                                .granted("b.1", 101, 6, 3_100)
                                .releases("b.1", 200, 6)
                                .ended("a.1", 1_102, 5)),
                row(
                        "a holder whose node an operator deleted and who is cut off is at an end within a session timeout",
                        new Games()
                                .suffered(FaultKind.ANSWERS_HELD, "a.1", 90, 4_000)
                                .granted("a.1", 0, 5, 9_000)
                                .deleted(5, 100)
                                .granted("b.1", 101, 6, 3_100)
                                .releases("b.1", 200, 6)
                                .ended("a.1", 3_102, 5)),
                row(
                        "an operator deletes a node just before its grant is written down",
                        new Games()
                                .deleted(5, 100)
                                .granted("b.1", 103, 6, 3_100)
                                .granted("a.1", 104, 5, 3_100)
                                .ended("a.1", 105, 5)
                                .releases("b.1", 200, 6)),
                row(
                        "a grant that was over when its stopped process wrote it down",
                        new Games()
                                .granted("b.1", 0, 6, 3_000)
                                .releases("b.1", 500, 6)
                                .granted("a.1", 700, 5, 700)
                                .ended("a.1", 701, 5)),
                row(
                        "writes in the order of the tokens",
                        new Games()
                                .writes("a.1", 10, 5, 1, Answer.COMMITTED, 50)
                                .writes("a.1", 20, 5, 2, Answer.UNKNOWN, 0)
                                .writes("b.1", 30, 6, 1, Answer.COMMITTED, 60)
                                .writes("a.1", 40, 5, 3, Answer.REFUSED, 0)
                                .writes("a.1", 50, 5, 4, Answer.UNKNOWN, 0)
                                .has(50, "a.1", 5, 1)
                                .has(51, "a.1", 5, 2)
                                .has(60, "b.1", 6, 1)),
                row(
                        "a refused write of a grant that has ended",
                        new Games()
                                .granted("a.1", 0, 5, 3_000)
                                .ended("a.1", 100, 5)
                                .writes("a.1", 101, 5, 1, Answer.REFUSED, 0)),
                entryRow(
                        "everybody in after the faults, the restarted one by its new process",
                        new Games()
                                .tries("a.1", 100)
                                .tries("a.2", Games.CALM - 100)
                                .granted("a.2", Games.CALM + 19_000, 5, Games.CALM + 20_000)
                                .releases("a.2", Games.CALM + 19_001, 5)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("good")
    void nothingIsFoundIn(String what, Games game) {
        assertThat(rulesBroken(game)).as(what).isEmpty();
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                row(
                        "two hold at one time",
                        new Games()
                                .granted("a.1", 0, 5, 3_000)
                                .granted("b.1", 99, 6, 3_000)
                                .releases("a.1", 100, 5)
                                .releases("b.1", 200, 6)),
                row(
                        "two hold at one time",
                        new Games() // a long one and two within it
                                .granted("a.1", 0, 5, 3_000)
                                .granted("b.1", 100, 6, 3_000)
                                .releases("b.1", 200, 6)
                                .releases("a.1", 1_000, 5)),
                row(
                        "two hold at one time",
                        new Games() // a stopped one acts on when it goes on
                                .granted("a.1", 0, 5, 3_000)
                                .granted("b.1", 3_500, 6, 6_000)
                                .stands("a.1", 5_000, 5, 8_000)
                                .releases("b.1", 5_100, 6)
                                .ended("a.1", 5_200, 5)),
                row(
                        "two hold at one time",
                        new Games() // a silent one's session was given up before the deadline that it knew
                                .granted("a.1", 0, 5, 3_000)
                                .granted("b.1", 2_999, 6, 6_000)
                                .releases("b.1", 3_100, 6)),
                row(
                        "two hold at one time",
                        new Games() // an operator's deletion goes unnoticed
                                .suffered(FaultKind.LEADER_PAUSED, "server 1", 90, 4_000)
                                .granted("a.1", 0, 5, 9_000)
                                .deleted(5, 100)
                                .granted("b.1", 101, 6, 3_100)
                                .releases("b.1", 200, 6)
                                .ended("a.1", 3_103, 5)),
                row(
                        "two hold at one time",
                        new Games() // nothing but an operator's deletion goes on, and it is noticed late
                                .suffered(FaultKind.ANSWERS_HELD, "b.1", 90, 4_000)
                                .granted("a.1", 0, 5, 9_000)
                                .deleted(5, 100)
                                .granted("b.1", 101, 6, 3_100)
                                .releases("b.1", 200, 6)
                                .ended("a.1", 1_103, 5)),
                row(
                        "two hold at one time",
                        new Games() // the deletion came after the second grant and so does not excuse it
                                .granted("a.1", 0, 5, 3_000)
                                .granted("b.1", 100, 6, 3_100)
                                .deleted(5, 101)
                                .ended("a.1", 103, 5)
                                .releases("b.1", 200, 6)),
                row(
                        "a later grant has no higher token",
                        new Games()
                                .granted("a.1", 0, 6, 3_000)
                                .releases("a.1", 100, 6)
                                .granted("b.1", 200, 5, 3_000)
                                .releases("b.1", 300, 5)),
                row(
                        "a later grant has no higher token",
                        new Games()
                                .granted("a.1", 0, 6, 3_000)
                                .releases("a.1", 100, 6)
                                .granted("b.1", 200, 6, 3_000)
                                .releases("b.1", 300, 6)),
                row(
                        "a grant stands again after it was said to have ended",
                        new Games()
                                .granted("a.1", 0, 5, 3_000)
                                .ended("a.1", 100, 5)
                                .stands("a.1", 101, 5, 3_000)),
                row(
                        "a grant writes after it was said to have ended",
                        new Games()
                                .granted("a.1", 0, 5, 3_000)
                                .ended("a.1", 100, 5)
                                .writes("a.1", 101, 5, 1, Answer.COMMITTED, 50)
                                .has(50, "a.1", 5, 1)),
                row(
                        "a write of an older grant was committed after one of a newer",
                        new Games()
                                .writes("a.1", 10, 5, 1, Answer.UNKNOWN, 0)
                                .writes("b.1", 11, 6, 1, Answer.COMMITTED, 50)
                                .has(51, "a.1", 5, 1)
                                .has(50, "b.1", 6, 1)),
                row(
                        "the answer to a write is not true",
                        new Games().writes("a.1", 10, 5, 1, Answer.REFUSED, 0).has(50, "a.1", 5, 1)),
                row("the answer to a write is not true", new Games().writes("a.1", 10, 5, 1, Answer.COMMITTED, 50)),
                row(
                        "the answer to a write is not true",
                        new Games()
                                .writes("a.1", 10, 5, 1, Answer.COMMITTED, 50)
                                .has(51, "a.1", 5, 1)),
                row(
                        "one write was committed twice",
                        new Games()
                                .writes("a.1", 10, 5, 1, Answer.UNKNOWN, 0)
                                .has(50, "a.1", 5, 1)
                                .has(51, "a.1", 5, 1)),
                entryRow(
                        "a.1 did not get in",
                        new Games().granted("a.1", 0, 5, 3_000).releases("a.1", 100, 5)),
                entryRow(
                        "a.2 did not get in",
                        new Games()
                                .granted("a.1", Games.CALM + 1, 5, Games.CALM + 1_000)
                                .releases("a.1", Games.CALM + 2, 5)
                                .tries("a.2", Games.CALM + 3)),
                entryRow(
                        "b.1 did not get in",
                        new Games()
                                .granted("b.1", Games.CALM + 20_001, 5, Games.CALM + 21_000)
                                .releases("b.1", Games.CALM + 20_002, 5)),
                entryRow(
                        "b.1 did not get in",
                        new Games()
                                .granted("b.1", Games.CALM + 1, 5, Games.CALM + 1)
                                .ended("b.1", Games.CALM + 2, 5)));
    }

    @ParameterizedTest(name = "{0} [{index}]")
    @MethodSource("bad")
    void itIsFoundThat(String rule, Games game) {
        assertThat(rulesBroken(game)).singleElement().asString().startsWith(rule);
    }

    @Test
    void everyOlderWriteIsFoundAndNotOnlyTheFirst() {
        assertThat(rulesBroken(new Games()
                        .has(50, "b.1", 6, 1)
                        .has(51, "a.1", 5, 1)
                        .has(52, "a.1", 5, 2)
                        .has(53, "b.1", 6, 2)))
                .hasSize(2);
    }

    private static List<String> rulesBroken(Games game) {
        return game.history().violations(Games.LIMITS).stream()
                .map(Violation::what)
                .toList();
    }

    /** A game in which nobody is left out, so that one rule at most is broken. */
    private static Arguments row(String name, Games game) {
        return Arguments.of(name, game.andThenAllGetIn());
    }

    private static Arguments entryRow(String name, Games game) {
        return Arguments.of(name, game);
    }
}
