// SPDX-License-Identifier: Apache-2.0
package io.holdfast.peers;

import static io.holdfast.guarantees.support.SmallTicks.PATIENCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.HoldfastClient;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.recipes.broker.BrokerRegistration;
import io.holdfast.recipes.broker.BrokerRegistry;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.lock.FencedLock;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.apache.curator.x.discovery.ServiceInstance;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How fast recipes are beside those they replace, in turns against the same three servers. Prints a table of ratios. */
class RecipesBesideTheirPeersIT {

    private static final int ROUNDS = 150;
    private static final int WARM_UP = 300;
    private static final int BROKERS = 100;

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Ensemble.builder());

    private static final List<Row> TABLE = new ArrayList<>();

    private final Ensemble ensemble = SERVERS.ensemble();
    private HoldfastClient ours;
    private HoldfastClient oursToo;
    private CuratorFramework theirs;
    private CuratorFramework theirsToo;

    private record Row(String what, String peer, Duration ours, Duration theirs) {}

    @BeforeEach
    void start() throws InterruptedException {
        String servers = ensemble.connectString();
        ours = SmallTicks.member(servers, "fast-1").build().start();
        oursToo = SmallTicks.member(servers, "fast-2").build().start();
        theirs = SmallTicks.curator(servers).build();
        theirsToo = SmallTicks.curator(servers).build();
        SmallTicks.start(theirs);
        SmallTicks.start(theirsToo);
        ours.awaitConfirmed(PATIENCE);
        oursToo.awaitConfirmed(PATIENCE);
    }

    @AfterEach
    void close() {
        List.of(ours, oursToo).forEach(HoldfastClient::close);
        List.of(theirs, theirsToo).forEach(CuratorFramework::close);
    }

    @AfterAll
    static void printTable() {
        StringBuilder text =
                new StringBuilder("%nMedians against the same servers, in turns%n%-46s %-20s %10s %10s %7s%n"
                        .formatted("what", "peer", "ours", "theirs", "ratio"));
        for (Row row : TABLE) {
            text.append("%-46s %-20s %7.2f ms %7.2f ms %6.2fx%n"
                    .formatted(
                            row.what(),
                            row.peer(),
                            row.ours().toNanos() / 1e6,
                            row.theirs().toNanos() / 1e6,
                            (double) row.ours().toNanos() / row.theirs().toNanos()));
        }
        System.out.println(text);
    }

    @Test
    void aFreeLock() throws Exception {
        FencedLock lock = FencedLock.at(ours, "/fast/ours");
        InterProcessMutex mutex = new InterProcessMutex(theirs, "/fast/theirs");
        List<Duration> oursTook = new ArrayList<>();
        List<Duration> theirsTook = new ArrayList<>();
        long last = 0;
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            long began = System.nanoTime();
            Grant grant = lock.acquire();
            grant.release();
            add(oursTook, round, began);
            assertThat(grant.token().value()).isGreaterThan(last);
            last = grant.token().value();
            began = System.nanoTime();
            mutex.acquire();
            mutex.release();
            add(theirsTook, round, began);
        }
        TABLE.add(new Row("lock acquired and released", "InterProcessMutex", median(oursTook), median(theirsTook)));
        assertThat(oursTook).hasSameSizeAs(theirsTook).hasSize(ROUNDS);
    }

    @Test
    void aLockThatIsHandedOn() throws Exception {
        FencedLock[] locks = {FencedLock.at(ours, "/handed/ours"), FencedLock.at(oursToo, "/handed/ours")};
        InterProcessMutex first = new InterProcessMutex(theirs, "/handed/theirs");
        InterProcessMutex second = new InterProcessMutex(theirsToo, "/handed/theirs");
        List<Duration> oursTook = new ArrayList<>();
        List<Duration> theirsTook = new ArrayList<>();
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            Grant held = locks[0].acquire();
            CompletableFuture<Grant> next = locks[1].acquireAsync();
            awaitInQueue(theirs, "/handed/ours", 2);
            long began = System.nanoTime();
            held.releaseAsync();
            Grant then = next.get(30, TimeUnit.SECONDS);
            add(oursTook, round, began);
            assertThat(then.token()).isGreaterThan(held.token());
            then.release();

            first.acquire();
            CompletableFuture<Long> got = CompletableFuture.supplyAsync(() -> acquiredAndReleased(second));
            awaitInQueue(theirs, "/handed/theirs", 2);
            began = System.nanoTime();
            first.release();
            long acquired = got.get(30, TimeUnit.SECONDS);
            if (round >= 0) {
                theirsTook.add(Duration.ofNanos(acquired - began));
            }
        }
        TABLE.add(new Row("lock handed on to who waits", "InterProcessMutex", median(oursTook), median(theirsTook)));
    }

    @Test
    void manyBrokers() throws Exception {
        long began = System.nanoTime();
        List<BrokerRegistration> brokers = new ArrayList<>();
        for (int id = 0; id < BROKERS; id++) {
            brokers.add(BrokerRegistry.at(ours, "/many/ids").register(id, "{}".getBytes(UTF_8)));
        }
        for (BrokerRegistration broker : brokers) {
            broker.awaitRegistered(PATIENCE);
        }
        Duration oursTook = Duration.ofNanos(System.nanoTime() - began);
        try (ServiceDiscovery<Void> discovery = ServiceDiscoveryBuilder.builder(Void.class)
                .client(theirs)
                .basePath("/many-services")
                .build()) {
            discovery.start();
            began = System.nanoTime();
            for (int id = 0; id < BROKERS; id++) {
                discovery.registerService(ServiceInstance.<Void>builder()
                        .name("brokers")
                        .id(String.valueOf(id))
                        .build());
            }
            Duration theirsTook = Duration.ofNanos(System.nanoTime() - began);
            TABLE.add(new Row(BROKERS + " brokers registered", "ServiceDiscovery", oursTook, theirsTook));
            assertThat(theirs.getChildren().forPath("/many/ids")).hasSize(BROKERS);
        }
    }

    private static long acquiredAndReleased(InterProcessMutex mutex) {
        try {
            mutex.acquire();
            long acquired = System.nanoTime();
            mutex.release();
            return acquired;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitInQueue(CuratorFramework curator, String path, int standing) throws Exception {
        while (curator.getChildren().forPath(path).size() < standing) {
            Thread.onSpinWait();
        }
    }

    private static void add(List<Duration> all, int round, long began) {
        if (round >= 0) {
            all.add(Duration.ofNanos(System.nanoTime() - began));
        }
    }

    private static Duration median(List<Duration> all) {
        return all.stream().sorted().toList().get(all.size() / 2);
    }
}
