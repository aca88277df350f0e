// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.client;

import io.holdfast.error.MultiFailedException;
import io.holdfast.explorer.servers.Change;
import io.holdfast.explorer.servers.Outcome;
import io.holdfast.explorer.servers.Tree;
import io.holdfast.session.SessionOps;
import io.holdfast.session.Znode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.apache.zookeeper.proto.CheckVersionRequest;
import org.apache.zookeeper.proto.CreateRequest;
import org.apache.zookeeper.proto.DeleteRequest;
import org.apache.zookeeper.proto.SetDataRequest;

/** The operations of one session, on the connections of its handle. */
final class WireOps implements SessionOps {

    private static final String PROBLEM = "the model's trees are small: not needed so far";

    private final Member member;
    private final Handle handle;
    private final long session;
    private final StepTrace trace;
    private final boolean isGated;

    /**
     * @param trace is told what they are answered
     * @param isGated whether an ephemeral create waits for the session to be confirmed
     */
    WireOps(Member member, Handle handle, long session, StepTrace trace, boolean isGated) {
        this.member = member;
        this.handle = handle;
        this.session = session;
        this.trace = trace;
        this.isGated = isGated;
    }

    @Override
    public long sessionId() {
        return session;
    }

    @Override
    public CompletionStage<Created> create(String path, byte[] data, List<ACL> acl, CreateMode mode) {
        CompletableFuture<Created> answer = new CompletableFuture<>();
        if (mode.isSequential()) {
            throw new UnsupportedOperationException(PROBLEM);
        }
        Change create = new Change.Create(path, data, mode.isEphemeral() ? session : 0);
        send(
                List.of(create),
                "create " + path,
                answer,
                outcome -> new Created(path, noted(outcome.nodes().get(0))));
        return answer;
    }

    @Override
    public CompletionStage<Optional<Znode>> exists(String path, Watcher watcher) {
        return read("exists " + path + (watcher == null ? "" : " watched"), path, found -> {
            if (watcher != null) {
                handle.watch(path, watcher, found.isPresent());
            }
            return found.map(node -> new Znode(path, new byte[0], node.owner(), node.czxid(), node.version()));
        });
    }

    @Override
    public CompletionStage<Optional<Znode>> read(String path) {
        return read("read " + path, path, found -> found);
    }

    @Override
    public CompletionStage<Znode> setData(String path, byte[] data, int version) {
        CompletableFuture<Znode> answer = new CompletableFuture<>();
        send(List.of(new Change.SetData(path, data, version)), "set " + path, answer, outcome -> outcome.nodes()
                .get(0)
                .orElseThrow());
        return answer;
    }

