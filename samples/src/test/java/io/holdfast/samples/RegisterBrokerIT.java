// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.testing.ensemble.Ensemble;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegisterBrokerIT {

    private static final String PATH = "/brokers/ids/7";

    @TempDir
    Path journal;

    @Test
    void the_broker_is_registered_with_its_json_untouched_until_it_is_interrupted() throws Exception {
        try (Ensemble ensemble = Ensemble.builder().servers(1).start();
                SampleRun broker = SampleRun.start(
                        new RegisterBroker(), "--connect", ensemble.connectString(), "--journal", journal.toString())) {
            ZooKeeper reader = new ZooKeeper(ensemble.connectString(), 10_000, event -> {});
            try {
                await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(reader.exists(PATH, false))
                        .isNotNull());
                Stat stat = new Stat();
                assertThat(new String(reader.getData(PATH, false, stat), UTF_8))
                        .startsWith("{\"version\":5,")
                        .endsWith("}");
                assertThat(stat.getEphemeralOwner()).isNotZero();

                broker.interrupt();
                await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(reader.exists(PATH, false))
                        .isNull());
            } finally {
                reader.close();
            }
        }
    }
}
