// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.AsyncCallback;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.WatcherType;
import org.apache.zookeeper.admin.ZooKeeperAdmin;
import org.apache.zookeeper.client.ConnectStringParser;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * A handle whose operations keep the order of their calls although some of them have to wait at an {@link OperationGate}.
 * Only the overloads that the others lead to are overridden; creates and multis are the subclass's. {@code whoAmI} and
 * {@code reconfigure} neither read nor write what a create changes, so they keep no place in the order.
 */
@SuppressWarnings({"NullAway", "try"}) // the superclass accepts and passes on null wherever its users do
abstract class OrderedZooKeeper extends ZooKeeperAdmin {

    private final String chroot;

    OrderedZooKeeper(
            String connectString,
            int sessionTimeout,
            Watcher watcher,
            boolean canBeReadOnly,
            @Nullable ZKClientConfig config)
            throws IOException {
        super(connectString, sessionTimeout, watcher, canBeReadOnly, config == null ? new ZKClientConfig() : config);
        chroot = Objects.requireNonNullElse(new ConnectStringParser(connectString).getChrootPath(), "");
    }

    /** Sends an operation that creates nothing ephemeral and does not block. */
    abstract void inOrder(Runnable send);

    /** Returns what every callback of an operation sent by {@link #inOrder} must be wrapped in. */
    abstract GateCallbacks callbacks();

    /** Waits until an operation that creates nothing ephemeral may be sent. */
    abstract void awaitTurn(String path) throws KeeperException, InterruptedException;

    /** Told each path whose node was deleted through this handle. */
    abstract void deleted(String path);

    @Override
    public void delete(String path, int version) throws InterruptedException, KeeperException {
        awaitTurn(path);
        super.delete(path, version);
        deleted(path);
    }

    @Override
    public void delete(String path, int version, AsyncCallback.VoidCallback cb, Object ctx) {
        AsyncCallback.VoidCallback noting = (rc, answeredPath, answeredCtx) -> {
            if (rc == KeeperException.Code.OK.intValue()) {
                deleted(path);
            }
            if (cb != null) {
                cb.processResult(rc, answeredPath, answeredCtx);
            }
        };
        inOrder(() -> super.delete(path, version, callbacks().wrap(noting), ctx));
    }

    @Override
    public Stat exists(String path, Watcher watcher) throws KeeperException, InterruptedException {
        awaitTurn(path);
        return super.exists(path, watcher);
    }

    @Override
    public void exists(String path, Watcher watcher, AsyncCallback.StatCallback cb, Object ctx) {
        inOrder(() -> super.exists(path, watcher, callbacks().wrap(cb), ctx));
    }

    @Override
    public byte[] getData(String path, Watcher watcher, Stat stat) throws KeeperException, InterruptedException {
        awaitTurn(path);
        return super.getData(path, watcher, stat);
    }

    @Override
    public void getData(String path, Watcher watcher, AsyncCallback.DataCallback cb, Object ctx) {
        inOrder(() -> super.getData(path, watcher, callbacks().wrap(cb), ctx));
    }

    @Override
    public byte[] getConfig(Watcher watcher, Stat stat) throws KeeperException, InterruptedException {
        awaitTurn("/zookeeper/config");
        return super.getConfig(watcher, stat);
    }

    @Override
    public void getConfig(Watcher watcher, AsyncCallback.DataCallback cb, Object ctx) {
        inOrder(() -> super.getConfig(watcher, callbacks().wrap(cb), ctx));
    }

    @Override
    public Stat setData(String path, byte[] data, int version) throws KeeperException, InterruptedException {
        awaitTurn(path);
        return super.setData(path, data, version);
    }

    @Override
    public void setData(String path, byte[] data, int version, AsyncCallback.StatCallback cb, Object ctx) {
        inOrder(() -> super.setData(path, data, version, callbacks().wrap(cb), ctx));
    }

    @Override
    public List<ACL> getACL(String path, Stat stat) throws KeeperException, InterruptedException {
        awaitTurn(path);
        return super.getACL(path, stat);
    }

    @Override
    public void getACL(String path, Stat stat, AsyncCallback.ACLCallback cb, Object ctx) {
        inOrder(() -> super.getACL(path, stat, callbacks().wrap(cb), ctx));
    }

    @Override
    public Stat setACL(String path, List<ACL> acl, int version) throws KeeperException, InterruptedException {
        awaitTurn(path);
        return super.setACL(path, acl, version);
    }

    @Override
    public void setACL(String path, List<ACL> acl, int version, AsyncCallback.StatCallback cb, Object ctx) {
        inOrder(() -> super.setACL(path, acl, version, callbacks().wrap(cb), ctx));
    }

    @Override
    public List<String> getChildren(String path, Watcher watcher) throws KeeperException, InterruptedException {
        awaitTurn(path);
        return super.getChildren(path, watcher);
    }

    @Override
    public void getChildren(String path, Watcher watcher, AsyncCallback.ChildrenCallback cb, Object ctx) {
        inOrder(() -> super.getChildren(path, watcher, callbacks().wrap(cb), ctx));
    }

