// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.support;

import static org.awaitility.Awaitility.await;

import io.holdfast.HoldfastClient;
import io.holdfast.HoldfastClientBuilder;
import io.holdfast.session.SessionId;
import io.holdfast.testing.wire.Handles;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.RetryNTimes;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;

/** Clients whose timeouts fit ensembles with a tick of half a second. */
public final class SmallTicks {

    public static final Duration TICK = Duration.ofMillis(500);
    public static final Duration SESSION_TIMEOUT = Duration.ofSeconds(3);
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private SmallTicks() {}

    /** Returns a builder of a Holdfast client. */
    public static HoldfastClientBuilder member(String connectString, String memberId) {
        return HoldfastClient.builder()
                .connectString(connectString)
                .memberId(memberId)
                .sessionTimeout(SESSION_TIMEOUT)
                .safetyMargin(TICK)
                .serverTick(TICK);
    }

    /** Returns a builder of a plain Curator client. */
    public static CuratorFrameworkFactory.Builder curator(String connectString) {
        return CuratorFrameworkFactory.builder()
                .connectString(connectString)
                .sessionTimeoutMs((int) SESSION_TIMEOUT.toMillis())
                .connectionTimeoutMs((int) SESSION_TIMEOUT.toMillis())
                .ensembleTracker(false)
                .retryPolicy(new RetryNTimes(50, 100));
    }

    /** Returns the configuration that selects one of the two client sockets. */
    public static ZKClientConfig socket(String name) {
        ZKClientConfig config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocket" + name);
        return config;
    }

    /** Starts the client and returns every state it is told from then on. */
    public static List<ConnectionState> start(CuratorFramework client) {
        List<ConnectionState> states = new CopyOnWriteArrayList<>();
        client.getConnectionStateListenable().addListener((same, state) -> states.add(state));
        client.start();
        await("the client is told that it is connected")
                .atMost(PATIENCE)
                .until(() -> states.contains(ConnectionState.CONNECTED));
        return states;
    }

    /** Returns the handle that a Curator client uses now. */
    public static ZooKeeper handle(CuratorFramework client) {
        try {
            return client.getZookeeperClient().getZooKeeper();
        } catch (Exception e) {
            throw new AssertionError("the client has no handle", e);
        }
    }

    /** Returns the session in use. */
    public static long session(CuratorFramework client) {
        return handle(client).getSessionId();
    }

    /** Returns the session in use, 0 between the end of one and the start of the next. */
    public static long session(HoldfastClient client) {
        return client.sessions().stream()
                .findFirst()
                .map(session -> session.id().value())
                .orElse(0L);
    }

    /** Returns whether the client has a session that is confirmed. */
    public static boolean isConfirmed(HoldfastClient client) {
        return client.sessions().stream().anyMatch(session -> session.state().isConfirmed());
    }

    /** Makes the client's library report Expired and drop its connection; the servers keep the session. */
    public static void declareExpired(HoldfastClient client) {
        Handles.abandon(handle(client.unwrap(CuratorFramework.class)));
    }

    public static String hex(long session) {
        return new SessionId(session).toString();
    }
}
