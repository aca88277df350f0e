// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.internal.time.Guarded;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The default watcher of a handle. It exists before its handle does, because a ZooKeeper handle starts to deliver events from
 * its constructor. Thread-safe.
 *
 * <p>The event thread waits for {@link #bind}, which the thread that constructs the handle calls right after. Events are never
 * processed on that other thread: Curator would be notified of a connection from inside the very call in which it asks for the
 * handle, would ask again, and would be left with two.
 */
final class HandleWatcher implements Watcher {

    private static final Logger LOG = LoggerFactory.getLogger(HandleWatcher.class);

    private final CompletableFuture<Consumer<WatchedEvent>> handle = new CompletableFuture<>();
    private final Consumer<Thread> onThread;

    private volatile Watcher user;
    private volatile @Nullable Thread eventThread;

    /**
     * @param user the handle's user
     * @param onThread told which thread delivers events
     */
    HandleWatcher(Watcher user, Consumer<Thread> onThread) {
        this.user = user;
        this.onThread = onThread;
    }

    @Override
    public void process(WatchedEvent event) {
        Thread self = Thread.currentThread();
        if (self != eventThread) {
            eventThread = self;
            onThread.accept(self);
        }
        handle.join().accept(event);
    }

    /** Returns whether the calling thread is the one that the ZooKeeper client delivers events on. */
    boolean isEventThread() {
        return Thread.currentThread() == eventThread;
    }

    /** Passes all events to the handle, on its event thread. */
    void bind(Consumer<WatchedEvent> target) {
        handle.complete(target);
    }

    /** Replaces the watcher of the handle's user. */
    void replaceUser(Watcher watcher) {
        user = watcher;
    }

    /** Passes an event to the handle's user; what the user's watcher throws is logged. */
    void deliver(WatchedEvent event) {
        Guarded.run(LOG, "The watcher of a handle's user", () -> user.process(event));
    }
}
