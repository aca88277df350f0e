// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.docs;

import io.holdfast.HoldfastClient;
import io.holdfast.micrometer.HoldfastMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.nio.file.Path;
import java.time.Duration;

/** A client as one would build it for production. */
final class SettingUp {

    private SettingUp() {}

    static HoldfastClient production(MeterRegistry registry) {
        // tag::production[]
        HoldfastClient client = HoldfastClient.builder()
                .connectString("zk1:2181,zk2:2181,zk3:2181/app")
                .memberId("server-7")
                .sessionTimeout(Duration.ofSeconds(18))
                .serverTick(Duration.ofSeconds(2)) // tickTime of the servers
                .safetyMargin(Duration.ofSeconds(3))
                .journal(Path.of("/var/lib/server/holdfast"))
                .observer(new HoldfastMetrics(registry, Tags.of("member", "server-7")))
                .build();
        // end::production[]
        return client;
    }
}
