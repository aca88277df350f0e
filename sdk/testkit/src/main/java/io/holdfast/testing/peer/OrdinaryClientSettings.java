// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.peer;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.common.PathUtils;

/** Collects how an {@link OrdinaryClient} behaves. Not thread-safe. */
public final class OrdinaryClientSettings {

    private final String connectString;
    private final List<String> paths = new ArrayList<>();
    private Duration sessionTimeout = Duration.ofSeconds(6);
    private String data = "ordinary";
    private boolean netty;
    private boolean createsBeforeConnected;

    OrdinaryClientSettings(String connectString) {
        this.connectString = connectString;
    }

    /** A node to be registered; its parent must exist. Can be called several times. */
    public OrdinaryClientSettings registering(String path) {
        PathUtils.validatePath(path);
        paths.add(path);
        return this;
    }

    /** The session timeout to ask for; 6 seconds if not called. */
    public OrdinaryClientSettings sessionTimeout(Duration timeout) {
        if (timeout.toMillis() < 1) {
            throw new IllegalArgumentException("sessionTimeout is " + timeout + ", must be at least 1 ms");
        }
        this.sessionTimeout = timeout;
        return this;
    }

    /** What to write into the nodes. */
    public OrdinaryClientSettings data(String text) {
        this.data = text;
        return this;
    }

    /** Uses the Netty socket, which sends requests before the server has granted a session. */
    public OrdinaryClientSettings overNetty() {
        this.netty = true;
        return this;
    }

    /** Queues the creates as soon as the handle exists, without waiting for SyncConnected. */
    public OrdinaryClientSettings creatingBeforeConnected() {
        this.createsBeforeConnected = true;
        return this;
    }

    /** Returns a client that has begun to connect. */
    public OrdinaryClient start() {
        OrdinaryClient client = new OrdinaryClient(this);
        client.openSession();
        return client;
    }

    String connectString() {
        return connectString;
    }

    List<String> paths() {
        return paths;
    }

    Duration sessionTimeout() {
        return sessionTimeout;
    }

    byte[] data() {
        return data.getBytes(StandardCharsets.UTF_8);
    }

    boolean usesNetty() {
        return netty;
    }

    boolean createsBeforeConnected() {
        return createsBeforeConnected;
    }
}
