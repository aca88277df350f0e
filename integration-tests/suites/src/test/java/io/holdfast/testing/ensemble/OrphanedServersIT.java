// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the servers when the JVM that started them ends without closing them. */
class OrphanedServersIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** A JVM that starts a server, says where, and then only waits to be ended. */
    static final class Starter {
        public static void main(String[] args) throws InterruptedException {
            Server server = Ensemble.builder().servers(1).start().server(1);
            System.out.println(
                    "started " + server.pid() + " " + server.log().getParent().getParent());
            Thread.currentThread().join();
        }
    }

    @ParameterizedTest(name = "SIG{0}")
    @ValueSource(strings = {"TERM", "KILL"})
    @Timeout(120)
    void endAndTakeTheirFilesWithThemWhenTheirStarterGetsThisSignal(String signal) throws IOException {
        Process starter = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Starter.class.getName())
                .redirectErrorStream(true)
                .start();
        try {
            List<String> started = List.of(startLine(starter).split(" "));
            long pid = Long.parseLong(started.get(1));
            Path files = Path.of(started.get(2));
            assertThat(files).exists();
            assertThat(ProcessHandle.of(pid)).isPresent();

            if (signal.equals("KILL")) {
                starter.destroyForcibly();
            } else {
                starter.destroy();
            }

            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(ProcessHandle.of(pid)).isEmpty();
                assertThat(files).doesNotExist();
            });
        } finally {
            starter.destroyForcibly();
        }
    }

    private static String startLine(Process starter) throws IOException {
        BufferedReader out = starter.inputReader(StandardCharsets.UTF_8);
        String line = "";
        while (!line.startsWith("started ")) {
            line = Objects.requireNonNull(out.readLine(), "the starter ended before it had started a server");
        }
        return line;
    }
}
