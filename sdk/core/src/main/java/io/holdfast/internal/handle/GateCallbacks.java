// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.internal.time.Guarded;
import java.util.ArrayDeque;
import org.apache.zookeeper.AsyncCallback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wraps the callbacks of operations that are sent through an {@link OperationGate}. The client library calls them on its event
 * thread, but once that has ended it calls them in the thread that sends, in the middle of the send; then they must wait until
 * the gate's monitor is free. No callback stays no callback.
 */
@SuppressWarnings({"NullAway", "overloads"}) // results may be null; every use has a callback of a declared type
final class GateCallbacks {

    private static final Logger LOG = LoggerFactory.getLogger(GateCallbacks.class);

    private final Object gateMonitor;

    /** What was called while its thread held the gate's monitor, in that order. */
    @GuardedBy("this")
    private final ArrayDeque<Runnable> kept = new ArrayDeque<>();

    @GuardedBy("this")
    private boolean isRunning;

    /** @param gateMonitor what is held during a send */
    GateCallbacks(Object gateMonitor) {
        this.gateMonitor = gateMonitor;
    }

    private void answer(Runnable callback) {
        if (!Thread.holdsLock(gateMonitor)) {
            callback.run();
            return;
        }
        synchronized (this) {
            kept.add(callback);
        }
    }

    /**
     * Runs what was kept; to be called after each send. One thread at a time does so, so that callbacks keep their order and
     * run one by one, as on the library's event thread.
     */
    void runKept() {
        if (Thread.holdsLock(gateMonitor)) {
            return; // a send within a send: the outer one does it
        }
        synchronized (this) {
            if (isRunning) {
                return;
            }
            isRunning = true;
        }
        for (Runnable next = poll(); next != null; next = poll()) {
            Guarded.run(LOG, "A callback on a handle that has ended", next);
        }
    }

    private synchronized @Nullable Runnable poll() {
        Runnable next = kept.poll();
        isRunning = next != null;
        return next;
    }

    AsyncCallback.@Nullable StringCallback wrap(AsyncCallback.@Nullable StringCallback cb) {
        return cb == null ? null : (rc, path, ctx, name) -> answer(() -> cb.processResult(rc, path, ctx, name));
    }

    AsyncCallback.@Nullable Create2Callback wrap(AsyncCallback.@Nullable Create2Callback cb) {
        return cb == null
                ? null
                : (rc, path, ctx, name, stat) -> answer(() -> cb.processResult(rc, path, ctx, name, stat));
    }

    AsyncCallback.@Nullable StatCallback wrap(AsyncCallback.@Nullable StatCallback cb) {
        return cb == null ? null : (rc, path, ctx, stat) -> answer(() -> cb.processResult(rc, path, ctx, stat));
    }

    AsyncCallback.@Nullable DataCallback wrap(AsyncCallback.@Nullable DataCallback cb) {
        return cb == null
                ? null
                : (rc, path, ctx, data, stat) -> answer(() -> cb.processResult(rc, path, ctx, data, stat));
    }

    AsyncCallback.@Nullable ACLCallback wrap(AsyncCallback.@Nullable ACLCallback cb) {
        return cb == null
                ? null
                : (rc, path, ctx, acl, stat) -> answer(() -> cb.processResult(rc, path, ctx, acl, stat));
    }

    AsyncCallback.@Nullable ChildrenCallback wrap(AsyncCallback.@Nullable ChildrenCallback cb) {
        return cb == null ? null : (rc, path, ctx, children) -> answer(() -> cb.processResult(rc, path, ctx, children));
    }

    AsyncCallback.@Nullable Children2Callback wrap(AsyncCallback.@Nullable Children2Callback cb) {
        return cb == null
                ? null
                : (rc, path, ctx, children, stat) -> answer(() -> cb.processResult(rc, path, ctx, children, stat));
    }

    AsyncCallback.@Nullable AllChildrenNumberCallback wrap(AsyncCallback.@Nullable AllChildrenNumberCallback cb) {
        return cb == null ? null : (rc, path, ctx, number) -> answer(() -> cb.processResult(rc, path, ctx, number));
    }

    AsyncCallback.@Nullable VoidCallback wrap(AsyncCallback.@Nullable VoidCallback cb) {
        return cb == null ? null : (rc, path, ctx) -> answer(() -> cb.processResult(rc, path, ctx));
    }

    AsyncCallback.@Nullable MultiCallback wrap(AsyncCallback.@Nullable MultiCallback cb) {
        return cb == null ? null : (rc, path, ctx, results) -> answer(() -> cb.processResult(rc, path, ctx, results));
    }

    AsyncCallback.@Nullable EphemeralsCallback wrap(AsyncCallback.@Nullable EphemeralsCallback cb) {
        return cb == null ? null : (rc, ctx, paths) -> answer(() -> cb.processResult(rc, ctx, paths));
    }
}
