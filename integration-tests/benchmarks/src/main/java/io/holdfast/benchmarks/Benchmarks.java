// SPDX-License-Identifier: Apache-2.0
package io.holdfast.benchmarks;

import io.holdfast.testing.ensemble.Ensemble;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/**
 * Times contenders on one ensemble of three servers, each client on a follower, in turns: every contender once a round, so that
 * what disturbs the machine disturbs all. The first round warms up and does not count.
 */
public final class Benchmarks {

    private final Ensemble ensemble;
    private final ZooKeeper operator;
    private final int rounds;
    private final String named;
    private final Map<String, Samples> measured = new LinkedHashMap<>();
    private int parents;

    private Benchmarks(Ensemble ensemble, int rounds, String named) throws Exception {
        this.ensemble = ensemble;
        this.operator = RawClient.connect(follower());
        this.rounds = rounds;
        this.named = named;
    }

    /**
     * Measures, and prints a table.
     *
     * @param args rounds, numbers of nodes separated by commas, what to measure separated by commas, and a part of the contenders'
     *     names, if not all are to be measured
     */
    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        List<Integer> sizes = Arrays.stream((args.length > 1 ? args[1] : "1,1000,10000").split(","))
                .map(Integer::parseInt)
                .toList();
        List<String> what = List.of((args.length > 2 ? args[2] : "register,recover").split(","));
        try (Ensemble ensemble = Ensemble.builder().servers(3).build()) {
            ensemble.start();
            Benchmarks benchmarks = new Benchmarks(ensemble, rounds, args.length > 3 ? args[3] : "");
            for (int size : sizes) {
                if (what.contains("register")) {
                    benchmarks.lifeOf(size);
                }
                if (what.contains("recover") && size > 1) {
                    benchmarks.recoveryOf(size);
                }
            }
            benchmarks.print();
            benchmarks.operator.close();
        }
        System.exit(0); // a peer leaves threads behind
    }

    private String follower() {
        return ensemble.followers().get(0).connectString();
    }

    private List<Contender> contenders(int size) {
        List<Contender> all = new ArrayList<>(List.of(
                new RawClient(1), new RawClient(100), new RawClient(500), new PersistentNodes(), new HoldfastNodes()));
        if (size <= 1_000) {
            all.add(new DiscoveryNodes()); // one round trip after the other
        }
        all.removeIf(contender -> !contender.name().contains(named));
        return all;
    }

    private void lifeOf(int size) throws Exception {
        for (int round = 0; round <= rounds; round++) {
            for (Contender contender : contenders(size)) {
                try (Contender.Nodes nodes = contender.open(follower())) {
                    List<String> paths = Data.paths(newParent(), size);
                    time(round, "register " + size, contender, () -> nodes.register(paths));
                    if (contender.updates()) {
                        time(round, "replace the data of " + size, contender, () -> nodes.update(paths, Data.second()));
                    }
                    time(round, "close " + size + " one by one", contender, () -> nodes.remove(paths));
                }
            }
        }
    }

    private void recoveryOf(int size) throws Exception {
        for (int round = 0; round <= rounds; round++) {
            for (Contender contender : contenders(size)) {
                if (!contender.recovers()) {
                    continue;
                }
                String parent = newParent();
                try (Witness witness = Witness.of(follower(), parent);
                        Contender.Nodes nodes = contender.open(follower())) {
                    nodes.register(Data.paths(parent, size));
                    witness.await(0, size);
                    ZooKeeper before = nodes.handle();
                    end(before.getSessionId(), before.getSessionPasswd());
                    long last = witness.await(size, size);
                    add(round, "recover " + size, contender, (last - nodes.connectedAt()) / 1e6);
                }
            }
        }
    }

    /** Ends a session behind the back of its client. */
    private void end(long session, byte[] password) throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper handle = new ZooKeeper(
                follower(),
                Data.SESSION_TIMEOUT_MILLIS,
                event -> {
                    if (event.getState() == KeeperState.SyncConnected) {
                        connected.countDown();
                    }
                },
                session,
                password);
        connected.await();
        handle.close();
    }

    private interface Step {
        void run() throws Exception;
    }

    private void time(int round, String what, Contender contender, Step step) throws Exception {
        long begin = System.nanoTime();
        step.run();
        add(round, what, contender, (System.nanoTime() - begin) / 1e6);
    }

    private void add(int round, String what, Contender contender, double millis) {
        System.err.printf("round %d: %s, %s: %.1f ms%n", round, what, contender.name(), millis);
        if (round > 0) {
            measured.computeIfAbsent(what, any -> new Samples()).add(contender.name(), millis);
        }
    }

    private String newParent() throws Exception {
        String parent = "/benchmark-" + parents++;
        operator.create(parent, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        return parent;
    }

    private void print() {
        System.out.println("| | | median, ms | from, to | times ours |");
        System.out.println("|---|---|---|---|---|");
        measured.forEach((what, samples) -> samples.rows(what, "Holdfast").forEach(System.out::println));
    }
}
