// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.stage;

import io.holdfast.testing.proxy.FaultProxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The servers a show runs on, a fault proxy before each, and a place in their tree. */
public interface Stage extends AutoCloseable {

    /** Returns what the servers are, in words. */
    String description();

    /** Returns the proxies, one for each server. */
    List<FaultProxy> proxies();

    /** Returns the connect string of each server, past its proxy, by number. */
    Map<Integer, String> servers();

    /** Returns the part of the tree that belongs to the show. */
    Workspace workspace();

    /** Returns the session timeout that the servers grant the clients. */
    Duration sessionTimeout();

    /** Returns the connect string of all proxies. */
    default String proxiedConnectString() {
        return proxies().stream().map(FaultProxy::connectString).collect(Collectors.joining(","))
                + workspace().chroot();
    }

    /** Returns whether some server has an open connection of this session, which it would cut if the session were over. */
    default boolean isConnected(long session) {
        return proxies().stream().anyMatch(proxy -> proxy.connection(session).isPresent());
    }

    /** Cuts the connection of this session, if it has one. The client can connect again at once. */
    default void cut(long session) {
        proxies().forEach(proxy -> proxy.connection(session).ifPresent(connection -> connection.cut()));
    }

    /** Ends what has been started here and removes what has been written. */
    @Override
    void close();
}
