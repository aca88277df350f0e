// SPDX-License-Identifier: Apache-2.0
package io.holdfast.session;

import io.holdfast.error.MultiFailedException;
import io.holdfast.session.LittleTree.Call;
import io.holdfast.session.LittleTree.Fate;
import io.holdfast.session.LittleTree.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.apache.zookeeper.proto.CheckVersionRequest;
import org.apache.zookeeper.proto.CreateRequest;
import org.apache.zookeeper.proto.DeleteRequest;
import org.apache.zookeeper.proto.SetDataRequest;

/** One session's operations on a {@link LittleTree}. */
final class LittleOps implements SessionOps {

    private interface Operation<T> {
        T apply() throws KeeperException;
    }

    private final LittleTree tree;
    private final long session;

    /** What the operation at hand fires once it is known to succeed. */
    private final List<Runnable> events = new ArrayList<>();

    LittleOps(LittleTree tree, long session) {
        this.tree = tree;
        this.session = session;
    }

    @Override
    public long sessionId() {
        return session;
    }

    @Override
    public CompletionStage<Created> create(String path, byte[] data, List<ACL> acl, CreateMode mode) {
        return request(Call.CREATE, path, () -> {
            String actual = createNow(path, data, mode);
            return new Created(actual, Optional.of(tree.znode(actual, false)));
        });
    }

    @Override
    public CompletionStage<Optional<Znode>> exists(String path, Watcher watcher) {
        return request(Call.EXISTS, path, () -> {
            if (watcher != null) {
                tree.watch(path, watcher, session);
            }
            return tree.nodes.containsKey(path) ? Optional.of(tree.znode(path, false)) : Optional.empty();
        });
    }

    @Override
    public CompletionStage<Optional<Znode>> read(String path) {
        return request(Call.READ, path, () -> tree.node(path));
    }

    @Override
    public CompletionStage<Znode> setData(String path, byte[] data, int version) {
        return request(Call.SET_DATA, path, () -> {
            setDataNow(path, data, version);
            return tree.znode(path, true);
        });
    }

    @Override
    public CompletionStage<Void> delete(String path, int version) {
        return request(Call.DELETE, path, () -> {
            deleteNow(path, version);
            return null;
        });
    }

    @Override
    public CompletionStage<List<String>> children(String path, Watcher watcher) {
        return request(Call.CHILDREN, path, () -> {
            existing(path);
            String base = path.equals("/") ? "/" : path + "/";
            return tree.nodes.keySet().stream()
                    .filter(child -> child.startsWith(base) && child.indexOf('/', base.length()) < 0)
                    .map(child -> child.substring(base.length()))
                    .toList();
        });
    }

    @Override
    public CompletionStage<List<OpResult>> multi(List<Op> ops) {
        String paths = String.join(",", ops.stream().map(Op::getPath).toList());
        return request(Call.MULTI, paths, () -> {
            TreeMap<String, Node> before = new TreeMap<>();
            tree.nodes.forEach((path, node) -> before.put(path, node.copy()));
            List<OpResult> results = new ArrayList<>();
            tree.transaction();
            try {
                for (Op op : ops) {
                    results.add(applyNow(op));
                }
            } catch (KeeperException e) {
                tree.nodes.clear();
                tree.nodes.putAll(before);
                results.replaceAll(done -> new OpResult.ErrorResult(Code.OK.intValue()));
                results.add(new OpResult.ErrorResult(e.code().intValue()));
                throw MultiFailedException.of(
                        e.code(), ops.stream().map(Op::getPath).toList(), results);
            } finally {
                tree.transactionOver();
            }
            return results;
        });
    }

    @Override
    public CompletionStage<Set<String>> ephemerals() {
        return request(Call.EPHEMERALS, "/", () -> tree.ephemeralsOf(session));
    }

    @Override
    public CompletionStage<Void> sync(String path) {
        return CompletableFuture.completedFuture(null);
    }

