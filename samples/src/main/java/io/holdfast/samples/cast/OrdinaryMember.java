// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.cast;

import io.holdfast.samples.history.OwnershipClaim;
import io.holdfast.samples.history.Party;
import io.holdfast.testing.peer.Belief;
import io.holdfast.testing.peer.OrdinaryClient;
import io.holdfast.testing.peer.OrdinaryClientSettings;
import java.time.Duration;
import java.util.Optional;

/** The client that most applications wrote for themselves. */
public final class OrdinaryMember implements CastMember {

    private final String path;
    private final OrdinaryClient client;
    private volatile long believed;

    private OrdinaryMember(String path, OrdinaryClient client) {
        this.path = path;
        this.client = client;
    }

    /** Starts a client that registers this path. */
    public static OrdinaryMember start(String connectString, Duration sessionTimeout, String path) {
        return new OrdinaryMember(
                path, settings(connectString, sessionTimeout, path).start());
    }

    /** As {@link #start}, on the Netty socket, and with the create queued before the client is connected. */
    public static OrdinaryMember startHasty(String connectString, Duration sessionTimeout, String path) {
        return new OrdinaryMember(
                path,
                settings(connectString, sessionTimeout, path)
                        .overNetty()
                        .creatingBeforeConnected()
                        .start());
    }

    @Override
    public Party party() {
        return Party.ORDINARY;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public OwnershipClaim claim() {
        Optional<Belief> belief = client.belief(path);
        if (belief.isPresent()) {
            believed = belief.get().sessionId();
            return OwnershipClaim.registered(
                    belief.get().sessionId(),
                    belief.get().foundExisting() ? "registered (on NodeExists)" : "registered");
        }
        return OwnershipClaim.notRegistered(session() == 0 ? "has no session" : "its create is under way");
    }

    /** The client drops what it believed at the moment its session is over, and learns of the next one a little later. */
    @Override
    public long session() {
        long latest = client.sessionId();
        return latest == believed && client.belief(path).isEmpty() ? 0 : latest;
    }

    @Override
    public void giveSessionUp() {
        client.declareExpired();
    }

    @Override
    public void close() {
        client.close();
    }

    private static OrdinaryClientSettings settings(String connectString, Duration sessionTimeout, String path) {
        return OrdinaryClient.connectingTo(connectString)
                .sessionTimeout(sessionTimeout)
                .registering(path);
    }
}
