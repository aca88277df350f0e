// SPDX-License-Identifier: Apache-2.0
package io.holdfast.benchmarks;

import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryNTimes;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;

/** A plain Curator client that remembers when its newest session was connected. */
final class CuratorClient implements AutoCloseable {

    private final CuratorFramework curator;
    private volatile long connectedAt;

    CuratorClient(String connectString) throws InterruptedException {
        curator = CuratorFrameworkFactory.builder()
                .connectString(connectString)
                .sessionTimeoutMs(Data.SESSION_TIMEOUT_MILLIS)
                .ensembleTracker(false)
                .retryPolicy(new RetryNTimes(50, 100))
                .zookeeperFactory((servers, timeout, watcher, canBeReadOnly) -> new ZooKeeper(
                        servers,
                        timeout,
                        event -> {
                            if (event.getState() == KeeperState.SyncConnected && event.getPath() == null) {
                                connectedAt = System.nanoTime();
                            }
                            watcher.process(event);
                        },
                        canBeReadOnly))
                .build();
        curator.start();
        curator.blockUntilConnected();
    }

    CuratorFramework curator() {
        return curator;
    }

    ZooKeeper handle() throws Exception {
        return curator.getZookeeperClient().getZooKeeper();
    }

    long connectedAt() {
        return connectedAt;
    }

    @Override
    public void close() {
        curator.close();
    }
}
