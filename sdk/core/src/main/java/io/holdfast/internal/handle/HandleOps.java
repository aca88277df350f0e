// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.error.FailureKind;
import io.holdfast.error.MultiFailedException;
import io.holdfast.internal.write.ManyWatches;
import io.holdfast.session.SessionOps;
import io.holdfast.session.Znode;
import io.holdfast.spi.Ticker;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/** The SDK's own operations on one handle: they do not queue behind its users' waiting ones. */
final class HandleOps implements SessionOps {

    private static final byte[] NO_DATA = new byte[0];

    private final ConfirmingZooKeeper handle;
    private final OperationGate gate;
    private final Ticker ticker;
    private final LongConsumer onWritten;

    private final ServerFeatures features;
    private final ListReads lists;

    /**
     * @param ticker the clock on which writes are timed
     * @param onWritten called with the time at which each answered write had been sent: the leader has checked the session for
     *     it as for a heartbeat
     * @param features what the servers know, learned by all handles of a client together
     * @param longLists which lists the connection did not survive, as above
     */
    HandleOps(
            ConfirmingZooKeeper handle,
            OperationGate gate,
            Ticker ticker,
            LongConsumer onWritten,
            ServerFeatures features,
            LongLists longLists) {
        this.handle = handle;
        this.lists = new ListReads(handle, longLists);
        this.ticker = ticker;
        this.onWritten = onWritten;
        this.gate = gate;
        this.features = features;
    }

    @Override
    public long sessionId() {
        return handle.getSessionId();
    }

    @Override
    public CompletionStage<Created> create(String path, byte[] data, List<ACL> acl, CreateMode mode) {
        if (features.isLegacy() && mode.isContainer()) {
            return CompletableFuture.failedFuture(KeeperException.create(Code.UNIMPLEMENTED, path));
        }
        return features.create2().isMissing() ? createOnly(path, data, acl, mode) : create2(path, data, acl, mode);
    }

    private CompletionStage<Created> create2(String path, byte[] data, List<ACL> acl, CreateMode mode) {
        CompletableFuture<Created> created = write();
        sendCreate(
                mode,
                path,
                created,
                () -> handle.sendCreate2(path, data, acl, mode, (rc, p, ctx, name, stat) -> {
                    features.create2().answered(FailureKind.codeOf(rc));
                    if (rc == Code.UNIMPLEMENTED.intValue()) {
                        forward(createOnly(path, data, acl, mode), created);
                    } else {
                        complete(
                                created,
                                rc,
                                path,
                                done -> done.complete(new Created(name, Optional.of(Znode.of(name, NO_DATA, stat)))));
                    }
                }));
        return created;
    }

    private CompletionStage<Created> createOnly(String path, byte[] data, List<ACL> acl, CreateMode mode) {
        CompletableFuture<Created> created = write();
        sendCreate(
                mode,
                path,
                created,
                () -> handle.sendCreate(
                        path,
                        data,
                        acl,
                        mode,
                        (rc, p, ctx, name) -> complete(
                                created, rc, path, done -> done.complete(new Created(name, Optional.empty())))));
        return created;
    }

    private void sendCreate(CreateMode mode, String path, CompletableFuture<?> result, Runnable send) {
        if (!mode.isEphemeral()) {
            send.run();
        } else {
            sendGated(path, result, send);
        }
    }

    private void sendGated(String path, CompletableFuture<?> result, Runnable send) {
        if (!gate.sendIfOpen(send)) {
            result.completeExceptionally(
                    KeeperException.create(gate.isOver() ? Code.SESSIONEXPIRED : Code.CONNECTIONLOSS, path));
        }
    }

    @Override
    public CompletionStage<Optional<Znode>> exists(String path, @Nullable Watcher watcher) {
        CompletableFuture<Optional<Znode>> result = new CompletableFuture<>();
        handle.sendExists(
                path,
                watcher,
                (rc, p, ctx, stat) -> completeIfPresent(result, rc, path, () -> Znode.of(path, NO_DATA, stat)));
        return result;
    }

    @Override
    public CompletionStage<Optional<Znode>> read(String path) {
        CompletableFuture<Optional<Znode>> result = new CompletableFuture<>();
        handle.sendGetData(
                path,
                (rc, p, ctx, data, stat) ->
                        completeIfPresent(result, rc, path, () -> Znode.of(path, data == null ? NO_DATA : data, stat)));
        return result;
    }

    /** Reads a node's ACL. */
    CompletionStage<List<ACL>> acl(String path) {
        CompletableFuture<List<ACL>> result = new CompletableFuture<>();
        handle.sendGetAcl(
                path, (rc, p, ctx, acl, stat) -> complete(result, rc, path, done -> done.complete(List.copyOf(acl))));
        return result;
    }

