// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.registration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.guarantees.support.Member;
import io.holdfast.guarantees.support.Operator;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import java.time.Duration;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What only its creator may touch is kept as well as any other node, and a stranger's attempt says what is wrong. */
class DigestAclIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final byte[] SECRET = "member:secret".getBytes(UTF_8);

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().localSessions(true).localSessionsUpgrading(true));

    private final Ensemble ensemble = SERVERS.ensemble();

    @Test
    void aNodeThatOnlyItsCreatorMayReadIsKeptThroughReconnectionAndExpiry() throws Exception {
        try (Operator stranger = new Operator(ensemble);
                Member member = Member.start(
                        ensemble.proxiedConnectString(), "member", settings -> settings.authorization("digest", SECRET)
                                .aclProvider(path -> ZooDefs.Ids.CREATOR_ALL_ACL))) {
            Registration registration = member.register("/private/node");
            RegisteredNode node = registration.awaitRegistered(PATIENCE);
            requireUnreadable(stranger);

            ensemble.servers().forEach(server -> server.proxy().cut());
            await().atMost(PATIENCE).until(() -> !(registration.state() instanceof Registered));
            assertThat(registration.awaitRegistered(PATIENCE)).isEqualTo(node);
            assertThat(registration.update("new".getBytes(UTF_8))).succeedsWithin(PATIENCE);

            SmallTicks.declareExpired(member.client());
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(registration.state())
                    .isInstanceOfSatisfying(Registered.class, registered -> assertThat(
                                    registered.registered().czxid())
                            .isGreaterThan(node.czxid())));
            requireUnreadable(stranger);
        }
    }

    @Test
    void whoMayNotCreateIsToldWhichSettingsToLookAt() throws Exception {
        try (Member member = Member.start(
                        ensemble.connectString(), "member", settings -> settings.authorization("digest", SECRET)
                                .aclProvider(path -> ZooDefs.Ids.CREATOR_ALL_ACL));
                Member stranger = Member.start(ensemble.connectString(), "stranger")) {
            member.register("/fenced/node").awaitRegistered(PATIENCE);

            assertThatExceptionOfType(RefusedByEnsembleException.class)
                    .isThrownBy(() -> stranger.register("/fenced/other").awaitRegistered(PATIENCE))
                    .withMessageContaining("/fenced/other")
                    .withMessageContaining("NOAUTH")
                    .withMessageContaining("authorization");
        }
    }

    private static void requireUnreadable(Operator stranger) {
        assertThatExceptionOfType(KeeperException.NoAuthException.class)
                .isThrownBy(() -> stranger.read("/private/node"));
    }
}