    @Override
    public List<String> getChildren(String path, Watcher watcher, Stat stat)
            throws KeeperException, InterruptedException {
        awaitTurn(path);
        return super.getChildren(path, watcher, stat);
    }

    @Override
    public void getChildren(String path, Watcher watcher, AsyncCallback.Children2Callback cb, Object ctx) {
        inOrder(() -> super.getChildren(path, watcher, callbacks().wrap(cb), ctx));
    }

    @Override
    public int getAllChildrenNumber(String path) throws KeeperException, InterruptedException {
        awaitTurn(path);
        return super.getAllChildrenNumber(path);
    }

    @Override
    public void getAllChildrenNumber(String path, AsyncCallback.AllChildrenNumberCallback cb, Object ctx) {
        inOrder(() -> super.getAllChildrenNumber(path, callbacks().wrap(cb), ctx));
    }

    @Override
    public List<String> getEphemerals(String prefixPath) throws KeeperException, InterruptedException {
        awaitTurn(prefixPath);
        return super.getEphemerals(prefixPath);
    }

    @Override
    public void getEphemerals(String prefixPath, AsyncCallback.EphemeralsCallback cb, Object ctx) {
        inOrder(() -> super.getEphemerals(prefixPath, callbacks().wrap(cb), ctx));
    }

    @Override
    public void sync(String path) throws KeeperException, InterruptedException {
        awaitTurn(path);
        super.sync(path);
    }

    @Override
    public void sync(String path, AsyncCallback.VoidCallback cb, Object ctx) {
        inOrder(() -> super.sync(path, callbacks().wrap(cb), ctx));
    }

    @Override
    public void removeWatches(String path, Watcher watcher, WatcherType type, boolean local)
            throws InterruptedException, KeeperException {
        awaitTurn(path);
        super.removeWatches(path, watcher, type, local);
    }

    @Override
    public void removeWatches(
            String path, Watcher watcher, WatcherType type, boolean local, AsyncCallback.VoidCallback cb, Object ctx) {
        inOrder(() ->
                super.removeWatches(path, watcher, type, local, callbacks().wrap(cb), ctx));
    }

    @Override
    public void removeAllWatches(String path, WatcherType type, boolean local)
            throws InterruptedException, KeeperException {
        awaitTurn(path);
        super.removeAllWatches(path, type, local);
    }

    @Override
    public void removeAllWatches(
            String path, WatcherType type, boolean local, AsyncCallback.VoidCallback cb, Object ctx) {
        inOrder(() -> super.removeAllWatches(path, type, local, callbacks().wrap(cb), ctx));
    }

    @Override
    public void addWatch(String basePath, Watcher watcher, AddWatchMode mode)
            throws KeeperException, InterruptedException {
        awaitTurn(basePath);
        super.addWatch(basePath, watcher, mode);
    }

    @Override
    public void addWatch(
            String basePath, Watcher watcher, AddWatchMode mode, AsyncCallback.VoidCallback cb, Object ctx) {
        inOrder(() -> super.addWatch(basePath, watcher, mode, callbacks().wrap(cb), ctx));
    }

    void sendExists(String path, @Nullable Watcher watcher, AsyncCallback.StatCallback cb) {
        super.exists(path, watcher, cb, null);
    }

    void sendGetData(String path, AsyncCallback.DataCallback cb) {
        super.getData(path, null, cb, null);
    }

    void sendGetAcl(String path, AsyncCallback.ACLCallback cb) {
        super.getACL(path, null, cb, null);
    }

    void sendSetData(String path, byte[] data, int version, AsyncCallback.StatCallback cb) {
        super.setData(path, data, version, cb, null);
    }

    void sendDelete(String path, int version, AsyncCallback.VoidCallback cb) {
        super.delete(path, version, cb, null);
    }

    void sendGetChildren(String path, @Nullable Watcher watcher, AsyncCallback.ChildrenCallback cb) {
        super.getChildren(path, watcher, cb, null);
    }

    /** The list below the chroot. ZooKeeper's own method knows nothing of it: it takes and returns the servers' paths. */
    void sendGetEphemerals(AsyncCallback.EphemeralsCallback cb) {
        AsyncCallback.EphemeralsCallback stripping = (rc, ctx, paths) -> cb.processResult(
                rc,
                ctx,
                paths == null
                        ? List.of()
                        : paths.stream()
                                .filter(path -> path.startsWith(chroot + "/"))
                                .map(path -> path.substring(chroot.length()))
                                .toList());
        super.getEphemerals(chroot.isEmpty() ? "/" : chroot, stripping, null);
    }

    /** Watches for the deletion of many ephemeral nodes. Returns whether it was sent. */
    boolean sendSetWatches(long zxid, Map<String, Watcher> watchers, AsyncCallback.VoidCallback cb) {
        return ChildWatches.set(this, cnxn, chroot, zxid, watchers, cb);
    }

    void sendSync(String path, AsyncCallback.VoidCallback cb) {
        super.sync(path, cb, null);
    }
}
