// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.holdfast.internal.journal.MemberRecord.Content;
import io.holdfast.internal.journal.RecordRules.Found;
import io.holdfast.internal.journal.RecordRules.Step;
import io.holdfast.session.SessionId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may end whom: the last one to start wins, and nobody answers in kind. */
class RecordRulesTest {

    private static final Optional<Set<String>> FIRST_TIME = Optional.empty();
    private static final RecordedSession OF_BEFORE = session("before", 1);
    private static final RecordedSession OURS = session("me", 2);

    static Stream<Arguments> table() {
        return Stream.of(
                arguments("there is none", Optional.empty(), FIRST_TIME, write(Optional.empty())),
                arguments("there is none any more", Optional.empty(), known("before"), write(Optional.empty())),
                arguments("of the run before", by("before", OF_BEFORE), FIRST_TIME, write(Optional.of(5), OF_BEFORE)),
                arguments(
                        "of the run before, which wrote again while we started",
                        by("before", OF_BEFORE),
                        known("before"),
                        write(Optional.of(5), OF_BEFORE)),
                arguments(
                        "written since by another",
                        by("later", OF_BEFORE),
                        known("before"),
                        new Step.Overtaken("later")),
                arguments("written at the same moment", by("later"), known(), new Step.Overtaken("later")),
                arguments(
                        "our own, its answer lost",
                        by("me", OF_BEFORE, OURS),
                        known("before"),
                        write(Optional.of(5), OF_BEFORE)),
                arguments("our own, before we read any", by("me", OURS), FIRST_TIME, write(Optional.of(5))),
                arguments(
                        "prepared",
                        found(0, new Content(true, Optional.empty(), List.of(), List.of())),
                        FIRST_TIME,
                        write(Optional.of(5))),
                arguments(
                        "none of ours",
                        found(0, new Content(false, Optional.empty(), List.of(), List.of("a", "b"))),
                        FIRST_TIME,
                        new Step.LeaveAlone("a; b")),
                arguments(
                        "a node that is ephemeral",
                        found(9, new Content(true, Optional.empty(), List.of(), List.of())),
                        FIRST_TIME,
                        new Step.LeaveAlone("the node is ephemeral")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void followsTheTable(String what, Optional<Found> read, Optional<Set<String>> atStart, Step expected) {
        assertThat(RecordRules.next(read, "me", atStart)).isEqualTo(expected);
    }

    private static Optional<Found> by(String writer, RecordedSession... sessions) {
        return found(0, new Content(true, Optional.of(writer), List.of(sessions), List.of()));
    }

    private static Optional<Found> found(long owner, Content content) {
        return Optional.of(new Found(owner, 5, content));
    }

    private static Optional<Set<String>> known(String... runs) {
        return Optional.of(Set.of(runs));
    }

    private static Step write(Optional<Integer> over, RecordedSession... found) {
        return new Step.Write(over, List.of(found));
    }

    private static RecordedSession session(String run, long id) {
        return new RecordedSession(new SessionId(id), run, Duration.ofSeconds(6), Optional.empty());
    }
}
