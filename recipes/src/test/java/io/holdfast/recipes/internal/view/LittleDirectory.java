// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.view;

import io.holdfast.session.SessionOps;
import io.holdfast.session.Znode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * One directory of a ZooKeeper, small enough to see through. Requests travel on one wire, answers and watch events back on
 * another, each in order and one at a time. A cut loses the answers on their way and the watches, as with a new
 * handle. Confined to the test's thread.
 */
final class LittleDirectory {

    static final String PATH = "/d";

    final TreeMap<String, Znode> children = new TreeMap<>();
    final Set<String> unreadable = new HashSet<>();
    final List<String> requests = new ArrayList<>();
    boolean isThere = true;

    private final ArrayDeque<Runnable> toServer = new ArrayDeque<>();
    private final ArrayDeque<Runnable> wire = new ArrayDeque<>();
    private final Map<String, Set<Watcher>> onNode = new HashMap<>();
    private final Set<Watcher> onChildren = new LinkedHashSet<>();
    private int connection;
    private long zxid = 0x100;

    private interface Reading<T> {
        T apply() throws KeeperException;
    }

    void put(String name, String data) {
        String path = PATH + "/" + name;
        Znode before = children.get(name);
        byte[] bytes = data.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        zxid++;
        if (before == null) {
            children.put(name, new Znode(path, bytes, 7, zxid, 0));
            fire(path, EventType.NodeCreated);
            fireChildren();
        } else {
            children.put(name, new Znode(path, bytes, 7, before.czxid(), before.version() + 1));
            fire(path, EventType.NodeDataChanged);
        }
    }

    void remove(String name) {
        children.remove(name);
        zxid++;
        fire(PATH + "/" + name, EventType.NodeDeleted);
        fireChildren();
    }

    void removeDirectory() {
        List.copyOf(children.keySet()).forEach(this::remove);
        isThere = false;
        fireChildren();
        fire(PATH, EventType.NodeDeleted);
    }

    void createDirectory() {
        isThere = true;
        fire(PATH, EventType.NodeCreated);
    }

    /** Returns the operations on a new connection. */
    SessionOps connect() {
        return new Ops(++connection);
    }

    /** What travels is lost, and so are the watches. */
    void cut() {
        connection++;
        onNode.clear();
        onChildren.clear();
    }

    /** Lets one request reach the server; tells whether there was any. */
    boolean applyOne() {
        return run(toServer.poll());
    }

    /** Lets one answer or event arrive; tells whether there was any. */
    boolean deliverOne() {
        return run(wire.poll());
    }

    private static boolean run(@Nullable Runnable next) {
        if (next != null) {
            next.run();
        }
        return next != null;
    }

    private void fire(String path, EventType type) {
        Set<Watcher> fired = onNode.remove(path);
        if (fired != null) {
            fired.forEach(watcher -> travel(watcher, new WatchedEvent(type, KeeperState.SyncConnected, path)));
        }
    }

    private void fireChildren() {
        List<Watcher> fired = List.copyOf(onChildren);
        onChildren.clear();
        fired.forEach(watcher ->
                travel(watcher, new WatchedEvent(EventType.NodeChildrenChanged, KeeperState.SyncConnected, PATH)));
    }

    private void travel(Watcher watcher, WatchedEvent event) {
        int on = connection;
        wire.add(() -> {
            if (on == connection) {
                watcher.process(event);
            }
        });
    }

    private final class Ops implements SessionOps {

        private final int mine;

        Ops(int mine) {
            this.mine = mine;
        }

        @Override
        public long sessionId() {
            return mine;
        }

        @Override
        public CompletionStage<Optional<Znode>> exists(String path, @Nullable Watcher watcher) {
            return request("exists " + path, path, () -> {
                if (watcher != null) {
                    onNode.computeIfAbsent(path, any -> new LinkedHashSet<>()).add(watcher);
                }
                return find(path);
            });
        }

        @Override
        public CompletionStage<Optional<Znode>> read(String path) {
            return request("read " + path, path, () -> {
                if (unreadable.contains(name(path))) {
                    throw KeeperException.create(Code.NOAUTH, path);
                }
                return find(path);
            });
        }

        @Override
        public CompletionStage<List<String>> children(String path, @Nullable Watcher watcher) {
            return request("children " + path, path, () -> {
                if (!isThere) {
                    throw KeeperException.create(Code.NONODE, path);
                }
                if (watcher != null) {
                    onChildren.add(watcher);
                }
                return List.copyOf(children.keySet());
            });
        }

        @Override
        public CompletionStage<Void> sync(String path) {
            return LittleDirectory.this.<Void>request(mine, "sync " + path, path, () -> null);
        }

        private <T> CompletionStage<T> request(String what, String path, Reading<T> reading) {
            return LittleDirectory.this.request(mine, what, path, reading);
        }

        private Optional<Znode> find(String path) {
            if (path.equals(PATH)) {
                return isThere ? Optional.of(new Znode(PATH, new byte[0], 0, 1, 0)) : Optional.empty();
            }
            return Optional.ofNullable(children.get(name(path)));
        }

        @Override
        public CompletionStage<Created> create(String path, byte[] data, List<ACL> acl, CreateMode mode) {
            throw new AssertionError("a view writes nothing");
        }

        @Override
        public CompletionStage<Znode> setData(String path, byte[] data, int version) {
            throw new AssertionError("a view writes nothing");
        }

        @Override
        public CompletionStage<Void> delete(String path, int version) {
            throw new AssertionError("a view writes nothing");
        }

        @Override
        public CompletionStage<List<OpResult>> multi(List<Op> ops) {
            throw new AssertionError("a view writes nothing");
        }

        @Override
        public CompletionStage<Set<String>> ephemerals() {
            throw new AssertionError("a view asks nothing of the kind");
        }
    }

    private <T> CompletionStage<T> request(int on, String what, String path, Reading<T> reading) {
        requests.add(what);
        CompletableFuture<T> answer = new CompletableFuture<>();
        toServer.add(() -> apply(on, path, reading, answer));
        return answer;
    }

    private <T> void apply(int on, String path, Reading<T> reading, CompletableFuture<T> answer) {
        Supplier<KeeperException> loss = () -> KeeperException.create(Code.CONNECTIONLOSS, path);
        if (on != connection) {
            wire.add(() -> answer.completeExceptionally(loss.get()));
            return;
        }
        try {
            T value = reading.apply();
            wire.add(() -> {
                if (on == connection) {
                    answer.complete(value);
                } else {
                    answer.completeExceptionally(loss.get());
                }
            });
        } catch (KeeperException e) {
            wire.add(() -> answer.completeExceptionally(e));
        }
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
