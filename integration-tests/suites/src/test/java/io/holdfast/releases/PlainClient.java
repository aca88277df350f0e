// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.testing.wire.Handles;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/** One handle of the ZooKeeper library with nothing above it: an operator's, or an application's that does not know better. */
final class PlainClient implements AutoCloseable {

    private final ZooKeeper handle;

    private PlainClient(ZooKeeper handle) {
        this.handle = handle;
    }

    /** Connects, and waits for the session. */
    static PlainClient connect(String connectString, Socket socket) throws IOException, InterruptedException {
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper handle = new ZooKeeper(
                connectString,
                (int) Stage.SESSION_TIMEOUT.toMillis(),
                event -> {
                    if (event.getState() == KeeperState.SyncConnected) {
                        connected.countDown();
                    }
                },
                socket.config());
        if (!connected.await(Stage.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("a plain client cannot connect to " + connectString);
        }
        return new PlainClient(handle);
    }

    long session() {
        return handle.getSessionId();
    }

    void create(String path, CreateMode mode) throws KeeperException, InterruptedException {
        handle.create(path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, mode);
    }

    /** Sends a create and does not wait for the answer, which may never come. */
    CompletableFuture<Code> createLater(String path, CreateMode mode) {
        CompletableFuture<Code> answer = new CompletableFuture<>();
        handle.create(
                path,
                new byte[0],
                ZooDefs.Ids.OPEN_ACL_UNSAFE,
                mode,
                (rc, asked, context, name) -> answer.complete(Code.get(rc)),
                null);
        return answer;
    }

    void delete(String path) throws KeeperException, InterruptedException {
        answered(() -> {
            try {
                handle.delete(path, -1);
            } catch (KeeperException.NoNodeException e) {
                // a try before this one, whose answer was lost, has deleted it
            }
            return path;
        });
    }

    /** Returns the node's data as text, as they are after everything that has been written so far. */
    String read(String path) throws KeeperException, InterruptedException {
        return answered(() -> {
            handle.sync(path);
            return new String(handle.getData(path, false, null), UTF_8);
        });
    }

    /** Returns the node's stat; empty if it does not exist. */
    Optional<Stat> stat(String path) throws KeeperException, InterruptedException {
        return answered(() -> {
            handle.sync(path);
            return Optional.ofNullable(handle.exists(path, false));
        });
    }

    List<String> children(String path) throws KeeperException, InterruptedException {
        return answered(() -> {
            handle.sync(path);
            return handle.getChildren(path, false);
        });
    }

    private interface Request<T> {
        T send() throws KeeperException, InterruptedException;
    }

    /** A connection may be lost at any time; what is asked here can be asked again. */
    private static <T> T answered(Request<T> request) throws KeeperException, InterruptedException {
        long deadline = System.nanoTime() + Stage.PATIENCE.toNanos();
        while (true) {
            try {
                return request.send();
            } catch (KeeperException.ConnectionLossException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void close() {
        Handles.close(List.of(handle), Duration.ofSeconds(2));
    }
}
