// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.Sighting.State;
import io.holdfast.testing.peer.OrdinaryClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The witness against whom every claim of a client is held. */
class OwnerObserverIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Ensemble.builder());

    private final Ensemble ensemble = SERVERS.ensemble();

    @Test
    void recordsOneSpanPerOwnerAtEveryServer() throws InterruptedException {
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/owned")) {
            observer.awaitAbsent("/owned", PATIENCE);
            long first = ownForAWhile(observer, "/owned");
            observer.awaitAbsent("/owned", PATIENCE);
            long second = ownForAWhile(observer, "/owned");
            observer.awaitAbsent("/owned", PATIENCE);

            assertThat(observer.everySpanOf("/owned"))
                    .hasSize(6)
                    .allSatisfy(span -> assertThat(span.toNanos()).isPresent())
                    .extracting(Span::owner)
                    .containsExactly(first, first, first, second, second, second);
            assertThat(observer.everySpanOf("/owned")).extracting(Span::czxid).doesNotContain(0L);
            assertThat(observer.toText()).contains("/owned", "server 3: ", "owner 0x" + Long.toHexString(second));
        }
    }

    @Test
    void findsTheChildrenOfAParentThatAppearsLater() throws Exception {
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watchChildren("/brokers")) {
            ZooKeeper operator = new ZooKeeper(ensemble.connectString(), 6_000, event -> {});
            await().atMost(PATIENCE).until(() -> operator.getState().isConnected());
            var unused = operator.create(
                    "/brokers",
                    "".getBytes(StandardCharsets.UTF_8),
                    ZooDefs.Ids.OPEN_ACL_UNSAFE,
                    CreateMode.PERSISTENT);
            operator.close();
            try (OrdinaryClient broker = OrdinaryClient.connectingTo(ensemble.connectString())
                    .registering("/brokers/1")
                    .start()) {
                broker.awaitRegistered(PATIENCE);

                await().atMost(PATIENCE).untilAsserted(() -> assertThat(observer.ownerNow("/brokers/1"))
                        .hasSize(3)
                        .allSatisfy((server, sighting) -> assertThat(sighting.isOwnedBy(broker.sessionId()))
                                .isTrue()));
            }
        }
    }

    @Test
    void callsAPausedServerUnreachableAndJudgesByTheOthers() throws InterruptedException {
        Server paused = ensemble.followers().get(0);
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/seen-by-two")) {
            observer.awaitAbsent("/seen-by-two", PATIENCE);
            paused.pause();
            long owner = ownForAWhile(observer, "/seen-by-two");

            assertThat(observer.history("/seen-by-two"))
                    .filteredOn(sighting -> sighting.server() == paused.id())
                    .extracting(Sighting::state)
                    .containsExactly(State.ABSENT, State.UNREACHABLE);
            paused.resume();
            observer.awaitAbsent("/seen-by-two", PATIENCE);
            assertThat(owner).isNotZero();
        }
    }

    @Test
    void showsTheTimelineWhenSomethingDoesNotComeTrue() {
        try (OwnerObserver observer = OwnerObserver.of(ensemble)) {
            assertThatThrownBy(() -> observer.awaitOwner("/never", 42, Duration.ofMillis(300)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContainingAll("/never", "owned by 0x2a", "server 1: ", "absent");
        }
    }

    private long ownForAWhile(OwnerObserver observer, String path) throws InterruptedException {
        String connectString = ensemble.leader().connectString();
        try (OrdinaryClient client =
                OrdinaryClient.connectingTo(connectString).registering(path).start()) {
            client.awaitRegistered(PATIENCE);
            observer.awaitOwner(path, client.sessionId(), PATIENCE);
            return client.sessionId();
        }
    }
}
