// SPDX-License-Identifier: Apache-2.0
package io.holdfast.handle;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;

/**
 * The default watcher of a handle. It exists before its handle does, because a ZooKeeper handle starts to deliver events
 * from its constructor: until {@link #bind}, the event thread waits. No other thread may process them in its place. The
 * one that is making the handle least of all: Curator asks for its handle on the thread of an event, and would make a
 * second one there.
 *
 * <p>Thread-safe.
 */
final class HandleWatcher implements Watcher {

    private final CompletableFuture<Consumer<WatchedEvent>> handle = new CompletableFuture<>();
    private volatile Watcher user;

    HandleWatcher(Watcher user) {
        this.user = user;
    }

    @Override
    public void process(WatchedEvent event) {
        handle.join().accept(event);
    }

    /** Passes events to the handle, those that wait included. */
    void bind(Consumer<WatchedEvent> target) {
        handle.complete(target);
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
