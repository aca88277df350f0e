// SPDX-License-Identifier: Apache-2.0
package io.holdfast.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.List;

/** How much heap each registration takes, beyond its path and its data. */
final class HeapOfNodes {

    private static final int NODES = 10_000;

    private final String connectString;
    private final String parent;

    HeapOfNodes(String connectString, String parent) {
        this.connectString = connectString;
        this.parent = parent;
    }

    void print() throws Exception {
        for (Contender contender : List.of(new RawClient(500), new PersistentNodes(), new HoldfastNodes())) {
            try (Contender.Nodes nodes = contender.open(connectString)) {
                List<String> paths = Data.paths(parent, NODES);
                long threads = ManagementFactory.getThreadMXBean().getThreadCount();
                long before = used();
                nodes.register(paths);
                long bytes = used() - before;
                System.out.printf(
                        "%s: %d bytes of heap for each node, %d more threads%n",
                        contender.name(),
                        bytes / NODES,
                        ManagementFactory.getThreadMXBean().getThreadCount() - threads);
                if (paths.isEmpty()) {
                    throw new AssertionError("kept until here, so that they are counted before and after");
                }
            }
        }
    }

    private static long used() throws InterruptedException {
        for (int i = 0; i < 4; i++) {
            System.gc();
            Thread.sleep(100);
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
