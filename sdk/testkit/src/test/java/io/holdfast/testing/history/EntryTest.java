// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.testing.history.Entry.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EntryTest {

    static Stream<Entry> entries() {
        return Stream.of(
                new Entry.Trying(-5),
                new Entry.GaveUp(1, "no connection for 3 s"),
                new Entry.Granted(2, 0x1_0000_0007L, 0xff00_0000_0000_0001L, 99),
                new Entry.Standing(3, 7, 99),
                new Entry.Sent(4, 7, 2),
                new Entry.Answered(5, 7, 2, Answer.COMMITTED, 0x1_0000_0009L),
                new Entry.Answered(5, 7, 2, Answer.UNKNOWN, 0),
                new Entry.InDoubt(6, 7),
                new Entry.Ended(7, 7, "NODE_LOST by somebody"),
                new Entry.Releasing(8, 7),
                new Entry.Released(9, 7, "well"));
    }

    @ParameterizedTest
    @MethodSource("entries")
    void isReadAsItWasWritten(Entry entry) {
        assertThat(Entry.parse(entry.line())).isEqualTo(entry);
    }

    @Test
    void aLineOfSomethingElseIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Entry.parse("12 granted"))
                .withMessageContaining("12 granted");
        assertThatIllegalArgumentException().isThrownBy(() -> Entry.parse("12 sings 7"));
    }

    @Test
    void aLineThatAKilledProcessDidNotFinishDoesNotCount(@TempDir Path directory) throws IOException {
        Path file = Run.file(directory, "a", 1);
        try (Recorder recorder = new Recorder(file)) {
            recorder.record(new Entry.Trying(1));
            recorder.record(new Entry.GaveUp(2, "two\nlines"));
        }
        Files.writeString(file, "3 grant", StandardOpenOption.APPEND);

        assertThat(Run.read(directory, "a", 1, Long.MAX_VALUE).entries())
                .containsExactly(new Entry.Trying(1), new Entry.GaveUp(2, "two lines"));
    }

    @Test
    void aProcessThatNeverWroteHasAnEmptyRun(@TempDir Path directory) throws IOException {
        assertThat(Run.read(directory, "a", 1, Long.MAX_VALUE).entries()).isEmpty();
    }
}
