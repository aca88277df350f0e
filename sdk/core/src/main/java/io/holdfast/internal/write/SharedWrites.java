// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.write;

import com.google.errorprone.annotations.CheckReturnValue;
import io.holdfast.error.FailureKind;
import io.holdfast.error.MultiFailedException;
import io.holdfast.internal.session.Paths;
import io.holdfast.internal.write.RefusedTransaction.Fate;
import io.holdfast.session.SessionOps;
import io.holdfast.session.Znode;
import io.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.OpResult.SetDataResult;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the writes of one session's registrations. One that is asked for while nothing is under way is sent at once, as it is;
 * what is asked for meanwhile shares the next transaction, so that a hundred writes cost about what one costs. Each has the
 * outcome that it would have alone. Protocol, section 3c.
 *
 * <p>Confined to the loop; nothing blocks. Stages complete on the loop or on the ZooKeeper client's event thread.
 *
 * @see "docs/adr/0021-writes-share-transactions.md"
 */
@CheckReturnValue
public final class SharedWrites {

    private static final Logger LOG = LoggerFactory.getLogger(SharedWrites.class);

    private final SessionOps ops;
    private final ScheduledExecutorService loop;
    private final Ticker ticker;
    private final WriteLimits limits;
    private final WriteWindow window;
    private final SharedWatches watches;
    private final WriteQueue queue;

    /** The parents that are being created. */
    private final Map<String, CompletionStage<Void>> parents = new HashMap<>();

    private int underWay;
    private boolean hasTransactions = true;
    private boolean isSending;
    private boolean isPaused;

    /**
     * @param ops of the session, on one connection
     * @param manyWatches sets watches on the same connection
     */
    public SharedWrites(
            SessionOps ops, ScheduledExecutorService loop, Ticker ticker, WriteLimits limits, ManyWatches manyWatches) {
        this.ops = ops;
        this.loop = loop;
        this.ticker = ticker;
        this.limits = limits;
        this.queue = new WriteQueue(limits);
        this.window = new WriteWindow(limits.mostUnderWay());
        this.watches = new SharedWatches(ops, loop, manyWatches);
    }

    /** Returns whether a write that is asked for now is sent at once. */
    public boolean isIdle() {
        return !hasTransactions || (underWay == 0 && queue.isEmpty());
    }

    /**
     * Creates an ephemeral node, and watches it.
     *
     * @return the node as it was when the watch was set, empty if it was gone again; fails as the create does, and with
     *     {@link NotTriedException} if the path has to be read first
     */
    public CompletionStage<Optional<Znode>> createWatched(String path, byte[] data, List<ACL> acl, NodeWatch watch) {
        return submit(new SharedCreate(ops, path, data, acl, limits.bytes(path, data.length, acl), watch));
    }

    /** Creates an ephemeral node; fails with {@link NotTriedException} if its path has to be read first. */
    CompletionStage<?> create(String path, byte[] data, List<ACL> acl) {
        return submit(
                List.of(Op.create(path, data, acl, CreateMode.EPHEMERAL)),
                limits.bytes(path, data.length, acl),
                () -> ops.create(path, data, acl, CreateMode.EPHEMERAL).thenApply(done -> (Object) done),
                results -> results);
    }

    /** Replaces a node's data if it has the version. */
    public CompletionStage<Znode> setData(String path, byte[] data, int version) {
        return submit(
                List.of(Op.setData(path, data, version)),
                limits.bytes(path, data.length, List.of()),
                () -> ops.setData(path, data, version),
                results -> Znode.of(path, data, ((SetDataResult) results.get(0)).getStat()));
    }

    /** Deletes a node if it has the version. */
    public CompletionStage<?> delete(String path, int version) {
        return submit(
                List.of(Op.delete(path, version)),
                limits.bytes(path, 0, List.of()),
                () -> ops.delete(path, version).thenApply(done -> (Object) path),
                results -> results);
    }

    /**
     * Replaces a node of another session by one of this session, while a marker exists that the close of the other session
     * deletes together with the node.
     *
     * @param marker must exist
     * @param version of the node that is replaced
     */
    public CompletionStage<?> replaceUnderMarker(String marker, String path, int version, byte[] data, List<ACL> acl) {
        List<Op> transaction = List.of(
                Op.check(marker, 0), Op.delete(path, version), Op.create(path, data, acl, CreateMode.EPHEMERAL));
        int bytes = limits.bytes(marker, 0, List.of())
                + limits.bytes(path, 0, List.of())
                + limits.bytes(path, data.length, acl);
        return submit(
                transaction, bytes, () -> ops.multi(transaction).thenApply(done -> (Object) done), results -> results);
    }

    /**
     * Creates the missing parents of a path; those who ask while the same are being created share the answer.
     *
     * @param mode persistent or container
     * @param aclFor the ACL of each of them
     */
    public CompletionStage<Void> createParents(
            String path, CreateMode mode, Function<String, ? extends CompletionStage<List<ACL>>> aclFor) {
        String key = mode + Paths.parent(path);
        CompletionStage<Void> others = parents.get(key);
        if (others != null) {
            return others;
        }
        CompletionStage<Void> created = Paths.createParents(ops, path, mode, aclFor);
        parents.put(key, created);
        var unused = created.whenCompleteAsync((done, failure) -> parents.remove(key, created), loop);
        return created;
    }

