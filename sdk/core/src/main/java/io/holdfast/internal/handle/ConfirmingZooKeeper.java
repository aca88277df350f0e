// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.error.FailureKind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.zookeeper.AsyncCallback;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.PathUtils;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.apache.zookeeper.proto.RequestHeader;
import org.jspecify.annotations.Nullable;

/**
 * A ZooKeeper handle that sends no ephemeral create before its session is confirmed (protocol, I1), whichever overload it
 * comes through, and keeps the order of its users' operations while one waits.
 *
 * <p>Thread-safe as its superclass is. A blocking ephemeral create waits for the confirmation; on the handle's own event
 * thread, which must not wait because it is what receives the confirmation, it fails with {@code ConnectionLoss} and was
 * not sent. Once the session is over, ephemeral creates fail with {@code SessionExpired} and are not sent.
 *
 * @see "docs/adr/0004-the-gate-sits-at-the-handle.md"
 */
@SuppressWarnings({"NullAway", "try"}) // the superclass accepts and passes on null wherever its users do
final class ConfirmingZooKeeper extends OrderedZooKeeper {

    private final HandleWatcher watcher;
    private final OperationGate gate;
    private final GateCallbacks callbacks;
    private final boolean isLegacyServers;
    private final EphemeralLedger ledger = new EphemeralLedger();
    private final HandleLifecycle lifecycle;

    static ConfirmingZooKeeper open(
            String connectString,
            int sessionTimeout,
            Watcher user,
            boolean canBeReadOnly,
            @Nullable ZKClientConfig config,
            HandleOwner owner)
            throws IOException {
        HandleWatcher watcher = new HandleWatcher(user == null ? event -> {} : user, owner::served);
        ConfirmingZooKeeper handle =
                new ConfirmingZooKeeper(connectString, sessionTimeout, watcher, canBeReadOnly, config, owner);
        handle.lifecycle.begin();
        return handle;
    }

    private ConfirmingZooKeeper(
            String connectString,
            int sessionTimeout,
            HandleWatcher watcher,
            boolean canBeReadOnly,
            @Nullable ZKClientConfig config,
            HandleOwner owner)
            throws IOException {
        super(connectString, sessionTimeout, watcher, canBeReadOnly, config);
        this.watcher = watcher;
        this.lifecycle = new HandleLifecycle(
                this, watcher, owner, Duration.ofMillis(sessionTimeout).dividedBy(3));
        this.gate = lifecycle.gate();
        this.callbacks = gate.callbacks();
        this.isLegacyServers = owner.features().isLegacy();
    }

    /** Such servers drop what they do not know, and whoever waits for the answer, or for one behind it, waits for ever. */
    private void requireKnown(boolean isKnownToLegacy, String path) throws KeeperException {
        if (isLegacyServers && !isKnownToLegacy) {
            throw KeeperException.create(Code.UNIMPLEMENTED, path);
        }
    }

    /** Returns the transaction that the last answer was as of, 0 before the first. */
    long lastZxid() {
        return cnxn.getLastZxid();
    }

    EphemeralLedger ledger() {
        return ledger;
    }

