// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.stage;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZKUtil;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/**
 * One new node of the tree, with everything under it: the show touches nothing else, and takes it away at the end.
 *
 * <p>Each method opens a session of its own and waits up to ten seconds for it.
 */
public final class Workspace {

    static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final String connectString;
    private final String chroot;
    private final String root;

    Workspace(String connectString, String chroot, String root) {
        this.connectString = connectString;
        this.chroot = chroot;
        this.root = root;
    }

    /**
     * Creates the node.
     *
     * @param sessionTimeout the timeout to ask for
     * @return the timeout the servers grant in answer to that
     * @throws StageException if they cannot be reached or do not allow it, or if there is such a node
     */
    Duration create(Duration sessionTimeout) throws InterruptedException {
        return inSession(sessionTimeout, servers -> {
            try {
                make(servers, root);
            } catch (KeeperException.NodeExistsException e) {
                throw new StageException(
                        "--path is " + root + ", which exists there; the show deletes its path at the end, so give one"
                                + " that does not exist",
                        e);
            } catch (KeeperException.NoNodeException e) {
                throw new StageException(
                        "--path is " + root + ", but its parent does not exist there" + chrootInWords(), e);
            }
            return Duration.ofMillis(servers.getSessionTimeout());
        });
    }

    /** Returns the path of a new node in the workspace, to put other nodes under. */
    public String folder(String name) throws InterruptedException {
        String path = root + "/" + name;
        return inSession(CONNECT_LIMIT, servers -> {
            make(servers, path);
            return path;
        });
    }

    /** Deletes the node and everything under it. */
    void delete() throws InterruptedException {
        inSession(CONNECT_LIMIT, servers -> ZKUtil.deleteRecursive(servers, root, 50));
    }

    /** Returns what is to be appended to a connect string; empty without a chroot. */
    String chroot() {
        return chroot;
    }

    @Override
    public String toString() {
        return root;
    }

    private <T> T inSession(Duration sessionTimeout, Work<T> work) throws InterruptedException {
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper servers = open(sessionTimeout, connected);
        try {
            if (!connected.await(CONNECT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new StageException(
                        "no server at " + connectString + " grants a session within " + CONNECT_LIMIT.toSeconds()
                                + " s; check that they run, have a quorum and take plain connections from here",
                        null);
            }
            return work.with(servers);
        } catch (KeeperException e) {
            throw new StageException("the servers refuse work at " + root + chrootInWords() + ": " + e.getMessage(), e);
        } finally {
            servers.close((int) CLOSE_LIMIT.toMillis());
        }
    }

    private ZooKeeper open(Duration sessionTimeout, CountDownLatch connected) {
        try {
            return new ZooKeeper(connectString + chroot, (int) sessionTimeout.toMillis(), event -> {
                if (event.getState() == KeeperState.SyncConnected) {
                    connected.countDown();
                }
            });
        } catch (IOException e) {
            throw new StageException("cannot connect to " + connectString + ": " + e.getMessage(), e);
        }
    }

    private String chrootInWords() {
        return chroot.isEmpty() ? "" : " (below the chroot " + chroot + ", which must exist too)";
    }

    private static void make(ZooKeeper servers, String path) throws KeeperException, InterruptedException {
        servers.create(path, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    }

    private interface Work<T> {
        T with(ZooKeeper servers) throws KeeperException, InterruptedException;
    }
}
