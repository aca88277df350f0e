// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.event.HoldfastEvent.Registered;
import io.holdfast.event.HoldfastEvent.SessionConfirmed;
import io.holdfast.guarantees.support.Member;
import io.holdfast.guarantees.support.Operator;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.wire.Handles;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An observer that blocks, as a log does whose disk is stuck, or that closes its client, holds up nothing but events. */
class ObserverHoldsUpNothingIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().servers(1));

    private final Ensemble ensemble = SERVERS.ensemble();

    @Test
    void nodesAreKeptWhileItBlocks() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        try (Member member = Member.start(
                ensemble.connectString(),
                "stuck-log",
                settings -> settings.observer(event -> {
                    try {
                        released.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }))) {
            member.register("/stuck-log").awaitRegistered(PATIENCE);
            long first = member.session();
            Handles.abandon(member.client()
                    .unwrap(CuratorFramework.class)
                    .getZookeeperClient()
                    .getZooKeeper());
            await().atMost(PATIENCE).until(() -> member.session() != first && member.isRegistered());
            assertThat(member.diary().events(Registered.class))
                    .as("both are told later")
                    .isEmpty();

            released.countDown();
            await().atMost(PATIENCE)
                    .until(() -> member.diary().events(Registered.class).size() == 2
                            && member.diary().events(SessionConfirmed.class).size() == 2);
        }
    }

    @Test
    void itMayCloseItsClient() throws Exception {
        AtomicReference<Member> member = new AtomicReference<>();
        CountDownLatch closed = new CountDownLatch(1);
        member.set(Member.start(
                ensemble.connectString(),
                "closed-by-observer",
                settings -> settings.observer(event -> {
                    if (event instanceof Registered) {
                        member.get().close();
                        closed.countDown();
                    }
                })));
        try (Operator operator = new Operator(ensemble)) {
            member.get().register("/closed-by-observer");

            await().atMost(Member.SESSION_TIMEOUT).until(() -> closed.getCount() == 0);
            await().atMost(PATIENCE).until(() -> !operator.exists("/closed-by-observer"));
        }
    }
}