    @Override
    public synchronized void register(Watcher user) {
        watcher.replaceUser(user);
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // listeners are told, and must not be under a monitor
    public void close() throws InterruptedException {
        if (lifecycle.closing()) {
            lifecycle.closeSession();
        }
    }

    /** Sends closeSession if connected and waits; returns whether the server confirmed it before the connection was lost. */
    boolean closeSession() throws InterruptedException {
        RequestHeader header = new RequestHeader();
        header.setType(ZooDefs.OpCode.closeSession);
        boolean isClosed = getState().isAlive()
                && cnxn.submitRequest(header, null, null, null).getErr() == Code.OK.intValue();
        super.close();
        return isClosed;
    }

    @Override
    void inOrder(Runnable send) {
        gate.submit(send);
    }

    @Override
    GateCallbacks callbacks() {
        return callbacks;
    }

    @Override
    void awaitTurn(String path) throws KeeperException, InterruptedException {
        gate.awaitTurn(false, !lifecycle.isEventThread(), path);
    }

    @Override
    void deleted(String path) {
        ledger.deleted(path);
    }

    @Override
    public String create(String path, byte[] data, List<ACL> acl, CreateMode mode)
            throws KeeperException, InterruptedException {
        requireKnown(!mode.isContainer(), path);
        gate.awaitTurn(mode.isEphemeral(), !lifecycle.isEventThread(), path);
        return noted(path, mode, () -> super.create(path, data, acl, mode));
    }

    @Override
    public String create(String path, byte[] data, List<ACL> acl, CreateMode mode, Stat stat, long ttl)
            throws KeeperException, InterruptedException {
        requireKnown(false, path);
        gate.awaitTurn(mode.isEphemeral(), !lifecycle.isEventThread(), path);
        return noted(path, mode, () -> super.create(path, data, acl, mode, stat, ttl));
    }

    @Override
    public void create(
            String path, byte[] data, List<ACL> acl, CreateMode mode, AsyncCallback.StringCallback cb, Object ctx) {
        PathUtils.validatePath(path, mode.isSequential());
        Consumer<Answer> note = note(path, mode);
        AsyncCallback.StringCallback noting = (rc, answeredPath, answeredCtx, name) -> {
            note.accept(new Answer(FailureKind.codeOf(rc), name));
            if (cb != null) {
                cb.processResult(rc, answeredPath, answeredCtx, name);
            }
        };
        if (isLegacyServers && mode.isContainer()) {
            noting.processResult(Code.UNIMPLEMENTED.intValue(), path, ctx, null);
            return;
        }
        submit(
                mode.isEphemeral(),
                () -> super.create(path, data, acl, mode, callbacks.wrap(noting), ctx),
                code -> noting.processResult(code.intValue(), path, ctx, null));
    }

    @Override
    public void create(
            String path,
            byte[] data,
            List<ACL> acl,
            CreateMode mode,
            AsyncCallback.Create2Callback cb,
            Object ctx,
            long ttl) {
        PathUtils.validatePath(path, mode.isSequential());
        Consumer<Answer> note = note(path, mode);
        AsyncCallback.Create2Callback noting = (rc, answeredPath, answeredCtx, name, stat) -> {
            note.accept(new Answer(FailureKind.codeOf(rc), name));
            if (cb != null) {
                cb.processResult(rc, answeredPath, answeredCtx, name, stat);
            }
        };
        if (isLegacyServers) {
            noting.processResult(Code.UNIMPLEMENTED.intValue(), path, ctx, null, null);
            return;
        }
        submit(
                mode.isEphemeral(),
                () -> super.create(path, data, acl, mode, callbacks.wrap(noting), ctx, ttl),
                code -> noting.processResult(code.intValue(), path, ctx, null, null));
    }

    @Override
    public List<OpResult> multi(Iterable<Op> ops) throws InterruptedException, KeeperException {
        requireKnown(false, "multi");
        List<Op> copy = copy(ops);
        gate.awaitTurn(MultiNotes.createsEphemeral(copy), !lifecycle.isEventThread(), "multi");
        MultiNotes notes = MultiNotes.begin(copy, ledger);
        try {
            List<OpResult> results = super.multi(copy);
            notes.answered(Code.OK, results);
            return results;
        } catch (KeeperException e) {
            notes.answered(e.code(), List.of());
            throw e;
        }
    }

    @Override
    public void multi(Iterable<Op> ops, AsyncCallback.MultiCallback cb, Object ctx) {
        List<Op> copy = copy(ops);
        MultiNotes notes = MultiNotes.begin(copy, ledger);
        AsyncCallback.MultiCallback noting = (rc, path, answeredCtx, results) -> {
            notes.answered(FailureKind.codeOf(rc), results == null ? List.of() : results);
            if (cb != null) {
                cb.processResult(rc, path, answeredCtx, results);
            }
        };
        if (isLegacyServers) {
            noting.processResult(Code.UNIMPLEMENTED.intValue(), null, ctx, null);
            return;
        }
        submit(
                MultiNotes.createsEphemeral(copy),
                () -> super.multi(copy, callbacks.wrap(noting), ctx),
                code -> noting.processResult(code.intValue(), null, ctx, null));
    }

    void sendCreate(String path, byte[] data, List<ACL> acl, CreateMode mode, AsyncCallback.StringCallback cb) {
        super.create(path, data, acl, mode, callbacks.wrap(cb), null);
    }

    void sendCreate2(String path, byte[] data, List<ACL> acl, CreateMode mode, AsyncCallback.Create2Callback cb) {
        super.create(path, data, acl, mode, callbacks.wrap(cb), null, -1);
    }

    void sendMulti(List<Op> ops, AsyncCallback.MultiCallback cb) {
        super.multi(ops, callbacks.wrap(cb), null);
    }

    private void submit(boolean isEphemeral, Runnable send, Consumer<Code> refuse) {
        if (isEphemeral) {
            gate.submitEphemeral(send, refuse);
        } else {
            gate.submit(send);
        }
    }

    private record Answer(Code code, @Nullable String name) {}

    private interface Creation {
        String run() throws KeeperException, InterruptedException;
    }

    private String noted(String path, CreateMode mode, Creation creation) throws KeeperException, InterruptedException {
        Consumer<Answer> note = note(path, mode);
        try {
            String name = creation.run();
            note.accept(new Answer(Code.OK, name));
            return name;
        } catch (KeeperException e) {
            note.accept(new Answer(e.code(), null));
            throw e;
        }
    }

    private Consumer<Answer> note(String path, CreateMode mode) {
        if (!mode.isEphemeral()) {
            return answer -> {};
        }
        EphemeralLedger.Attempt attempt = ledger.begin(path, mode.isSequential());
        return answer -> ledger.answered(attempt, answer.code(), answer.name() == null ? path : answer.name());
    }

    private static List<Op> copy(Iterable<Op> ops) {
        List<Op> copy = new ArrayList<>();
        ops.forEach(copy::add);
        return copy;
    }
}
