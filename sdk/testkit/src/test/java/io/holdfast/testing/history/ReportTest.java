// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testing.history.Entry.Answer;
import org.junit.jupiter.api.Test;

class ReportTest {

    @Test
    void countsWhatHappened() {
        String report = report(new Games()
                .suffered(FaultKind.KILLED, "b", 10, 20)
                .suffered(FaultKind.KILLED, "a", 30, 40)
                .suffered(FaultKind.CUT, "a", 50, 50)
                .tries("a.1", 0)
                .granted("a.1", 1_500, 5, 4_000)
                .writes("a.1", 1_510, 5, 1, Answer.COMMITTED, 50)
                .has(50, "a.1", 5, 1)
                .writes("a.1", 1_520, 5, 2, Answer.UNKNOWN, 0)
                .releases("a.1", 1_600, 5)
                .granted("b.1", 1_700, 6, 1_700)
                .andThenAllGetIn());

        assertThat(report)
                .contains("by hand")
                .contains("faults        3: killed 2, cut 1")
                .contains("grants        4, of these over before they were written down: 1")
                .contains("fenced writes 1 committed, 0 refused, 1 unknown; the ensemble has 1")
                .contains("longest wait  1.5 s")
                .endsWith("violations: 0\n");
    }

    @Test
    void listsTheFaults() {
        assertThat(new Report(
                                new Games()
                                        .suffered(FaultKind.CUT, "b.1", 20, 20)
                                        .suffered(FaultKind.LEADER_PAUSED, "server 2", 10, 1_500)
                                        .history(),
                                Games.LIMITS)
                        .faults())
                .isEqualTo("   0.010 s to    1.500 s  LEADER_PAUSED server 2\n   0.020 s to    0.020 s  CUT b.1\n");
    }

    @Test
    void statesTheOverlapsThatAnOperatorCaused() {
        assertThat(report(new Games()
                        .granted("a.1", 0, 5, 3_000)
                        .deleted(5, 100)
                        .granted("b.1", 103, 6, 3_100)
                        .ended("a.1", 110, 5)
                        .releases("b.1", 200, 6)
                        .andThenAllGetIn()))
                .contains("overlaps after an operator's deletion, within the limit: 1, the longest 7.0 ms")
                .endsWith("violations: 0\n");
    }

    @Test
    void tellsTheTwoGrantsOfAViolationInOrder() {
        assertThat(report(new Games()
                        .suffered(FaultKind.LEADER_PAUSED, "server 2", 50, 900)
                        .granted("a.1", 0, 0x5a, 3_000)
                        .granted("b.1", 99, 0x6b, 3_000)
                        .releases("a.1", 100, 0x5a)
                        .releases("b.1", 200, 0x6b)
                        .granted("c.1", 3_000, 0x7c, 4_000)
                        .andThenAllGetIn()))
                .contains("VIOLATION: two hold at one time, for 1000 us: a.1 holds 5a, and b.1 holds 6b")
                .containsSubsequence(
                        "0.000000 s  a.1      granted 5a",
                        "0.050000 s  fault    LEADER_PAUSED server 2",
                        "0.099000 s  b.1      granted 6b",
                        "0.100000 s  a.1      releasing 5a",
                        "0.200000 s  b.1      releasing 6b",
                        "violations: 1")
                .doesNotContain("c.1");
    }

    @Test
    void keepsOfARoutineTheLastLineOnly() {
        assertThat(report(new Games()
                        .granted("a.1", 0, 0x5a, 3_000)
                        .stands("a.1", 10, 0x5a, 3_010)
                        .stands("a.1", 20, 0x5a, 3_020)
                        .granted("b.1", 50, 0x6b, 3_000)
                        .stands("a.1", 99, 0x5a, 3_099)
                        .releases("a.1", 100, 0x5a)
                        .releases("b.1", 200, 0x6b)
                        .andThenAllGetIn()))
                .doesNotContain("0.010000 s")
                .containsSubsequence(
                        "0.020000 s  a.1      standing 5a",
                        "0.050000 s  b.1      granted 6b",
                        "0.099000 s  a.1      standing 5a");
    }

    @Test
    void leavesOutTheMiddleOfALongStory() {
        Games game = new Games().granted("a.1", 0, 0x5a, 9_000).granted("b.1", 50, 0x6b, 9_000);
        for (int at = 100; at < 1_100; at += 10) {
            game.stands("a.1", at, 0x5a, 9_000).stands("b.1", at + 5, 0x6b, 9_000);
        }

        assertThat(report(game.releases("a.1", 1_100, 0x5a)
                        .releases("b.1", 1_200, 0x6b)
                        .andThenAllGetIn()))
                .containsSubsequence("granted 5a", "granted 6b", "... 156 more lines ...", "releasing 6b");
    }

    private static String report(Games game) {
        return new Report(game.history(), Games.LIMITS).toString();
    }
}
