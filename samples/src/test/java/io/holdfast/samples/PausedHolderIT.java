// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testing.ensemble.Ensemble;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The failure that nothing but a fence stops: a holder that is paused past its deadline and goes on where it was. */
class PausedHolderIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @Test
    void what_a_paused_holder_writes_after_its_successor_has_written_is_refused() throws Exception {
        Path file = directory.resolve("ledger.db");
        try (Ensemble ensemble = Ensemble.builder().servers(1).start();
                ToldProcess old = ToldProcess.start(ensemble.connectString(), file, "old");
                GuardDatabase database = GuardDatabase.open(file)) {
            long oldToken = Long.parseLong(old.await("token ", PATIENCE));
            old.tell("write 100");
            assertThat(old.await("write 100: ", PATIENCE)).isEqualTo("done");
            old.pause();

            try (ToldProcess successor = ToldProcess.start(ensemble.connectString(), file, "successor")) {
                long token = Long.parseLong(successor.await("token ", PATIENCE));
                assertThat(token).isGreaterThan(oldToken);
                successor.tell("write 200");
                assertThat(successor.await("write 200: ", PATIENCE)).isEqualTo("done");
                successor.tell("create /by-the-successor");
                assertThat(successor.await("create /by-the-successor: ", PATIENCE))
                        .isEqualTo("done");

                old.tell("write 150");
                old.tell("create /by-the-old");
                old.goOn();

                assertThat(old.await("write 150: ", PATIENCE))
                        .startsWith("refused")
                        .contains(Long.toString(oldToken), Long.toString(token));
                assertThat(old.await("create /by-the-old: ", PATIENCE))
                        .startsWith("refused")
                        .contains(Long.toString(oldToken));
                assertThat(database.read(LedgerProcess.ENTRY)).contains("200");
                assertThat(database.newest()).hasValue(token);
                requireOnlyTheSuccessorsNode(ensemble);
            }
        }
    }

    private static void requireOnlyTheSuccessorsNode(Ensemble ensemble) throws Exception {
        ZooKeeper reader = new ZooKeeper(ensemble.connectString(), (int) PATIENCE.toMillis(), event -> {});
        try {
            assertThat(reader.exists("/by-the-successor", false)).isNotNull();
            assertThat(reader.exists("/by-the-old", false)).isNull();
        } finally {
            reader.close();
        }
    }
}
