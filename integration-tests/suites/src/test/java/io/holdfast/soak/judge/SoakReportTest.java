// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak.judge;

import static io.holdfast.soak.judge.Records.END;
import static io.holdfast.soak.judge.Records.KEY;
import static io.holdfast.soak.judge.Records.LIMITS;
import static io.holdfast.soak.judge.Records.NODE;
import static io.holdfast.soak.judge.Records.OF_GRANTS;
import static io.holdfast.soak.judge.Records.SESSION;
import static io.holdfast.soak.judge.Records.nanos;
import static io.holdfast.soak.judge.Records.registered;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.soak.judge.Note.Kind;
import io.holdfast.soak.judge.Note.Opened;
import io.holdfast.soak.judge.Note.OperatorDeleted;
import io.holdfast.soak.judge.Note.Registered;
import io.holdfast.soak.judge.Note.SessionBegan;
import io.holdfast.testing.history.FaultKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoakReportTest {

    @Test
    void countsFaultsAndOperationsAndSaysThatNothingIsWrong() {
        assertThat(report(registered()
                        .held(NODE, SESSION, 950, END)
                        .suffers(FaultKind.CUT, "ada.1", 5_000, 5_000)
                        .suffers(FaultKind.LEADER_KILLED, "server 1", 7_000, 8_000)))
                .contains("by hand", "Violations: **0**", "| cut | member | 1 |", "| leader killed | ensemble | 1 |")
                .contains("| all | | 2 |", "| nodes registered | 1 |", "| registrations asked for, tagged | 1 |")
                .endsWith("None.\n");
    }

    @Test
    void saysHowLongEachKindOfLossTookToMend() {
        assertThat(report(registered()
                        .held(NODE, SESSION, 950, 5_000)
                        .outside(new OperatorDeleted(nanos(5_010), nanos(5_000), NODE, 0x70))
                        .moves(5_004)
                        .comesBack(5_020, SESSION, 0x80)
                        .held(NODE, SESSION, 5_015, 9_000)
                        .suffers(FaultKind.AWAY_UNTIL_EXPIRED, "ada.1", 6_000, 9_000)
                        .moves(6_001)
                        .says("ada.1", new SessionBegan(nanos(9_200), "ada-00", 9))
                        .comesBack(9_250, 9, 0x90)
                        .held(NODE, 9, 9_240, END)))
                .contains("the session lives (from the deletion) | 1 | 20.0 | 20.0 | 20.0 | 20.0 |")
                .contains("| its session: a new one, a new node | 1 | 250.0 | 250.0 | 250.0 | 250.0 |");
    }

    @Test
    void countsFromTheFirstWordOfAProcessThatWasStartedAgain() {
        assertThat(report(registered()
                        .held(NODE, SESSION, 950, 5_000)
                        .ends("ada.1", 4_000)
                        .says("ada.2", new Opened(nanos(6_000), KEY, NODE, Kind.TAGGED, true))
                        .says("ada.2", new SessionBegan(nanos(6_500), "ada-00", 9))
                        .says("ada.2", new Registered(nanos(6_700), KEY, NODE, 9, 0x90))
                        .held(NODE, 9, 6_650, END)))
                .contains("with a journal (from when it asked for the node) | 1 | 700.0 |");
    }

    @Test
    void tellsOfAViolationWhatWasNotedAroundIt() {
        assertThat(report(registered()
                        .held(NODE, SESSION, 950, 5_000)
                        .suffers(FaultKind.CUT, "bob.1", 5_500, 5_500)
                        .suffers(FaultKind.FOLLOWER_PAUSED, "server 1", 5_600, 5_700)
                        .moves(9_000)
                        .comesBack(9_500, SESSION, 0x90)
                        .held(NODE, SESSION, 9_400, END)))
                .contains("Violations: **1**", "- 5.050 s I2:")
                .containsSubsequence(
                        "outside  Appeared 1 " + NODE + " 0x7",
                        "ada.1    Registered " + KEY + " " + NODE + " 0x7 0x70",
                        "outside  Vanished 1 " + NODE,
                        "fault from 5.600 s on: FOLLOWER_PAUSED server 1",
                        "ada.1    Moved " + KEY + " InDoubt")
                .doesNotContain("bob.1");
    }

    @Test
    void percentilesAreValuesThatWereMeasured() {
        List<Long> values = List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 100L);

        assertThat(Recoveries.percentile(values, 50)).isEqualTo(5);
        assertThat(Recoveries.percentile(values, 90)).isEqualTo(9);
        assertThat(Recoveries.percentile(values, 99)).isEqualTo(100);
        assertThat(Recoveries.percentile(List.of(3L), 50)).isEqualTo(3);
    }

    @Test
    void aRecordIsReadFromItsFiles(@TempDir Path directory) throws IOException {
        SoakRecord.entitle(directory, "as played");
        Note opened = new Opened(nanos(1), KEY, "/soak/d 1/ä", Kind.PLAIN, true);
        Note ended = new Note.Moved(nanos(2), KEY, "Failed: somebody, else");
        Files.writeString(directory.resolve("ada.2.notes"), opened.line() + "\n" + ended.line() + "\nRegistered 3 a");
        Files.writeString(directory.resolve("operator.notes"), new Note.Killed(nanos(9), "ada", 2).line() + "\n");

        SoakRecord record = SoakRecord.read(directory);

        assertThat(record.title()).isEqualTo("as played");
        assertThat(record.runs()).containsExactly(new ProcessRun("ada", 2, List.of(opened, ended), nanos(9)));
    }

    private static String report(Records records) {
        SoakRecord record = records.record();
        return new SoakReport(record, Judge.violations(record, LIMITS, OF_GRANTS)).toString();
    }
}
