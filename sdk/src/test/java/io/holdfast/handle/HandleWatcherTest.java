// SPDX-License-Identifier: Apache-2.0
package io.holdfast.handle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.junit.jupiter.api.Test;

class HandleWatcherTest {

    private static final WatchedEvent CONNECTED = new WatchedEvent(EventType.None, KeeperState.SyncConnected, null);

    @Test
    void anEventThatComesBeforeTheHandleIsThereIsStillProcessedOnTheEventThread() throws Exception {
        HandleWatcher watcher = new HandleWatcher(event -> {});
        CountDownLatch isDelivering = new CountDownLatch(1);
        CompletableFuture<Thread> processedOn = new CompletableFuture<>();
        Thread eventThread = new Thread(() -> {
            isDelivering.countDown();
            watcher.process(CONNECTED);
        });
        eventThread.start();
        isDelivering.await();
        while (eventThread.getState() == Thread.State.RUNNABLE) {
            Thread.onSpinWait();
        }

        watcher.bind(event -> processedOn.complete(Thread.currentThread()));

        assertThat(processedOn.get(10, TimeUnit.SECONDS))
                .as(
                        "Curator asks for its handle on the thread of an event; on the one that is making the handle, it makes another")
                .isEqualTo(eventThread);
        eventThread.join();
    }

    @Test
    void eventsReachTheUserThatIsRegisteredNow() {
        CompletableFuture<WatchedEvent> first = new CompletableFuture<>();
        CompletableFuture<WatchedEvent> second = new CompletableFuture<>();
        HandleWatcher watcher = new HandleWatcher(first::complete);
        watcher.bind(watcher::deliver);
        watcher.process(CONNECTED);
        watcher.replaceUser(second::complete);

        watcher.process(new WatchedEvent(EventType.None, KeeperState.Disconnected, null));

        assertThat(first).isCompletedWithValue(CONNECTED);
        assertThat(second.join().getState()).isEqualTo(KeeperState.Disconnected);
    }
}
