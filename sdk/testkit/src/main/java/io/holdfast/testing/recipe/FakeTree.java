// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.recipe;

import io.holdfast.error.MultiFailedException;
import io.holdfast.session.Znode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.data.Stat;
import org.apache.zookeeper.proto.CheckVersionRequest;
import org.apache.zookeeper.proto.CreateRequest;
import org.apache.zookeeper.proto.DeleteRequest;
import org.apache.zookeeper.proto.SetDataRequest;

/** The nodes, as all servers have them, and the watches on them. */
final class FakeTree {

    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Node(byte[] data, long owner, long czxid, int version, int children) {
        Node withData(byte[] next) {
            return new Node(next.clone(), owner, czxid, version + 1, children);
        }

        Node withOneChildMore() {
            return new Node(data, owner, czxid, version, children + 1);
        }
    }

    private record Watch(FakeSession session, Watcher watcher) {}

    private record Event(EventType type, String path) {}

    /** What refuses requests about a path, if anything does. */
    private final Map<String, Code> refusals = new HashMap<>();

    private final TreeMap<String, Node> nodes = new TreeMap<>(Map.of("/", new Node(new byte[0], 0, 0, 0, 0)));
    private final Map<String, Set<Watch>> onNode = new LinkedHashMap<>();
    private final Map<String, Set<Watch>> onChildren = new LinkedHashMap<>();
    private final List<Event> events = new ArrayList<>();
    private boolean isOperator;
    private long zxid = 0x100;

    void refuse(String path, Code code) {
        refusals.put(path, code);
    }

    void allow(String path) {
        refusals.remove(path);
    }

    Optional<Znode> node(String path) {
        return Optional.ofNullable(nodes.get(path))
                .map(node -> new Znode(path, node.data().clone(), node.owner(), node.czxid(), node.version()));
    }

    Znode read(String path) throws KeeperException {
        existing(path, -1);
        return node(path).orElseThrow();
    }

    /** Returns the names of a node's children. */
    List<String> children(String path) throws KeeperException {
        existing(path, -1);
        String base = path.equals("/") ? "/" : path + "/";
        return nodes.keySet().stream()
                .filter(each -> each.startsWith(base) && each.length() > base.length())
                .map(each -> each.substring(base.length()))
                .filter(name -> name.indexOf('/') < 0)
                .toList();
    }

    Set<String> ephemeralsOf(long owner) {
        Set<String> paths = new LinkedHashSet<>();
        nodes.forEach((path, node) -> {
            if (node.owner() == owner) {
                paths.add(path);
            }
        });
        return paths;
    }