    private <T> CompletionStage<T> request(Call call, String path, Operation<T> operation) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Fate fate = tree.fateOf(call, path, session);
        fate.before().run();
        T result = null;
        KeeperException failure = null;
        if (fate.isApplied()) {
            try {
                result = operation.apply();
                events.forEach(Runnable::run);
            } catch (KeeperException e) {
                failure = e;
            } finally {
                events.clear();
            }
        }
        if (fate.answer().isPresent()) {
            failure = KeeperException.create(fate.answer().get(), path);
        }
        T value = result;
        KeeperException thrown = failure;
        tree.answer(
                session,
                () -> {
                    if (thrown == null) {
                        answer.complete(value);
                    } else {
                        answer.completeExceptionally(thrown);
                    }
                },
                () -> answer.completeExceptionally(KeeperException.create(Code.CONNECTIONLOSS, path)));
        fate.after().run();
        return answer;
    }

    private String createNow(String path, byte[] data, CreateMode mode) throws KeeperException {
        int slash = path.lastIndexOf('/');
        String parent = path.substring(0, slash);
        if (slash > 0 && !tree.nodes.containsKey(parent)) {
            throw KeeperException.create(Code.NONODE, path);
        }
        String actual = path;
        if (mode.isSequential()) {
            actual = path + String.format("%010d", slash > 0 ? tree.nodes.get(parent).sequence++ : tree.nextZxid());
        }
        if (tree.nodes.containsKey(actual)) {
            throw KeeperException.create(Code.NODEEXISTS, actual);
        }
        String created = actual;
        long owner = mode.isEphemeral() ? session : mode == CreateMode.CONTAINER ? Long.MIN_VALUE : 0;
        tree.nodes.put(created, new Node(data.clone(), owner, tree.nextZxid()));
        events.add(() -> tree.fire(created, EventType.NodeCreated));
        return created;
    }

    private void setDataNow(String path, byte[] data, int version) throws KeeperException {
        Node node = existing(path, version);
        node.data = data.clone();
        node.version++;
        events.add(() -> tree.fire(path, EventType.NodeDataChanged));
    }

    private void deleteNow(String path, int version) throws KeeperException {
        existing(path, version);
        tree.nodes.remove(path);
        events.add(() -> tree.fire(path, EventType.NodeDeleted));
    }

    private OpResult applyNow(Op op) throws KeeperException {
        String path = op.getPath();
        switch (op.getType()) {
            case ZooDefs.OpCode.create -> {
                CreateRequest request = (CreateRequest) op.toRequestRecord();
                createNow(path, request.getData(), CreateMode.fromFlag(request.getFlags()));
                return new OpResult.CreateResult(path);
            }
            case ZooDefs.OpCode.delete -> {
                deleteNow(path, ((DeleteRequest) op.toRequestRecord()).getVersion());
                return new OpResult.DeleteResult();
            }
            case ZooDefs.OpCode.setData -> {
                SetDataRequest request = (SetDataRequest) op.toRequestRecord();
                setDataNow(path, request.getData(), request.getVersion());
                Stat stat = new Stat();
                stat.setMzxid(tree.lastZxid());
                Node written = existing(path);
                stat.setVersion(written.version);
                stat.setCzxid(written.czxid);
                stat.setEphemeralOwner(written.owner);
                return new OpResult.SetDataResult(stat);
            }
            case ZooDefs.OpCode.check -> {
                existing(path, ((CheckVersionRequest) op.toRequestRecord()).getVersion());
                return new OpResult.CheckResult();
            }
            default -> throw new AssertionError("not needed so far: " + op.getType());
        }
    }

    private Node existing(String path) throws KeeperException {
        Node node = tree.nodes.get(path);
        if (node == null && !path.equals("/")) {
            throw KeeperException.create(Code.NONODE, path);
        }
        return node;
    }

    private Node existing(String path, int version) throws KeeperException {
        Node node = existing(path);
        if (version != -1 && node.version != version) {
            throw KeeperException.create(Code.BADVERSION, path);
        }
        return node;
    }
}
