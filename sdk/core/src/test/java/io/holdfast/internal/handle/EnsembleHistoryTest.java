// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.holdfast.error.HistoryWentBackException;
import io.holdfast.event.HoldfastEvent;
import io.holdfast.event.HoldfastEvent.HistoryWentBack;
import io.holdfast.internal.journal.HistoryFile;
import io.holdfast.session.SessionId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnsembleHistoryTest {

    private static final SessionId S = new SessionId(7);

    private final List<HoldfastEvent> events = new CopyOnWriteArrayList<>();
    private final EnsembleHistory history = history(Optional.empty());

    @Test
    void aHistoryThatGrowsIsNoNews() {
        history.confirmed(S, 0x10);
        history.seen(0x20);
        history.confirmed(S, 0x20);
        history.confirmed(S, 0x100000001L);

        assertThat(events).isEmpty();
        history.require("A grant");
    }

    @Test
    void isToldOnceAndRefusesUntilItIsAccepted() {
        history.confirmed(S, 0x10);
        history.seen(0x20);

        history.confirmed(S, 0x5);
        history.confirmed(S, 0x6);

        assertThat(events).containsExactly(new HistoryWentBack(7, 0x20, 0x5));
        assertThatExceptionOfType(HistoryWentBackException.class)
                .isThrownBy(() -> history.require("A grant"))
                .withMessageContainingAll("A grant is refused", "0x20", "0x5", "acceptHistory()")
                .satisfies(e -> assertThat(e.highestZxid()).isEqualTo(0x20))
                .satisfies(e -> assertThat(e.zxid()).isEqualTo(0x5));

        history.accept();
        history.require("A grant");
    }

    @Test
    void anotherLossIsAnotherEvent() {
        history.confirmed(S, 0x20);
        history.confirmed(S, 0x5);
        history.confirmed(S, 0x3);

        assertThat(events).containsExactly(new HistoryWentBack(7, 0x20, 0x5), new HistoryWentBack(7, 0x5, 0x3));
    }

    @Test
    void theNextRunKnowsUntilItIsAccepted(@TempDir Path directory) throws Exception {
        EnsembleHistory first = history(Optional.of(HistoryFile.of(directory, "m")));
        first.confirmed(S, 0x20);
        first.flush();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("m.history"))))
                .isEqualTo("rw-------");

        EnsembleHistory second = history(Optional.of(HistoryFile.of(directory, "m")));
        second.confirmed(S, 0x5);
        second.confirmed(S, 0x6);
        second.flush();
        EnsembleHistory third = history(Optional.of(HistoryFile.of(directory, "m")));
        third.confirmed(S, 0x50); // beyond what was lost, and still nobody knows of it
        assertThat(events).containsExactly(new HistoryWentBack(7, 0x20, 0x5));
        assertThatExceptionOfType(HistoryWentBackException.class).isThrownBy(() -> third.require("A grant"));
        third.accept();

        EnsembleHistory fourth = history(Optional.of(HistoryFile.of(directory, "m")));
        fourth.confirmed(S, 0x51);
        fourth.require("A grant");
        fourth.flush();
    }

    @Test
    void aDamagedFileCountsAsNone(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("m.history"), "holdfast-history/1 zxid=0x");
        EnsembleHistory damaged = history(Optional.of(HistoryFile.of(directory, "m")));

        damaged.confirmed(S, 0x5);

        damaged.require("A grant");
        damaged.flush();
    }

    private EnsembleHistory history(Optional<HistoryFile> file) {
        return new EnsembleHistory(file, events::add, new ClientThreads());
    }
}
