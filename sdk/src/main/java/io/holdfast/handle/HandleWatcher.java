// SPDX-License-Identifier: Apache-2.0
package io.holdfast.handle;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.jspecify.annotations.Nullable;

/**
 * The default watcher of a handle. It exists before its handle does, because a ZooKeeper handle starts to deliver events
 * from its constructor: until {@link #bind} they are kept. Thread-safe.
 */
final class HandleWatcher implements Watcher {

    private volatile Watcher user;
    private volatile @Nullable Thread eventThread;

    @GuardedBy("this")
    private final ArrayDeque<WatchedEvent> early = new ArrayDeque<>();

    @GuardedBy("this")
    private @Nullable Consumer<WatchedEvent> handle;

    HandleWatcher(Watcher user) {
        this.user = user;
    }

    @Override
    public void process(WatchedEvent event) {
        eventThread = Thread.currentThread();
        Consumer<WatchedEvent> target;
        synchronized (this) {
            target = handle;
            if (target == null) {
                early.add(event);
                return;
            }
        }
        target.accept(event);
    }

    /** Passes kept and later events to the handle. */
    void bind(Consumer<WatchedEvent> target) {
        while (true) {
            WatchedEvent next;
            synchronized (this) {
                next = early.poll();
                if (next == null) {
                    handle = target;
                    return;
                }
            }
            target.accept(next);
        }
    }

    /** Tells whether the calling thread is the handle's own, which must not wait: all answers come through it. */
    boolean isEventThread() {
        return Thread.currentThread() == eventThread;
    }

    /** Replaces the watcher of the handle's user. */
    void replaceUser(Watcher watcher) {
        user = watcher;
    }

    /** Gives an event to the handle's user. */
    void deliver(WatchedEvent event) {
        user.process(event);
    }
}
