// SPDX-License-Identifier: Apache-2.0
package io.holdfast.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/**
 * ZooKeeper's own client, with all requests on their way at once. It watches nothing and registers nothing again: what the
 * ensemble and the library below everybody allow.
 */
final class RawClient implements Contender {

    private final int together;

    /** @param together how many nodes share a transaction; 1 for plain requests */
    RawClient(int together) {
        this.together = together;
    }

    @Override
    public String name() {
        return together == 1 ? "raw, pipelined" : "raw, transactions of " + together;
    }

    @Override
    public boolean recovers() {
        return false;
    }

    @Override
    public Nodes open(String connectString) throws Exception {
        return new Handle(connect(connectString), together);
    }

    static ZooKeeper connect(String connectString) throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper handle = new ZooKeeper(connectString, Data.SESSION_TIMEOUT_MILLIS, event -> {
            if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        connected.await();
        return handle;
    }

    /** Closes a handle, and its session with it. */
    static void end(ZooKeeper handle) {
        try {
            handle.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Handle(ZooKeeper handle, int together) implements Nodes {

        @Override
        public void register(List<String> paths) throws Exception {
            Answers answers = new Answers(paths, together);
            if (together == 1) {
                paths.forEach(path -> handle.create(
                        path,
                        Data.first(),
                        ZooDefs.Ids.OPEN_ACL_UNSAFE,
                        CreateMode.EPHEMERAL,
                        (rc, p, ctx, name) -> answers.take(rc),
                        null));
            } else {
                inTransactions(
                        paths,
                        path -> Op.create(path, Data.first(), ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL),
                        answers);
            }
            answers.await();
        }

        @Override
        public void update(List<String> paths, byte[] data) throws Exception {
            Answers answers = new Answers(paths, together);
            if (together == 1) {
                paths.forEach(path -> handle.setData(path, data, -1, (rc, p, ctx, stat) -> answers.take(rc), null));
            } else {
                inTransactions(paths, path -> Op.setData(path, data, -1), answers);
            }
            answers.await();
        }

        @Override
        public void remove(List<String> paths) throws Exception {
            Answers answers = new Answers(paths, together);
            if (together == 1) {
                paths.forEach(path -> handle.delete(path, -1, (rc, p, ctx) -> answers.take(rc), null));
            } else {
                inTransactions(paths, path -> Op.delete(path, -1), answers);
            }
            answers.await();
        }

        private void inTransactions(List<String> paths, java.util.function.Function<String, Op> op, Answers answers) {
            for (int from = 0; from < paths.size(); from += together) {
                List<Op> ops = new ArrayList<>(paths.subList(from, Math.min(paths.size(), from + together)).stream()
                        .map(op)
                        .toList());
                handle.multi(ops, (rc, p, ctx, results) -> answers.take(rc), null);
            }
        }

        @Override
        public long connectedAt() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            end(handle);
        }
    }

    private static final class Answers {
        private final CountDownLatch open;
        private final AtomicInteger refused = new AtomicInteger();

        Answers(List<String> paths, int together) {
            open = new CountDownLatch((paths.size() + together - 1) / together);
        }

        void take(int rc) {
            if (rc != Code.OK.intValue()) {
                refused.incrementAndGet();
            }
            open.countDown();
        }

        void await() throws InterruptedException {
            open.await();
            if (refused.get() > 0) {
                throw new IllegalStateException(refused + " requests were refused");
            }
        }
    }
}
