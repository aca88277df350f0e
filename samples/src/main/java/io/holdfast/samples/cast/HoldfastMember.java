// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.cast;

import io.holdfast.HoldfastClient;
import io.holdfast.HoldfastClientBuilder;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationState;
import io.holdfast.samples.history.OwnershipClaim;
import io.holdfast.samples.history.Party;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;

/** Holdfast, as an application would use it: one client, one registration, nothing set that is not needed. */
public final class HoldfastMember implements CastMember {

    private final HoldfastClient client;
    private final Registration registration;

    private HoldfastMember(HoldfastClient client, Registration registration) {
        this.client = client;
        this.registration = registration;
    }

    /** Starts a client that registers this path. */
    public static HoldfastMember start(String connectString, Duration sessionTimeout, String path) {
        return start(HoldfastClient.builder(), connectString, sessionTimeout, path);
    }

    /** As {@link #start}, on the Netty socket. */
    public static HoldfastMember startOverNetty(String connectString, Duration sessionTimeout, String path) {
        ZKClientConfig netty = new ZKClientConfig();
        netty.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
        return start(HoldfastClient.builder().zkClientConfig(netty), connectString, sessionTimeout, path);
    }

    private static HoldfastMember start(
            HoldfastClientBuilder builder, String connectString, Duration sessionTimeout, String path) {
        HoldfastClient client = builder.connectString(connectString)
                .sessionTimeout(sessionTimeout)
                .memberId(path.substring(path.lastIndexOf('/') + 1))
                // below what the show deletes at its end, so that nothing of it is left
                .sessionMarkers(path.substring(0, path.lastIndexOf('/')) + "/sessions")
                .build()
                .start();
        return new HoldfastMember(client, client.register(path, "holdfast".getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public Party party() {
        return Party.HOLDFAST;
    }

    @Override
    public String path() {
        return registration.path();
    }

    @Override
    public OwnershipClaim claim() {
        RegistrationState state = registration.state();
        if (state instanceof RegistrationState.Registered registered) {
            return OwnershipClaim.registered(registered.registered().session().value(), "registered");
        }
        if (state instanceof RegistrationState.InDoubt) {
            return OwnershipClaim.inDoubt("in doubt: not connected");
        }
        if (state instanceof RegistrationState.Waiting waiting) {
            return OwnershipClaim.notRegistered("waiting: " + waiting.what());
        }
        if (state instanceof RegistrationState.Failed failed) {
            return OwnershipClaim.notRegistered("failed: " + failed.error().getMessage());
        }
        return OwnershipClaim.notRegistered(
                state instanceof RegistrationState.AwaitingSession
                        ? "waiting for a confirmed session"
                        : "creating it, or looking whose it is");
    }

    @Override
    public long session() {
        return client.sessions().stream()
                .filter(session -> !session.state().isOver())
                .mapToLong(session -> session.id().value())
                .findFirst()
                .orElse(0);
    }

    @Override
    public void giveSessionUp() {
        try {
            ZooKeeper handle =
                    client.unwrap(CuratorFramework.class).getZookeeperClient().getZooKeeper();
            handle.getTestable().injectSessionExpiration();
        } catch (Exception e) {
            throw new IllegalStateException("there is no handle whose session could be given up", e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
