// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.HoldfastClient;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.recipes.election.LeaderElection;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.junit.EnsembleExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Six candidates of ours and six with Curator's LeaderLatch, on one ensemble that loses its quorum for longer than a session
 * timeout, again and again, with no more than a session timeout between: each loss leaves a ghost of every candidate in the queue,
 * which the servers keep for the whole calm. Prints how long nobody led in each.
 */
class LeaderBetweenLossesIT {

    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);
    private static final Duration LOSS = Duration.ofSeconds(7);
    private static final Duration CALM = Duration.ofSeconds(6);
    private static final int LOSSES = 4;
    private static final int CANDIDATES = 6;

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Ensemble.builder());

    private final Ensemble ensemble = SERVERS.ensemble();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final Map<String, Grant> terms = new ConcurrentHashMap<>();
    private final List<AutoCloseable> opened = new ArrayList<>();

    /** How long after the quorum was back somebody led; the whole calm if nobody did. */
    private record Calm(Duration ours, Duration theirs) {}

    @Test
    void somebodyOfOursLeadsInEachCalm() throws Exception {
        List<LeaderLatch> latches = new ArrayList<>();
        for (int i = 0; i < CANDIDATES; i++) {
            campaign("candidate-" + i);
            latches.add(latch("latch-" + i));
        }
        List<Calm> calms = new ArrayList<>();
        try {
            calms.add(calm(latches, SmallTicks.PATIENCE));
            for (int i = 0; i < LOSSES; i++) {
                loseTheQuorum();
                calms.add(calm(latches, CALM));
            }
        } finally {
            isOver.set(true);
            threads.shutdownNow();
            for (AutoCloseable each : opened) {
                each.close();
            }
        }
        System.out.printf(
                "%nUntil somebody led, after the quorum was back (lost for %d s, back for %d s, session timeout %d s)%n",
                LOSS.toSeconds(), CALM.toSeconds(), SESSION_TIMEOUT.toSeconds());
        calms.forEach(calm -> System.out.printf(
                "LeaderElection %6d ms   LeaderLatch %6d ms%n",
                calm.ours().toMillis(), calm.theirs().toMillis()));
        assertThat(calms.subList(1, calms.size())).allMatch(calm -> calm.ours().compareTo(CALM) < 0);
    }

    private Calm calm(List<LeaderLatch> latches, Duration atMost) throws InterruptedException {
        long from = System.nanoTime();
        long until = from + atMost.toNanos();
        Duration ours = atMost;
        Duration theirs = atMost;
        boolean isFirst = atMost.compareTo(CALM) > 0;
        while (System.nanoTime() < until) {
            Duration now = Duration.ofNanos(System.nanoTime() - from);
            if (ours.equals(atMost) && terms.values().stream().anyMatch(Grant::isHeld)) {
                ours = now;
            }
            if (theirs.equals(atMost) && latches.stream().anyMatch(LeaderLatch::hasLeadership)) {
                theirs = now;
            }
            if (isFirst && !ours.equals(atMost) && !theirs.equals(atMost)) {
                break;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return new Calm(ours, theirs);
    }

    /** Dead servers refuse at once, so that every client has given its session up when they are back. */
    private void loseTheQuorum() throws Exception {
        List<Server> lost = List.of(ensemble.leader(), ensemble.followers().get(0));
        lost.forEach(Server::kill);
        TimeUnit.MILLISECONDS.sleep(LOSS.toMillis());
        List<Future<?>> restarts = new ArrayList<>();
        for (Server server : lost) {
            restarts.add(threads.submit(() -> {
                server.restart();
                return server;
            }));
        }
        for (Future<?> restart : restarts) {
            restart.get();
        }
        ensemble.awaitQuorum(SmallTicks.PATIENCE);
    }

    private void campaign(String name) {
        HoldfastClient client = SmallTicks.member(ensemble.connectString(), name)
                .sessionTimeout(SESSION_TIMEOUT)
                .build()
                .start();
        LeaderElection election = LeaderElection.queued(client, "/ours", new byte[0]);
        opened.add(election);
        opened.add(client);
        threads.execute(() -> {
            try {
                while (!isOver.get()) {
                    Grant term = election.campaign();
                    terms.put(name, term);
                    term.ended().toCompletableFuture().get();
                }
            } catch (Exception e) {
                if (!isOver.get()) {
                    throw new AssertionError(name, e);
                }
            }
        });
    }

    private LeaderLatch latch(String name) throws Exception {
        CuratorFramework curator = SmallTicks.curator(ensemble.connectString())
                .sessionTimeoutMs((int) SESSION_TIMEOUT.toMillis())
                .build();
        curator.start();
        LeaderLatch latch = new LeaderLatch(curator, "/theirs", name);
        latch.start();
        opened.add(latch);
        opened.add(curator);
        return latch;
    }
}