    /** Sends what waits for this path, so that a read of it does not overtake a write that was asked for before. */
    public void beforeReading(String path) {
        if (queue.touches(path)) {
            while (!queue.isEmpty()) {
                send(queue.next());
            }
        }
    }

    private <T> CompletionStage<T> submit(
            List<Op> transaction, int bytes, Supplier<CompletionStage<T>> alone, Function<List<OpResult>, T> answer) {
        return submit(new SharedWrite<>(transaction, bytes, alone, answer));
    }

    private <T> CompletionStage<T> submit(SharedWrite<T> write) {
        if (!hasTransactions) {
            return write.sendAlone();
        }
        if (isIdle()) {
            sendAlone(write);
        } else {
            queue.add(write);
            pump();
        }
        return write.done();
    }

    /** Sends what may be sent: anything if nothing is under way, and more beside it only if it would gain no company. */
    private void pump() {
        if (isSending || isPaused) {
            return; // an answer came while its request was being sent, or the ensemble is given time
        }
        isSending = true;
        try {
            while (!queue.isEmpty() && maySend()) {
                send(queue.next());
            }
        } finally {
            isSending = false;
        }
    }

    private boolean maySend() {
        if (underWay == 0) {
            return true;
        }
        return !queue.mayGainCompany() && underWay + queue.nextSize() <= window.size();
    }

    private void send(List<SharedWrite<?>> writes) {
        if (writes.size() == 1) {
            sendAlone(writes.get(0));
            return;
        }
        underWay += writes.size();
        long sent = ticker.read();
        List<Op> transaction = new ArrayList<>();
        writes.forEach(write -> transaction.addAll(write.ops()));
        var unused = ops.multi(transaction)
                .whenCompleteAsync(
                        (results, failure) -> {
                            if (failure == null) {
                                committed(writes, results);
                            } else {
                                failed(writes, failure);
                            }
                            answered(writes.size(), sent, failure);
                        },
                        loop);
    }

    private void sendAlone(SharedWrite<?> write) {
        long sent = ticker.read();
        var unused = write.sendAlone().whenCompleteAsync((answer, failure) -> answered(1, sent, failure), loop);
        underWay++; // unless sending has thrown
    }

    private void answered(int count, long sent, @Nullable Throwable failure) {
        underWay -= count;
        Duration took = Duration.ofNanos(ticker.read() - sent);
        boolean wasSlow = window.isSlow();
        window.answered(count, took);
        if (failure != null) {
            Code code = FailureKind.codeOf(failure);
            FailureKind kind = FailureKind.of(code);
            if (kind == FailureKind.UNKNOWN_OUTCOME || kind == FailureKind.SESSION_ENDED) {
                abandon(code);
            }
        }
        Duration pause = window.pauseAfter(took, ThreadLocalRandom.current().nextDouble());
        if (queue.isEmpty() || pause.isZero() || isPaused) {
            pump();
            return;
        }
        if (!wasSlow) {
            LOG.warn(
                    "session=0x{} the ensemble took {} ms to answer {} writes; {} more wait and are sent {} at a time",
                    Long.toHexString(ops.sessionId()),
                    took.toMillis(),
                    count,
                    queue.size(),
                    window.size());
        }
        isPaused = true;
        var unused = loop.schedule(this::goOn, pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void goOn() {
        isPaused = false;
        pump();
    }

    /** The connection or the session is gone: what waits is not sent, and whoever asked for it finds out what there is. */
    private void abandon(Code code) {
        queue.clear().forEach(write -> write.failed(code));
    }

    private void committed(List<SharedWrite<?>> writes, List<OpResult> results) {
        List<SharedCreate> created = new ArrayList<>();
        int first = 0;
        for (SharedWrite<?> write : writes) {
            int behind = first + write.ops().size();
            if (write instanceof SharedCreate create) {
                created.add(create);
            } else {
                write.committed(results.subList(first, behind));
            }
            first = behind;
        }
        watches.watch(created);
    }

    private void failed(List<SharedWrite<?>> writes, Throwable failure) {
        Code code = FailureKind.codeOf(failure);
        switch (FailureKind.of(code)) {
            case UNKNOWN_OUTCOME, SESSION_ENDED -> writes.forEach(write -> write.failed(code));
            case UNIMPLEMENTED -> {
                hasTransactions = false;
                List<SharedWrite<?>> all = new ArrayList<>(writes);
                while (!queue.isEmpty()) {
                    all.addAll(queue.next());
                }
                all.forEach(write -> {
                    var unused = write.sendAlone();
                });
            }
            case REFUSED, ANSWER -> refused(writes, code, MultiFailedException.operationOf(failure));
        }
    }

    private void refused(List<SharedWrite<?>> writes, Code code, int operation) {
        List<Fate> fates =
                RefusedTransaction.fates(writes.stream().map(SharedWrite::ops).toList(), code, operation);
        for (int i = writes.size() - 1; i >= 0; i--) {
            SharedWrite<?> write = writes.get(i);
            Fate fate = fates.get(i);
            if (fate instanceof Fate.Again again) {
                write.atMostTogether(again.atMostTogether());
                queue.addFirst(write); // before what was asked for later
            } else if (fate instanceof Fate.Refused of && of.operation() >= 0) {
                write.refused(code, of.operation());
            } else if (fate instanceof Fate.Refused) {
                write.failed(code);
            } else {
                write.notTried();
            }
        }
    }

    @Override
    public String toString() {
        return underWay + " writes under way, " + queue.size() + " waiting";
    }
}
