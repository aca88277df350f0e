// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Span;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.proxy.Trap;
import io.holdfast.testing.wire.OpCode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The peer does what ordinary clients do, and not less. */
class OrdinaryClientIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(2);

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().servers(1));

    private final Ensemble ensemble = SERVERS.ensemble();

    @Test
    void registersAgainAfterAnExpiryThatLeftNothingBehind() throws InterruptedException {
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/again");
                OrdinaryClient client = client("/again")) {
            client.awaitRegistered(PATIENCE);
            long old = client.sessionId();
            ensemble.server(1).proxy().refuse();
            observer.awaitAbsent("/again", PATIENCE);

            ensemble.server(1).proxy().accept();

            client.awaitRegisteredAfter(old, PATIENCE);
            observer.awaitOwner("/again", client.sessionId(), PATIENCE);
            assertThat(client.sessions()).containsExactly(old, client.sessionId());
        }
    }

    @Test
    void keepsItsSessionWhenOnlyTheConnectionBreaks() throws Exception {
        try (OrdinaryClient client = client("/kept");
                OwnerObserver observer = OwnerObserver.of(ensemble).watch("/kept")) {
            client.awaitRegistered(PATIENCE);
            long session = client.sessionId();
            observer.awaitOwner("/kept", session, PATIENCE);

            client.dropConnection();

            observer.awaitEverywhere("/kept", seen -> seen.isOwnedBy(session), "still owned", PATIENCE);
            assertThat(client.sessions()).containsExactly(session);
            assertThat(observer.everySpanOf("/kept")).hasSize(1);
        }
    }

    @Test
    void findsItsOwnNodeAfterALostAnswer() throws InterruptedException {
        FaultProxy proxy = ensemble.leader().proxy();
        Trap lost = proxy.dropNextReply(OpCode.CREATE);
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/found");
                OrdinaryClient client = client("/found")) {
            lost.awaitSprung(PATIENCE);
            client.awaitRegistered(PATIENCE);

            observer.awaitOwner("/found", client.sessionId(), PATIENCE);
            assertThat(proxy.count(OpCode.CREATE)).isEqualTo(2);
        }
    }

    @Test
    void leavesItsNodeToTheSessionTimeoutWhenItCrashes() throws InterruptedException {
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/crashed");
                OrdinaryClient client = client("/crashed")) {
            client.awaitRegistered(PATIENCE);
            observer.awaitOwner("/crashed", client.sessionId(), PATIENCE);
            long crash = System.nanoTime();

            client.crash();

            observer.awaitAbsent("/crashed", PATIENCE);
            Span span = observer.everySpanOf("/crashed").get(0);
            assertThat(Duration.ofNanos(span.toNanos().getAsLong() - crash))
                    .isGreaterThan(SESSION_TIMEOUT.dividedBy(2));
        }
    }

    private OrdinaryClient client(String path) {
        return OrdinaryClient.connectingTo(ensemble.proxiedConnectString())
                .registering(path)
                .sessionTimeout(SESSION_TIMEOUT)
                .start();
    }
}