    void makeParents(String path) throws KeeperException {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            if (!nodes.containsKey(path.substring(0, slash))) {
                create(path.substring(0, slash), new byte[0], CreateMode.PERSISTENT, 0);
            }
        }
    }

    Znode create(String path, byte[] data, CreateMode mode, long session) throws KeeperException {
        requireAllowed(path);
        int slash = path.lastIndexOf('/');
        String parent = slash == 0 ? "/" : path.substring(0, slash);
        Node above = nodes.get(parent);
        if (above == null) {
            throw KeeperException.create(Code.NONODE, path);
        }
        String actual = mode.isSequential() ? path + String.format(Locale.ROOT, "%010d", above.children()) : path;
        if (nodes.containsKey(actual)) {
            throw KeeperException.create(Code.NODEEXISTS, actual);
        }
        long owner = mode.isEphemeral() ? session : mode == CreateMode.CONTAINER ? Long.MIN_VALUE : 0;
        nodes.put(parent, above.withOneChildMore());
        nodes.put(actual, new Node(data.clone(), owner, ++zxid, 0, 0));
        events.add(new Event(EventType.NodeCreated, actual));
        events.add(new Event(EventType.NodeChildrenChanged, parent));
        return node(actual).orElseThrow();
    }

    Znode setData(String path, byte[] data, int version) throws KeeperException {
        nodes.put(path, existing(path, version).withData(data));
        zxid++;
        events.add(new Event(EventType.NodeDataChanged, path));
        return node(path).orElseThrow();
    }

    void delete(String path, int version) throws KeeperException {
        existing(path, version);
        if (!children(path).isEmpty()) {
            throw KeeperException.create(Code.NOTEMPTY, path);
        }
        nodes.remove(path);
        zxid++;
        events.add(new Event(EventType.NodeDeleted, path));
        int slash = path.lastIndexOf('/');
        events.add(new Event(EventType.NodeChildrenChanged, slash == 0 ? "/" : path.substring(0, slash)));
    }

    List<OpResult> multi(List<Op> ops, long session) throws KeeperException {
        TreeMap<String, Node> before = new TreeMap<>(nodes);
        List<OpResult> results = new ArrayList<>();
        try {
            for (Op op : ops) {
                results.add(apply(op, session));
            }
            return results;
        } catch (KeeperException e) {
            nodes.clear();
            nodes.putAll(before);
            events.clear();
            results.replaceAll(done -> new OpResult.ErrorResult(Code.OK.intValue()));
            results.add(new OpResult.ErrorResult(e.code().intValue()));
            throw MultiFailedException.of(
                    e.code(), ops.stream().map(Op::getPath).toList(), results);
        }
    }

    private OpResult apply(Op op, long session) throws KeeperException {
        String path = op.getPath();
        return switch (op.getType()) {
            case OpCode.create, OpCode.create2, OpCode.createContainer -> {
                CreateRequest request = (CreateRequest) op.toRequestRecord();
                yield new OpResult.CreateResult(
                        create(path, request.getData(), CreateMode.fromFlag(request.getFlags()), session)
                                .path());
            }
            case OpCode.delete -> {
                delete(path, ((DeleteRequest) op.toRequestRecord()).getVersion());
                yield new OpResult.DeleteResult();
            }
            case OpCode.setData -> {
                SetDataRequest request = (SetDataRequest) op.toRequestRecord();
                Stat stat = new Stat();
                stat.setVersion(
                        setData(path, request.getData(), request.getVersion()).version());
                stat.setMzxid(zxid);
                yield new OpResult.SetDataResult(stat);
            }
            case OpCode.check -> {
                existing(path, ((CheckVersionRequest) op.toRequestRecord()).getVersion());
                yield new OpResult.CheckResult();
            }
            default -> throw KeeperException.create(Code.UNIMPLEMENTED, path);
        };
    }

    private Node existing(String path, int version) throws KeeperException {
        requireAllowed(path);
        Node node = nodes.get(path);
        if (node == null) {
            throw KeeperException.create(Code.NONODE, path);
        }
        if (version != -1 && version != node.version()) {
            throw KeeperException.create(Code.BADVERSION, path);
        }
        return node;
    }

    void requireAllowed(String path) throws KeeperException {
        Code code = refusals.get(path);
        if (code != null && !isOperator) {
            throw KeeperException.create(code, path);
        }
    }

    /** Nothing is refused to an operator. */
    void asOperator(boolean isBegun) {
        isOperator = isBegun;
    }

    void watchNode(String path, FakeSession session, Watcher watcher) {
        onNode.computeIfAbsent(path, any -> new LinkedHashSet<>()).add(new Watch(session, watcher));
    }

    void watchChildren(String path, FakeSession session, Watcher watcher) {
        onChildren.computeIfAbsent(path, any -> new LinkedHashSet<>()).add(new Watch(session, watcher));
    }

    /** Sends what the last change has to tell. */
    void fire() {
        List<Event> all = List.copyOf(events);
        events.clear();
        for (Event event : all) {
            Set<Watch> told = new LinkedHashSet<>();
            if (event.type() != EventType.NodeChildrenChanged) {
                told.addAll(Optional.ofNullable(onNode.remove(event.path())).orElse(Set.of()));
            }
            if (event.type() == EventType.NodeChildrenChanged || event.type() == EventType.NodeDeleted) {
                told.addAll(Optional.ofNullable(onChildren.remove(event.path())).orElse(Set.of()));
            }
            WatchedEvent news = new WatchedEvent(event.type(), KeeperState.SyncConnected, event.path());
            told.forEach(watch -> watch.session().deliver(watch.watcher(), news));
        }
    }
}
