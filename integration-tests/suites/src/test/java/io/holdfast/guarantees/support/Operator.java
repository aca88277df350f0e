// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.support;

import io.holdfast.testing.ensemble.Ensemble;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.StatsTrack;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.cli.SetQuotaCommand;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;

/** Somebody with a command line, who works past the proxies. */
public final class Operator implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ZooKeeper handle;

    public Operator(Ensemble ensemble) throws IOException, InterruptedException {
        this(ensemble, "");
    }

    /** An operator all of whose paths are below this one, which must exist when they are used. */
    public Operator(Ensemble ensemble, String chroot) throws IOException, InterruptedException {
        CountDownLatch connected = new CountDownLatch(1);
        handle = new ZooKeeper(ensemble.connectString() + chroot, (int) PATIENCE.toMillis(), event -> {
            if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        if (!connected.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the operator cannot connect:\n" + ensemble.describe());
        }
    }

    public void create(String path) throws KeeperException, InterruptedException {
        handle.create(path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }

    /** Returns whether the node exists after everything that has been written so far. */
    public boolean exists(String path) throws KeeperException, InterruptedException {
        handle.sync(path);
        return handle.exists(path, false) != null;
    }

    /** Returns the node's stat, as it is after everything that has been written so far. */
    public Stat stat(String path) throws KeeperException, InterruptedException {
        handle.sync(path);
        return handle.exists(path, false);
    }

    public byte[] read(String path) throws KeeperException, InterruptedException {
        handle.sync(path);
        return handle.getData(path, false, null);
    }

    /** Reads the node as the operator's server has it, and its stat into the one given. */
    public byte[] read(String path, Stat stat) throws KeeperException, InterruptedException {
        return handle.getData(path, false, stat);
    }

    public void delete(String path) throws KeeperException, InterruptedException {
        handle.delete(path, -1);
    }

    /** Deletes the node if another one has this version. */
    public void deleteIf(String other, int version, String path) throws KeeperException, InterruptedException {
        handle.multi(List.of(Op.check(other, version), Op.delete(path, -1)));
    }

    /** Deletes all of them in one transaction, in this order. */
    public void deleteTogether(List<String> paths) throws KeeperException, InterruptedException {
        handle.multi(paths.stream().map(path -> Op.delete(path, -1)).toList());
    }

    public void setAcl(String path, List<ACL> acl) throws KeeperException, InterruptedException {
        handle.setACL(path, new ArrayList<>(acl), -1); // it asks the list whether it contains null
    }

    /** Sets how many nodes may exist at and below the path; servers with {@code enforceQuota} refuse more. */
    public void limitNodes(String path, long count) throws Exception {
        StatsTrack limits = new StatsTrack();
        limits.setCountHardLimit(count);
        SetQuotaCommand.createQuota(handle, path, limits);
    }

    /** Deletes all of them before it hears of the first. */
    public void deleteAll(List<String> paths) {
        paths.forEach(path -> handle.delete(path, -1, (rc, deleted, context) -> {}, null));
    }

    /** Creates persistent nodes, many in one transaction. */
    public void createAll(List<String> paths) throws KeeperException, InterruptedException {
        for (int from = 0; from < paths.size(); from += 500) {
            handle.multi(paths.subList(from, Math.min(paths.size(), from + 500)).stream()
                    .map(path -> Op.create(path, new byte[0], Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT))
                    .toList());
        }
    }

    /** Returns the children, as they are after everything that has been written so far. */
    public List<String> children(String path) throws KeeperException, InterruptedException {
        handle.sync(path);
        return handle.getChildren(path, false);
    }

    @Override
    public void close() {
        try {
            handle.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
