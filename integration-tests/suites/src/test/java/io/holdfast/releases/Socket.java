// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import java.util.Locale;
import org.apache.zookeeper.client.ZKClientConfig;

/** The two client sockets of the ZooKeeper library. */
enum Socket {
    NIO("NIO"),
    NETTY("Netty");

    private final String name;

    Socket(String name) {
        this.name = name;
    }

    /** Returns the configuration that selects it. */
    ZKClientConfig config() {
        ZKClientConfig config = new ZKClientConfig();
        config.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocket" + name);
        return config;
    }

    /** Returns a path segment. */
    String segment() {
        return name.toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return name;
    }
}
