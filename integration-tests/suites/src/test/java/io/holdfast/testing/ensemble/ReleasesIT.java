// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.peer.OrdinaryClient;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every release that the build provides. */
class ReleasesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @ParameterizedTest(name = "ZooKeeper {0}")
    @ValueSource(strings = {"3.3.4", "3.4.3", "3.4.5", "3.4.14", "3.5.0-alpha", "3.5.10", "3.6.4", "3.7.2", "3.8.6"})
    void servesAClientThroughTheProxyAndShowsItsNodeToTheObserver(String version) throws InterruptedException {
        try (Ensemble ensemble = Ensemble.builder().release(Release.of(version)).start();
                OwnerObserver observer = OwnerObserver.of(ensemble);
                OrdinaryClient client = OrdinaryClient.connectingTo(ensemble.proxiedConnectString())
                        .registering("/node")
                        .start()) {
            client.awaitRegistered(PATIENCE);

            observer.awaitOwner("/node", client.sessionId(), PATIENCE);
            assertThat(ensemble.followers()).hasSize(2);
            assertThat(ensemble.proxies())
                    .anyMatch(proxy -> proxy.connection(client.sessionId()).isPresent());
        }
    }
}