    @Override
    public CompletionStage<Znode> setData(String path, byte[] data, int version) {
        CompletableFuture<Znode> result = write();
        handle.sendSetData(
                path,
                data,
                version,
                (rc, p, ctx, stat) -> complete(result, rc, path, done -> done.complete(Znode.of(path, data, stat))));
        return result;
    }

    @Override
    public CompletionStage<Void> delete(String path, int version) {
        CompletableFuture<Void> result = write();
        handle.sendDelete(path, version, (rc, p, ctx) -> complete(result, rc, path, HandleOps::done));
        return result;
    }

    @Override
    public CompletionStage<List<String>> children(String path, @Nullable Watcher watcher) {
        return lists.children(path, watcher);
    }

    @Override
    public CompletionStage<List<OpResult>> multi(List<Op> ops) {
        CompletableFuture<List<OpResult>> result = write();
        if (features.isLegacy()) {
            result.completeExceptionally(KeeperException.create(Code.UNIMPLEMENTED, "multi"));
            return result;
        }
        List<String> paths = ops.stream().map(Op::getPath).toList();
        Runnable send = () -> handle.sendMulti(ops, (rc, p, ctx, answered) -> {
            List<OpResult> results = answered == null ? List.of() : List.copyOf(answered);
            if (rc == Code.OK.intValue()) {
                result.complete(results);
            } else {
                result.completeExceptionally(MultiFailedException.of(failed(result, rc), paths, results));
            }
        });
        if (MultiNotes.createsEphemeral(ops)) {
            sendGated(paths.get(0), result, send);
        } else {
            send.run();
        }
        return result;
    }

    @Override
    public CompletionStage<Set<String>> ephemerals() {
        CompletableFuture<Set<String>> result = new CompletableFuture<>();
        if (features.ephemerals().isMissing()) {
            result.completeExceptionally(KeeperException.create(Code.UNIMPLEMENTED, "/"));
            return result;
        }
        handle.sendGetEphemerals((rc, ctx, paths) -> {
            features.ephemerals().answered(FailureKind.codeOf(rc));
            complete(result, rc, "/", done -> done.complete(new TreeSet<>(paths)));
        });
        return result;
    }

    @Override
    public CompletionStage<Void> sync(String path) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        handle.sendSync(path, (rc, p, ctx) -> complete(result, rc, path, HandleOps::done));
        return result;
    }

    /** Sets many watches at once, where the client library lets it. */
    ManyWatches manyWatches() {
        return (zxid, watchers) -> {
            CompletableFuture<Void> result = new CompletableFuture<>();
            boolean isSent = handle.sendSetWatches(
                    zxid, watchers, (rc, path, ctx) -> complete(result, rc, path, HandleOps::done));
            return isSent ? Optional.of(result) : Optional.empty();
        };
    }

    /** Returns the result of a write that is about to be sent. */
    private <T> CompletableFuture<T> write() {
        return new Write<>();
    }

    /** Counts the answer before anybody is notified of it: what follows may ask for how long the session is certain to live. */
    private final class Write<T> extends CompletableFuture<T> {

        private final long sentNanos = ticker.read();
        private final boolean isHandleAlive = handle.getState().isAlive();

        /**
         * A server that answers SessionExpired has done nothing. But the client library puts the same code in the place of all
         * answers that are outstanding when its handle ends, also of what has been carried out.
         */
        boolean mayBeDone() {
            return isHandleAlive && !handle.getState().isAlive();
        }

        @Override
        public boolean complete(T answer) {
            onWritten.accept(sentNanos);
            return super.complete(answer);
        }
    }

    private static void done(CompletableFuture<Void> result) {
        result.complete(null);
    }

    private <T> void complete(
            CompletableFuture<T> result, int rc, String path, Consumer<CompletableFuture<T>> onSuccess) {
        if (rc == Code.OK.intValue()) {
            onSuccess.accept(result);
        } else {
            result.completeExceptionally(KeeperException.create(failed(result, rc), path));
        }
    }

    private Code failed(CompletableFuture<?> result, int rc) {
        Code code = FailureKind.codeOf(rc);
        boolean mayBeDone = result instanceof Write<?> write && write.mayBeDone();
        return code == Code.SESSIONEXPIRED && mayBeDone ? Code.CONNECTIONLOSS : code;
    }

    private void completeIfPresent(
            CompletableFuture<Optional<Znode>> result, int rc, String path, java.util.function.Supplier<Znode> node) {
        if (rc == Code.NONODE.intValue()) {
            result.complete(Optional.empty());
        } else {
            complete(result, rc, path, done -> done.complete(Optional.of(node.get())));
        }
    }

    private static <T> void forward(CompletionStage<T> from, CompletableFuture<T> to) {
        var unused = from.whenComplete((value, failure) -> {
            if (failure == null) {
                to.complete(value);
            } else {
                to.completeExceptionally(failure);
            }
        });
    }
}
