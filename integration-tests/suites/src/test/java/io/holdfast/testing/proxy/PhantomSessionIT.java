// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Span;
import io.holdfast.testing.peer.OrdinaryClient;
import io.holdfast.testing.peer.OrdinaryClientSettings;
import io.holdfast.testing.wire.OpCode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Sessions that the client never learns of: which of the two client sockets lets a create into them. */
class PhantomSessionIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().servers(1));

    private final Ensemble ensemble = SERVERS.ensemble();
    private final FaultProxy proxy = ensemble.server(1).proxy();

    @Test
    void theNettySocketCreatesTheNodeUnderASessionItNeverLearnsOf() throws InterruptedException {
        proxy.muteConnectResponses();
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/netty");
                OrdinaryClient client = pipelining("/netty").overNetty().start()) {
            observer.awaitEverywhere("/netty", sighting -> sighting.owner() != 0, "owned", PATIENCE);
            Span phantom = observer.everySpanOf("/netty").get(0);
            proxy.heal();

            client.awaitRegistered(PATIENCE);
            observer.awaitAbsent("/netty", PATIENCE);

            assertThat(client.sessions()).isNotEmpty().doesNotContain(phantom.owner());
            assertThat(client.belief("/netty"))
                    .as("lost for good, and the client does not know")
                    .hasValueSatisfying(
                            belief -> assertThat(belief.foundExisting()).isTrue());
        }
    }

    @Test
    void theNioSocketSendsNothingBehindAnUnansweredConnectRequest() throws InterruptedException {
        proxy.muteConnectResponses();
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/nio");
                OrdinaryClient client = pipelining("/nio").start()) {
            proxy.awaitRequests(OpCode.CONNECT, 2, PATIENCE);
            assertThat(proxy.count(OpCode.CREATE)).isZero();
            proxy.heal();

            client.awaitRegistered(PATIENCE);

            observer.awaitOwner("/nio", client.sessionId(), PATIENCE);
            assertThat(observer.everySpanOf("/nio")).hasSize(1);
        }
    }

    @Test
    void aHeldConnectResponseKeepsTheClientWaitingUntilItIsReleased() throws InterruptedException {
        proxy.holdConnectResponses();
        try (OrdinaryClient client = pipelining("/late").start()) {
            proxy.awaitRequests(OpCode.CONNECT, 1, PATIENCE);
            assertThat(client.sessionId()).isZero();

            proxy.releaseConnectResponses();

            client.awaitRegistered(PATIENCE);
        }
    }

    private OrdinaryClientSettings pipelining(String path) {
        return OrdinaryClient.connectingTo(proxy.connectString())
                .registering(path)
                .sessionTimeout(Duration.ofSeconds(3))
                .creatingBeforeConnected();
    }
}