    @Override
    public CompletionStage<Void> delete(String path, int version) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        send(List.of(deletion(path, version)), "delete " + path, answer, outcome -> null);
        return answer;
    }

    @Override
    public CompletionStage<List<String>> children(String path, Watcher watcher) {
        CompletableFuture<List<String>> answer = new CompletableFuture<>();
        Function<Tree, Outcome> look = tree -> tree.node(path).isPresent() || path.equals("/")
                ? Outcome.listed(tree.children(path))
                : Outcome.of(Code.NONODE);
        handle.read("children " + path, look, trace, outcome -> complete(answer, outcome, List.of(), Outcome::names));
        return answer;
    }

    @Override
    public CompletionStage<List<OpResult>> multi(List<Op> ops) {
        CompletableFuture<List<OpResult>> answer = new CompletableFuture<>();
        List<Change> changes = ops.stream().map(this::change).toList();
        send(changes, "multi" + changes, answer, outcome -> results(changes, outcome));
        return answer;
    }

    @Override
    public CompletionStage<Set<String>> ephemerals() {
        CompletableFuture<Set<String>> answer = new CompletableFuture<>();
        if (!member.hasEphemeralsCall()) {
            answer.completeExceptionally(KeeperException.create(Code.UNIMPLEMENTED));
            return answer;
        }
        Function<Tree, Outcome> look = tree -> Outcome.listed(tree.ephemeralsOf(session));
        handle.read(
                "getEphemerals",
                look,
                trace,
                outcome -> complete(answer, outcome, List.of(), done -> new TreeSet<>(done.names())));
        return answer;
    }

    @Override
    public CompletionStage<Void> sync(String path) {
        return CompletableFuture.completedFuture(null);
    }

    private <T> CompletionStage<T> read(String what, String path, Function<Optional<Znode>, T> result) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Function<Tree, Outcome> look = tree -> Outcome.read(tree.node(path));
        handle.read(
                what,
                look,
                trace,
                outcome -> complete(
                        answer,
                        outcome,
                        List.of(),
                        done -> result.apply(noted(done.nodes().get(0)))));
        return answer;
    }

    private <T> void send(List<Change> changes, String what, CompletableFuture<T> answer, Function<Outcome, T> result) {
        Runnable send = () -> handle.write(changes, what, trace, outcome -> complete(answer, outcome, changes, result));
        boolean isEphemeral =
                changes.stream().anyMatch(change -> change instanceof Change.Create create && create.owner() != 0);
        if (!isEphemeral || !isGated) {
            send.run();
        } else if (handle.gate.sendIfOpen(send)) {
            member.sentEphemeral(handle);
        } else {
            Code code = handle.gate.isOver() ? Code.SESSIONEXPIRED : Code.CONNECTIONLOSS;
            answer.completeExceptionally(KeeperException.create(code));
        }
    }

    private static <T> void complete(
            CompletableFuture<T> answer, Outcome outcome, List<Change> changes, Function<Outcome, T> result) {
        if (outcome.isOk()) {
            answer.complete(result.apply(outcome));
        } else if (changes.size() > 1) {
            List<OpResult> results = new ArrayList<>();
            for (int i = 0; i < outcome.failedAt(); i++) {
                results.add(new OpResult.ErrorResult(Code.OK.intValue()));
            }
            results.add(new OpResult.ErrorResult(outcome.code().intValue()));
            List<String> paths = changes.stream().map(Change::path).toList();
            answer.completeExceptionally(MultiFailedException.of(outcome.code(), paths, results));
        } else {
            answer.completeExceptionally(KeeperException.create(outcome.code()));
        }
    }

    private Optional<Znode> noted(Optional<Znode> node) {
        node.ifPresent(found -> member.seen(found));
        return node;
    }

    private Change deletion(String path, int version) {
        boolean isExact = member.hasExactGuards() && version >= 0;
        return new Change.Delete(path, version, isExact ? member.lastSeen(path) : 0);
    }

    private Change change(Op op) {
        String path = op.getPath();
        return switch (op.getType()) {
            case ZooDefs.OpCode.create -> {
                CreateRequest request = (CreateRequest) op.toRequestRecord();
                yield new Change.Create(
                        path,
                        request.getData(),
                        CreateMode.fromFlag(request.getFlags(), CreateMode.PERSISTENT)
                                        .isEphemeral()
                                ? session
                                : 0);
            }
            case ZooDefs.OpCode.delete -> deletion(path, ((DeleteRequest) op.toRequestRecord()).getVersion());
            case ZooDefs.OpCode.setData -> {
                SetDataRequest request = (SetDataRequest) op.toRequestRecord();
                yield new Change.SetData(path, request.getData(), request.getVersion());
            }
            case ZooDefs.OpCode.check ->
                new Change.Check(path, ((CheckVersionRequest) op.toRequestRecord()).getVersion());
            default -> throw new UnsupportedOperationException(PROBLEM);
        };
    }

    private static List<OpResult> results(List<Change> changes, Outcome outcome) {
        List<OpResult> results = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            if (change instanceof Change.SetData) {
                Znode node = outcome.nodes().get(i).orElseThrow();
                Stat stat = new Stat();
                stat.setVersion(node.version());
                stat.setCzxid(node.czxid());
                stat.setEphemeralOwner(node.owner());
                stat.setMzxid(outcome.zxid());
                results.add(new OpResult.SetDataResult(stat));
            } else {
                results.add(new OpResult.CheckResult());
            }
        }
        return results;
    }
}
