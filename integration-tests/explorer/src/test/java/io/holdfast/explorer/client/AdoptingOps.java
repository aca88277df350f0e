// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.client;

import io.holdfast.error.FailureKind;
import io.holdfast.session.SessionOps;
import io.holdfast.session.Znode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.data.ACL;

/** What the second report's clients do: a node that is there already is taken for one's own, whoever owns it. */
final class AdoptingOps extends OpsAround {

    AdoptingOps(SessionOps ops) {
        super(ops);
    }

    @Override
    public CompletionStage<Created> create(String path, byte[] data, List<ACL> acl, CreateMode mode) {
        return ops.create(path, data, acl, mode)
                .exceptionallyCompose(failure -> FailureKind.codeOf(failure) == Code.NODEEXISTS
                        ? CompletableFuture.completedFuture(new Created(path, Optional.empty()))
                        : CompletableFuture.failedFuture(failure));
    }

    @Override
    public CompletionStage<Optional<Znode>> exists(String path, Watcher watcher) {
        return ops.exists(path, watcher).thenApply(this::adopted);
    }

    @Override
    public CompletionStage<Optional<Znode>> read(String path) {
        return ops.read(path).thenApply(this::adopted);
    }

    private Optional<Znode> adopted(Optional<Znode> found) {
        return found.map(node -> new Znode(node.path(), node.data(), sessionId(), node.czxid(), node.version()));
    }
}
