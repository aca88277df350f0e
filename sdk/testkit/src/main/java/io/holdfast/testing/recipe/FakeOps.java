// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.recipe;

import io.holdfast.session.SessionOps;
import io.holdfast.session.Znode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/** One session's operations: applied when they are called, answered when the test lets tasks run. */
final class FakeOps implements SessionOps {

    private interface Request<T> {
        T apply() throws KeeperException;
    }

    private final FakeSession session;
    private final FakeEnsemble ensemble;
    private final FakeTree tree;
    private boolean isNextAnswerLost;

    FakeOps(FakeSession session, FakeEnsemble ensemble) {
        this.session = session;
        this.ensemble = ensemble;
        this.tree = ensemble.tree();
    }

    void loseNextAnswer() {
        isNextAnswerLost = true;
    }

    @Override
    public long sessionId() {
        return session.id().value();
    }

    @Override
    public CompletionStage<Created> create(String path, byte[] data, List<ACL> acl, CreateMode mode) {
        return send(path, () -> {
            Znode made = tree.create(path, data, mode, sessionId());
            return new Created(made.path(), Optional.of(made));
        });
    }

    @Override
    public CompletionStage<Optional<Znode>> exists(String path, @Nullable Watcher watcher) {
        return send(path, () -> {
            tree.requireAllowed(path);
            if (watcher != null) {
                tree.watchNode(path, session, watcher);
            }
            return tree.node(path)
                    .map(node -> new Znode(path, new byte[0], node.owner(), node.czxid(), node.version()));
        });
    }

    @Override
    public CompletionStage<Optional<Znode>> read(String path) {
        return send(path, () -> {
            tree.requireAllowed(path);
            return tree.node(path);
        });
    }

    @Override
    public CompletionStage<Znode> setData(String path, byte[] data, int version) {
        return send(path, () -> tree.setData(path, data, version));
    }

    @Override
    public CompletionStage<Void> delete(String path, int version) {
        return send(path, () -> {
                    tree.delete(path, version);
                    return path;
                })
                .thenAccept(deleted -> {});
    }

    @Override
    public CompletionStage<List<String>> children(String path, @Nullable Watcher watcher) {
        return send(path, () -> {
            List<String> names = tree.children(path);
            if (watcher != null) {
                tree.watchChildren(path, session, watcher);
            }
            return names;
        });
    }

    @Override
    public CompletionStage<List<OpResult>> multi(List<Op> ops) {
        return send(ops.isEmpty() ? "/" : ops.get(0).getPath(), () -> tree.multi(ops, sessionId()));
    }

    @Override
    public CompletionStage<Set<String>> ephemerals() {
        return send("/", () -> tree.ephemeralsOf(sessionId()));
    }

    @Override
    public CompletionStage<Void> sync(String path) {
        return send(path, () -> path).thenAccept(synced -> {});
    }

    private <T> CompletionStage<T> send(String path, Request<T> request) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (session.state().isOver() || session.isSuspended()) {
            Code code = session.isSuspended() ? Code.CONNECTIONLOSS : Code.SESSIONEXPIRED;
            fail(answer, KeeperException.create(code, path));
            return answer;
        }
        boolean isLost = isNextAnswerLost;
        isNextAnswerLost = false;
        int sentOver = session.connection();
        try {
            T value = request.apply();
            tree.fire();
            ensemble.agenda().execute(() -> {
                if (isLost || sentOver != session.connection()) {
                    answer.completeExceptionally(KeeperException.create(Code.CONNECTIONLOSS, path));
                } else {
                    answer.complete(value);
                }
            });
        } catch (KeeperException e) {
            fail(answer, isLost ? KeeperException.create(Code.CONNECTIONLOSS, path) : e);
        }
        return answer;
    }

    private void fail(CompletableFuture<?> answer, KeeperException failure) {
        ensemble.agenda().execute(() -> answer.completeExceptionally(failure));
    }
}
