// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import static io.holdfast.releases.Stage.PATIENCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.TransactionOutcome.Committed;
import io.holdfast.recipes.lock.FencedLock;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.wire.Handles;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.client.ZKClientConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Servers that let nobody in without a certificate, or without a password: every handle has to show it, also the short-lived
 * ones that end earlier sessions.
 */
class SecuredServersIT {

    private static final Duration SHORT = Duration.ofSeconds(5);
    /** Long enough to tell a session that was closed from one that expired, also on a slow machine. */
    private static final Duration LONG = Stage.TICK.multipliedBy(20);
    /** On by default since 3.9, and then there is no DIGEST-MD5. */
    private static final String FIPS_MODE = "zookeeper.fips-mode";

    private final Configuration before = Configuration.getConfiguration();

    @TempDir
    private Path directory;

    @AfterEach
    void forgetPasswords() {
        Configuration.setConfiguration(before);
    }

    @Test
    void nodesAreKeptAndEarlierSessionsEndedOverTls() throws Exception {
        KeyStores stores = KeyStores.in(directory, "known");
        int port = freePort();
        var servers = Ensemble.builder()
                .servers(1)
                .tickTime(Stage.TICK)
                .config("secureClientPort", Integer.toString(port))
                .config("secureClientPortAddress", "127.0.0.1")
                .jvmProperty("zookeeper.serverCnxnFactory", "org.apache.zookeeper.server.NettyServerCnxnFactory");
        stores.settings().forEach(servers::jvmProperty);
        try (Ensemble ensemble = servers.start();
                PlainClient operator = PlainClient.connect(ensemble.connectString(), Socket.NIO);
                OurClient ours = OurClient.start("127.0.0.1:" + port, "tls", settings -> settings.sessionTimeout(LONG)
                        .zkClientConfig(tls(stores)))) {
            requireKeptAndGranted(ours, "/tls");
            assertThat(operator.stat("/tls").orElseThrow().getEphemeralOwner()).isEqualTo(ours.session());

            KeyStores unknown = KeyStores.in(directory, "unknown");
            try (OurClient stranger = OurClient.start(
                    "127.0.0.1:" + port, "stranger", settings -> settings.zkClientConfig(tls(unknown)))) {
                assertThatExceptionOfType(SessionNotConfirmedException.class)
                        .isThrownBy(() -> stranger.client().awaitConfirmed(SHORT))
                        .withMessageContaining("127.0.0.1:" + port);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void nodesAreKeptAndEarlierSessionsEndedUnderAPassword(Socket socket) throws Exception {
        Path jaas = Files.writeString(directory.resolve("jaas.conf"), """
                Server {
                  org.apache.zookeeper.server.auth.DigestLoginModule required user_ours="not-secret" user_other="other";
                };
                """);
        Configuration.setConfiguration(
                logins(Map.of("Ours", "ours:not-secret", "Other", "other:other", "Wrong", "ours:wrong")));
        try (Ensemble ensemble = Ensemble.builder()
                        .servers(1)
                        .tickTime(Stage.TICK)
                        .config("authProvider.1", "org.apache.zookeeper.server.auth.SASLAuthenticationProvider")
                        .jvmProperty("java.security.auth.login.config", jaas.toString())
                        .jvmProperty("zookeeper.sessionRequireClientSASLAuth", "true")
                        .jvmProperty(FIPS_MODE, "false")
                        .start();
                OurClient ours = ours(ensemble, "Ours", socket)) {
            requireKeptAndGranted(ours, "/sasl");

            try (OurClient other = ours(ensemble, "Other", socket)) {
                assertThatExceptionOfType(RefusedByEnsembleException.class)
                        .isThrownBy(() -> other.register("/sasl/below").awaitRegistered(PATIENCE))
                        .withMessageContaining("/sasl/below");
            }
            ZKClientConfig withFips = sasl("Ours", socket);
            withFips.setProperty(FIPS_MODE, "true");
            for (ZKClientConfig config : List.of(sasl("Wrong", socket), withFips)) {
                try (OurClient refused = OurClient.start(
                        ensemble.connectString(), "refused", settings -> settings.zkClientConfig(config))) {
                    assertThatExceptionOfType(RefusedByEnsembleException.class)
                            .isThrownBy(() -> refused.client().awaitConfirmed(PATIENCE))
                            .withMessageContaining("SASL");
                }
            }
        }
    }

    /** A registration, an expiry after which the session before has to be ended, and a lock with a transaction. */
    private static void requireKeptAndGranted(OurClient ours, String path) throws Exception {
        Registration registration = ours.register(path);
        RegisteredNode first = registration.awaitRegistered(PATIENCE);
        assertThat(registration.update("new".getBytes(UTF_8))).succeedsWithin(PATIENCE);

        // the server has just heard of the session: its nodes stand for the whole timeout unless the session is closed
        long old = ours.session();
        long abandoned = System.nanoTime();
        Handles.abandon(ours.client()
                .unwrap(CuratorFramework.class)
                .getZookeeperClient()
                .getZooKeeper());
        await().atMost(PATIENCE).until(() -> ours.session() != old && ours.isRegistered(registration));
        assertThat(Duration.ofNanos(System.nanoTime() - abandoned))
                .as(ours::story)
                .isLessThan(LONG);
        assertThat(registration.awaitRegistered(PATIENCE).czxid()).isGreaterThan(first.czxid());

        try (Grant grant = FencedLock.at(ours.client(), path + "-lock").acquire()) {
            assertThat(grant.transaction().create(path + "-kept", new byte[0]).commit())
                    .isInstanceOf(Committed.class);
        }
    }

    private static OurClient ours(Ensemble ensemble, String login, Socket socket) {
        return OurClient.start(ensemble.connectString(), login, settings -> settings.sessionTimeout(LONG)
                .zkClientConfig(sasl(login, socket))
                .aclProvider(path -> ZooDefs.Ids.CREATOR_ALL_ACL));
    }

    private static ZKClientConfig sasl(String login, Socket socket) {
        ZKClientConfig config = socket.config();
        config.setProperty(ZKClientConfig.LOGIN_CONTEXT_NAME_KEY, login);
        config.setProperty(FIPS_MODE, "false");
        return config;
    }

    private static ZKClientConfig tls(KeyStores stores) {
        ZKClientConfig config = Socket.NETTY.config();
        config.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
        stores.settings().forEach(config::setProperty);
        return config;
    }

    /** Returns logins by the name of their section, each a user and a password with a colon between them. */
    private static Configuration logins(Map<String, String> users) {
        Map<String, AppConfigurationEntry> entries = new ConcurrentHashMap<>();
        users.forEach((section, user) -> entries.put(
                section,
                new AppConfigurationEntry(
                        "org.apache.zookeeper.server.auth.DigestLoginModule",
                        LoginModuleControlFlag.REQUIRED,
                        Map.of(
                                "username", user.substring(0, user.indexOf(':')),
                                "password", user.substring(user.indexOf(':') + 1)))));
        return new Configuration() {
            @Override
            public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
                AppConfigurationEntry entry = entries.get(name);
                return entry == null ? null : new AppConfigurationEntry[] {entry};
            }
        };
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
