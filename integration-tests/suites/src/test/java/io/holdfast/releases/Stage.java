// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import io.holdfast.curator.ConfirmingZookeeperFactory;
import io.holdfast.releases.ServedRelease.Sessions;
import io.holdfast.session.SessionSettings;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.EnsembleBuilder;
import io.holdfast.testing.ensemble.Release;
import io.holdfast.testing.proxy.FaultProxy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryNTimes;
import org.apache.zookeeper.Version;

/**
 * Three servers of one release, with every gate that a check may need, and clients that fit them.
 *
 * @param release what they run
 * @param ensemble the servers
 */
record Stage(ServedRelease release, Ensemble ensemble) implements AutoCloseable {

    static final Duration TICK = Duration.ofMillis(500);
    static final Duration SESSION_TIMEOUT = Duration.ofSeconds(3);

    /** How long after a session was last heard of its nodes may stand, leader changes aside. */
    static final Duration GHOST_LIFE = SESSION_TIMEOUT.plus(TICK.multipliedBy(2));

    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Starts the servers. */
    static Stage of(ServedRelease release) throws InterruptedException {
        String version = release.version();
        EnsembleBuilder servers = Ensemble.builder()
                .release(version.equals(Version.getVersion()) ? Release.current() : Release.of(version))
                .tickTime(TICK)
                .syncLimit(60)
                .byteman(SeedRules.of(release));
        if (release.sessions() == Sessions.LOCAL) {
            servers.localSessions(true).localSessionsUpgrading(true);
        }
        return new Stage(release, servers.start());
    }

    /** Starts one of our clients, through the proxies. */
    OurClient ours(String memberId, Socket socket) {
        return ours(ensemble.proxiedConnectString(), memberId, socket);
    }

    OurClient ours(String connectString, String memberId, Socket socket) {
        return OurClient.start(connectString, memberId, settings -> settings.zkClientConfig(socket.config())
                .legacyServers(release.leavesUnknownUnanswered()));
    }

    /** Starts one of our clients that waits until its dead sessions are closed. */
    OurClient waiting(String connectString, String memberId, Socket socket) {
        return OurClient.start(connectString, memberId, settings -> settings.zkClientConfig(socket.config())
                .withoutSessionMarkers()
                .legacyServers(release.leavesUnknownUnanswered()));
    }

    /** Returns a builder of a Curator client with the drop-in, as an application would set it up for these servers. */
    CuratorFrameworkFactory.Builder dropIn(Socket socket) {
        return CuratorFrameworkFactory.builder()
                .connectString(ensemble.proxiedConnectString())
                .sessionTimeoutMs((int) SESSION_TIMEOUT.toMillis())
                .connectionTimeoutMs((int) SESSION_TIMEOUT.toMillis())
                .ensembleTracker(false)
                .retryPolicy(new RetryNTimes(3, 100))
                .zkClientConfig(socket.config())
                .zookeeperFactory(ConfirmingZookeeperFactory.builder()
                        .legacyServers(release.leavesUnknownUnanswered())
                        .settings(new SessionSettings(SESSION_TIMEOUT, SESSION_TIMEOUT, TICK, TICK))
                        .build());
    }

    /** Starts such a client. */
    CuratorFramework started(Socket socket) throws InterruptedException {
        CuratorFramework client = dropIn(socket).build();
        client.start();
        if (!client.blockUntilConnected((int) PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            client.close();
            throw new AssertionError("Curator is not connected:\n" + ensemble.describe());
        }
        return client;
    }

    /** Returns the proxy before a follower: what the leader hears of its sessions can be dropped. */
    FaultProxy follower() {
        return ensemble.followers().get(0).proxy();
    }

    @Override
    public void close() {
        ensemble.close();
    }
}
