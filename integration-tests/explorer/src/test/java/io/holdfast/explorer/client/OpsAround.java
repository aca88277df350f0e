// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.client;

import io.holdfast.session.SessionOps;
import io.holdfast.session.Znode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.data.ACL;

/** Hands operations on as they are, for a client that leaves something out to be built upon. */
abstract class OpsAround implements SessionOps {

    protected final SessionOps ops;

    OpsAround(SessionOps ops) {
        this.ops = ops;
    }

    @Override
    public long sessionId() {
        return ops.sessionId();
    }

    @Override
    public CompletionStage<Created> create(String path, byte[] data, List<ACL> acl, CreateMode mode) {
        return ops.create(path, data, acl, mode);
    }

    @Override
    public CompletionStage<Optional<Znode>> exists(String path, Watcher watcher) {
        return ops.exists(path, watcher);
    }

    @Override
    public CompletionStage<Optional<Znode>> read(String path) {
        return ops.read(path);
    }

    @Override
    public CompletionStage<Znode> setData(String path, byte[] data, int version) {
        return ops.setData(path, data, version);
    }

    @Override
    public CompletionStage<Void> delete(String path, int version) {
        return ops.delete(path, version);
    }

    @Override
    public CompletionStage<List<String>> children(String path, Watcher watcher) {
        return ops.children(path, watcher);
    }

    @Override
    public CompletionStage<List<OpResult>> multi(List<Op> operations) {
        return ops.multi(operations);
    }

    @Override
    public CompletionStage<Set<String>> ephemerals() {
        return ops.ephemerals();
    }

    @Override
    public CompletionStage<Void> sync(String path) {
        return ops.sync(path);
    }
}
