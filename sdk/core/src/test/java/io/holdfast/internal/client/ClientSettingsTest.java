// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.HoldfastClient;
import io.holdfast.internal.handle.SupervisorSettings;
import io.holdfast.internal.registration.Limits;
import io.holdfast.registration.Parents;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.PaceSettings;
import io.holdfast.session.SessionSettings;
import io.holdfast.tag.TagFormat;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.client.ZKClientConfig;
import org.junit.jupiter.api.Test;

class ClientSettingsTest {

    @Test
    void aClientWithoutAMemberIdIsRefusedByTheNameOfTheSetting() {
        assertThatThrownBy(
                        () -> HoldfastClient.builder().connectString("zk1:2181").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("memberId")
                .hasMessageContaining("1 to 128 characters");
    }

    @Test
    void aGuardIsBelowTheNamespaceAsTheNodesAreThatItGuards() {
        RegistrationOptions asked = RegistrationOptions.builder()
                .format(TagFormat.ownerOnly())
                .parents(Parents.CONTAINER)
                .waitForForeign()
                .waitLimit(Duration.ofSeconds(7))
                .takeOverUnknownGhosts("/guards/workers")
                .build();

        RegistrationOptions sent = settings("team/app").onServers(asked);

        assertThat(sent.conflicts().guardPath()).contains("/team/app/guards/workers");
        assertThat(sent)
                .usingRecursiveComparison()
                .ignoringFields("conflicts.guardPath")
                .isEqualTo(asked);
    }

    @Test
    void optionsStayAsTheyAreWithoutANamespace() {
        RegistrationOptions asked = RegistrationOptions.builder()
                .takeOverUnknownGhosts("/guards/workers")
                .build();

        assertThat(settings("").onServers(asked)).isEqualTo(asked);
    }

    private static ClientSettings settings(String namespace) {
        return new ClientSettings(
                new ClientSettings.Servers("zk1:2181", namespace, new ZKClientConfig()),
                new ClientSettings.Member("member", "0123456789abcdef"),
                new SupervisorSettings(
                        SessionSettings.defaults(),
                        PaceSettings.defaults(),
                        true,
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                new ClientSettings.Application(path -> List.of(), event -> {}, Optional.empty()),
                Duration.ZERO,
                new Limits("", 1 << 20, 1 << 20),
                1);
    }
}
