// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.holdfast.guarantees.support.NewerJdk;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Virtual threads wait as others do: none holds the thread that carries it, so one carrier is enough for all of them. */
class VirtualThreadsIT {

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().servers(1));

    @Test
    void oneCarrierServesAllWhoWait() throws Exception {
        Optional<NewerJdk> jdk = NewerJdk.since(21);
        assumeTrue(jdk.isPresent(), "virtual threads need a JDK 21 or later, and none is below /usr/lib/jvm");
        Process process = new ProcessBuilder(
                        jdk.get().java(),
                        "-Djdk.virtualThreadScheduler.parallelism=1",
                        "-Djdk.virtualThreadScheduler.maxPoolSize=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        VirtualThreadsProcess.class.getName(),
                        SERVERS.ensemble().connectString())
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(output).contains("done");
        } finally {
            process.destroyForcibly();
        }
    }
}
