// SPDX-License-Identifier: Apache-2.0
package io.holdfast.peers;

import static io.holdfast.guarantees.support.RegisteringProcess.NO_JOURNAL;
import static io.holdfast.guarantees.support.RegisteringProcess.PATH;
import static io.holdfast.guarantees.support.SmallTicks.PATIENCE;
import static io.holdfast.guarantees.support.SmallTicks.SESSION_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.HoldfastClient;
import io.holdfast.event.HoldfastEvent.SessionChanged;
import io.holdfast.guarantees.support.MemberProcess;
import io.holdfast.guarantees.support.RegisteringProcess;
import io.holdfast.guarantees.support.RegisteringProcess.Library;
import io.holdfast.guarantees.support.SlowClose;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.junit.Stalls;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Sighting;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.wire.Handles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import kafka.zk.KafkaZkClient;
import kafka.zookeeper.StateChangeHandler;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a member is without a node of its own when the ensemble still holds its earlier session: Holdfast, Curator's
 * PersistentNode and Kafka's KafkaZkClient, one after the other against the same servers. Prints a table.
 */
class RecoveryBesideItsPeersIT {

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().byteman(Rules.HOLD_EXPIRE, Rules.DROP_TOUCHES));

    private static final List<Recovery> TABLE = new ArrayList<>();

    private static final Duration AT_ONCE = Duration.ofSeconds(2);
    private static final Duration SLOW = Duration.ofSeconds(6);

    private final Ensemble ensemble = SERVERS.ensemble();
    private OwnerObserver observer;
    private CompletableFuture<Void> closed = CompletableFuture.completedFuture(null);

    /** Ends a session as far as its library knows, and not on the servers. */
    private interface Fault {
        /** Returns when that was. */
        long strike(ZooKeeper handle) throws InterruptedException;
    }

    /** A session that a library is told of, and when. */
    private record NewSession(long id, long nanoTime) {}

    private record Recovery(String situation, Library library, Duration sinceSession, Duration sinceFault) {}

    @BeforeEach
    void observe() {
        observer = OwnerObserver.of(ensemble).watch(PATH);
    }

    @AfterEach
    void endObservation() throws InterruptedException {
        observer.awaitAbsent(PATH, PATIENCE);
        observer.close();
    }

    @AfterAll
    static void printTable() {
        StringBuilder text = new StringBuilder(
                "\nOwn node after the new session began, and after the fault (session timeout %d ms)%n%-26s %-16s %10s %8s %12s%n"
                        .formatted(SESSION_TIMEOUT.toMillis(), "situation", "library", "session", "ratio", "fault"));
        for (Recovery row : TABLE) {
            double base = TABLE.stream()
                    .filter(other -> other.library() == Library.HOLDFAST
                            && other.situation().equals(row.situation()))
                    .mapToLong(other -> Math.max(1, other.sinceSession().toMillis()))
                    .findFirst()
                    .orElse(1);
            text.append("%-26s %-16s %7d ms %7.1fx %9d ms%n"
                    .formatted(
                            row.situation(),
                            row.library(),
                            row.sinceSession().toMillis(),
                            row.sinceSession().toMillis() / base,
                            row.sinceFault().toMillis()));
        }
        System.out.println(text);
    }

    @Test
    void aClientThatWasToldExpiredDoesNotWaitForItsGhost() throws Exception {
        String situation = "library reports Expired";
        Recovery ours = record(
                situation,
                Library.HOLDFAST,
                () -> holdfastToldExpired(ensemble.connectString(), RecoveryBesideItsPeersIT::abandon));
        record(
                situation,
                Library.PERSISTENT_NODE,
                () -> persistentNodeToldExpired(ensemble.connectString(), RecoveryBesideItsPeersIT::abandon));
        record(
                situation,
                Library.KAFKA,
                () -> kafkaToldExpired(ensemble.connectString(), RecoveryBesideItsPeersIT::abandon));

        assertThat(ours.sinceSession()).isLessThan(SESSION_TIMEOUT.dividedBy(2));
    }

    @Test
    void aProcessThatIsStartedAgainDoesNotWaitForItsGhost(@TempDir Path directory) throws Exception {
        String situation = "process killed, restarted";
        String journal = directory.resolve("journal").toString();
        Recovery ours = record(situation, Library.HOLDFAST, () -> restarted(Library.HOLDFAST, journal));
        record(situation, Library.PERSISTENT_NODE, () -> restarted(Library.PERSISTENT_NODE, NO_JOURNAL));
        record(situation, Library.KAFKA, () -> restarted(Library.KAFKA, NO_JOURNAL));

        assertThat(ours.sinceSession()).isLessThan(SESSION_TIMEOUT.dividedBy(2));
    }

    @Test
    void aGhostThatTheLeaderIsSlowToCloseIsNotWaitedFor() throws Exception {
        String situation = "expired, closed %d s later".formatted(SLOW.toSeconds());
        FaultProxy follower = ensemble.followers().get(0).proxy();
        Fault fault = handle -> closeSlowly(follower, handle.getSessionId());
        String servers = follower.connectString();
        Recovery ours = record(situation, Library.HOLDFAST, () -> whole(holdfastToldExpired(servers, fault)));
        record(situation, Library.PERSISTENT_NODE, () -> whole(persistentNodeToldExpired(servers, fault)));
        record(situation, Library.KAFKA, () -> whole(kafkaToldExpired(servers, fault)));

        assertThat(ours.sinceSession()).isLessThan(AT_ONCE.plus(Stalls.longest()));
    }

    private static long abandon(ZooKeeper handle) {
        long struck = System.nanoTime();
        Handles.abandon(handle);
        return struck;
    }

    private long closeSlowly(FaultProxy follower, long session) throws InterruptedException {
        Gate close = SlowClose.of(ensemble, follower, session, PATIENCE);
        closed = CompletableFuture.runAsync(
                close::open, CompletableFuture.delayedExecutor(SLOW.toMillis(), TimeUnit.MILLISECONDS));
        return System.nanoTime();
    }

    /** The next library must not find a gate that the one before opens. */
    private Recovery whole(Recovery measured) throws Exception {
        closed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return measured;
    }

    private interface Measurement {
        Recovery run() throws Exception;
    }

    private Recovery record(String situation, Library library, Measurement measurement) throws Exception {
        Recovery measured = measurement.run();
        Recovery row = new Recovery(situation, library, measured.sinceSession(), measured.sinceFault());
        TABLE.add(row);
        observer.awaitAbsent(PATH, PATIENCE);
        return row;
    }

    private Recovery restarted(Library library, String journal) throws Exception {
        try (MemberProcess first = MemberProcess.start(library, ensemble.connectString(), journal)) {
            observer.awaitOwner(PATH, first.awaitSession(PATIENCE), PATIENCE);
            first.kill();
            long fault = System.nanoTime();
            try (MemberProcess second = MemberProcess.start(library, ensemble.connectString(), journal)) {
                long session = second.awaitSession(PATIENCE);
                return recovery(
                        library,
                        fault,
                        new NewSession(
                                session, second.await("session", PATIENCE).nanoTime()));
            }
        }
    }

    private Recovery holdfastToldExpired(String servers, Fault fault) throws Exception {
        CompletableFuture<NewSession> renewed = new CompletableFuture<>();
        CompletableFuture<Void> old = new CompletableFuture<>();
        try (HoldfastClient client = SmallTicks.member(servers, RegisteringProcess.MEMBER_ID)
                .observer(event -> {
                    if (event instanceof SessionChanged changed
                            && changed.from().equals("Opening")
                            && old.isDone()) {
                        renewed.complete(new NewSession(event.sessionId(), System.nanoTime()));
                    }
                })
                .build()
                .start()) {
            client.register(PATH, new byte[] {1}).awaitRegistered(PATIENCE);
            old.complete(null);
            long struck = fault.strike(SmallTicks.handle(client.unwrap(CuratorFramework.class)));
            return recovery(Library.HOLDFAST, struck, renewed.get(30, TimeUnit.SECONDS));
        }
    }

    private Recovery persistentNodeToldExpired(String servers, Fault fault) throws Exception {
        try (CuratorFramework client = SmallTicks.curator(servers).build()) {
            SmallTicks.start(client);
            try (PersistentNode node = new PersistentNode(client, CreateMode.EPHEMERAL, false, PATH, new byte[] {1})) {
                node.start();
                assertThat(node.waitForInitialCreate(30, TimeUnit.SECONDS)).isTrue();
                CompletableFuture<NewSession> renewed = new CompletableFuture<>();
                client.getConnectionStateListenable().addListener((same, state) -> {
                    if (state == ConnectionState.RECONNECTED) {
                        renewed.complete(new NewSession(SmallTicks.session(client), System.nanoTime()));
                    }
                });
                long struck = fault.strike(SmallTicks.handle(client));
                return recovery(Library.PERSISTENT_NODE, struck, renewed.get(30, TimeUnit.SECONDS));
            }
        }
    }

    private Recovery kafkaToldExpired(String servers, Fault fault) throws Exception {
        KafkaZkClient client = RegisteringProcess.kafkaClient(servers);
        try {
            CompletableFuture<NewSession> renewed = new CompletableFuture<>();
            client.registerBroker(RegisteringProcess.broker());
            client.registerStateChangeHandler(new StateChangeHandler() {
                @Override
                public String name() {
                    return "registration";
                }

                @Override
                public void afterInitializingSession() {
                    await().pollInterval(Duration.ofMillis(1))
                            .atMost(PATIENCE)
                            .until(() -> client.currentZooKeeper().getSessionId() != 0);
                    renewed.complete(new NewSession(client.currentZooKeeper().getSessionId(), System.nanoTime()));
                    client.registerBroker(RegisteringProcess.broker());
                }
            });
            long struck = fault.strike(client.currentZooKeeper());
            return recovery(Library.KAFKA, struck, renewed.get(30, TimeUnit.SECONDS));
        } finally {
            client.close();
        }
    }

    /** The observer's record says when the node was the new session's, whatever the library believes. */
    private Recovery recovery(Library library, long faultNanos, NewSession session) throws InterruptedException {
        observer.awaitOwner(PATH, session.id(), PATIENCE);
        long owned = observer.history(PATH).stream()
                .filter(sighting -> sighting.isOwnedBy(session.id()))
                .mapToLong(Sighting::nanoTime)
                .min()
                .orElseThrow();
        return new Recovery(
                "",
                library,
                Duration.ofNanos(Math.max(0, owned - session.nanoTime())),
                Duration.ofNanos(owned - faultNanos));
    }
}
