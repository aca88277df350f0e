// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.zookeeper.AsyncCallback;
import org.apache.zookeeper.ClientCnxn;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.proto.ReplyHeader;
import org.apache.zookeeper.proto.RequestHeader;
import org.apache.zookeeper.proto.SetWatches;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the ZooKeeper client notes which child watches are set. An ephemeral node has no children, so the only news of such a watch is
 * that the node is gone: new payloads do not use it up. The client has no public door to its watches: each is set by a read of its
 * own, and ten thousand reads take five times as long as ten thousand creates in transactions. A release that keeps them elsewhere
 * is left alone, and the reads are sent.
 */
final class ChildWatches {

    private static final Logger LOG = LoggerFactory.getLogger(ChildWatches.class);

    private ChildWatches() {}

    /**
     * Sets watches with the request with which the library sets them again after a reconnection, and notes them where it does.
     *
     * @return whether it was sent: not if this release of the library keeps its watches elsewhere
     */
    static boolean set(
            ZooKeeper handle,
            ClientCnxn connection,
            String chroot,
            long zxid,
            Map<String, Watcher> watchers,
            AsyncCallback.VoidCallback cb) {
        Optional<Map<String, Set<Watcher>>> known = of(handle, connection);
        known.ifPresent(noted -> {
            List<String> paths = List.copyOf(watchers.keySet());
            synchronized (noted) {
                watchers.forEach((path, watcher) ->
                        noted.computeIfAbsent(path, any -> new HashSet<>()).add(watcher));
            }
            send(connection, chroot, zxid, paths, cb);
        });
        return known.isPresent();
    }

    @SuppressWarnings("NullAway") // an answer without a body, and no watch of the library's own
    private static void send(
            ClientCnxn connection, String chroot, long zxid, List<String> paths, AsyncCallback.VoidCallback cb) {
        RequestHeader header = new RequestHeader();
        header.setType(ZooDefs.OpCode.setWatches);
        List<String> onServer = paths.stream().map(path -> chroot + path).toList();
        SetWatches request = new SetWatches(zxid, List.of(), List.of(), onServer);
        connection.queuePacket(header, new ReplyHeader(), request, null, cb, paths.get(0), onServer.get(0), null, null);
    }

    /** Returns the watches of a handle by path; to be locked by itself. Empty if they are not found. */
    @SuppressWarnings("unchecked") // the type of the field in all releases from 3.6 to 3.9
    private static Optional<Map<String, Set<Watcher>>> of(ZooKeeper handle, ClientCnxn connection) {
        try {
            Object manager = managerOf(handle, connection);
            Field watches = manager.getClass().getDeclaredField("childWatches");
            watches.setAccessible(true);
            return Optional.of((Map<String, Set<Watcher>>) watches.get(manager));
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("Watches are set one by one: {}", e.toString());
            return Optional.empty();
        }
    }

    private static Object managerOf(ZooKeeper handle, ClientCnxn connection) throws ReflectiveOperationException {
        try {
            Method manager = ClientCnxn.class.getDeclaredMethod("getWatcherManager");
            manager.setAccessible(true);
            return manager.invoke(connection);
        } catch (NoSuchMethodException e) { // 3.6 keeps it in the handle
            Field manager = ZooKeeper.class.getDeclaredField("watchManager");
            manager.setAccessible(true);
            return manager.get(handle);
        }
    }
}
