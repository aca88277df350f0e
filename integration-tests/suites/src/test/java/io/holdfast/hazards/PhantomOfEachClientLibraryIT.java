// SPDX-License-Identifier: Apache-2.0
package io.holdfast.hazards;

import static io.holdfast.hazards.PlainHandle.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Release;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Sighting;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.proxy.RecordedRequest;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Which client libraries send what is queued behind a ConnectRequest whose answer they have not seen (H4): each creates an
 * ephemeral at once, and the answer never comes. What ours does over the socket that sends is in NoNodeOfAPhantomSessionIT.
 */
class PhantomOfEachClientLibraryIT {

    private static final String CURRENT = Release.current().version();

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().servers(1));

    private final Ensemble ensemble = SERVERS.ensemble();

    private record Client(String release, String socket, boolean sends) {

        String path() {
            return "/" + release + "-" + socket;
        }
    }

    private static final List<Client> CLIENTS = List.of(
            new Client("3.3.4", ForeignClient.NIO, false),
            new Client("3.4.3", ForeignClient.NIO, true),
            new Client("3.5.10", ForeignClient.NIO, false),
            new Client("3.5.10", ForeignClient.NETTY, true),
            new Client("3.6.4", ForeignClient.NIO, false),
            new Client("3.6.4", ForeignClient.NETTY, true),
            new Client("3.7.2", ForeignClient.NIO, false),
            new Client("3.7.2", ForeignClient.NETTY, true),
            new Client("3.8.6", ForeignClient.NIO, false),
            new Client("3.8.6", ForeignClient.NETTY, true),
            new Client(CURRENT, ForeignClient.NIO, false),
            new Client(CURRENT, ForeignClient.NETTY, true));

    @Test
    void thoseThatSendLeaveTheNodeOfASessionThatTheyNeverLearnOf() throws Exception {
        Server server = ensemble.server(1);
        Map<Client, FaultProxy> proxies = new LinkedHashMap<>();
        Map<Client, ForeignClient> running = new LinkedHashMap<>();
        try (OwnerObserver observer = OwnerObserver.of(ensemble)) {
            for (Client client : CLIENTS) {
                observer.watch(client.path());
                String[] address = server.connectString().split(":", -1);
                FaultProxy proxy = FaultProxy.to(new InetSocketAddress(address[0], Integer.parseInt(address[1])));
                proxy.muteConnectResponses();
                proxies.put(client, proxy);
                running.put(
                        client,
                        ForeignClient.creatingAtOnce(
                                client.release(), client.socket(), proxy.connectString(), client.path()));
            }

            for (Client client : CLIENTS) {
                assertThat(running.get(client).answer())
                        .as(client + " is told that its connection is lost")
                        .succeedsWithin(PATIENCE)
                        .isEqualTo(-4);
                assertThat(proxies.get(client).requests().stream().anyMatch(RecordedRequest::ephemeral))
                        .as("%s sent it", client)
                        .isEqualTo(client.sends());
                assertThat(running.get(client).session())
                        .as("%s knows of no session", client)
                        .isZero();
            }
            for (Client client : CLIENTS) {
                if (client.sends()) {
                    await().atMost(PATIENCE).untilAsserted(() -> assertThat(observer.everySpanOf(client.path()))
                            .as(client.toString())
                            .isNotEmpty());
                    observer.awaitAbsent(client.path(), PATIENCE);
                    assertThat(observer.everySpanOf(client.path())).hasSize(1);
                } else {
                    assertThat(observer.everySpanOf(client.path())).isEmpty();
                    assertThat(observer.ownerNow(client.path()).values())
                            .allMatch(seen -> seen.state() == Sighting.State.ABSENT);
                }
                WhatServersDid.isWrittenDown(
                        client.sends() ? "phantom-session-owns-node" : "phantom-session-without-pipelining",
                        client.release(),
                        client.sends() ? "stands-then-gone" : "nothing");
            }
        } finally {
            running.values().forEach(ForeignClient::close);
            proxies.values().forEach(FaultProxy::close);
        }
    }
}
