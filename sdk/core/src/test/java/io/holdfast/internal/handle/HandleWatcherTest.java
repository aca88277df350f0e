// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class HandleWatcherTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final List<String> toHandle = Collections.synchronizedList(new ArrayList<>());
    private final List<String> toUser = new ArrayList<>();
    private final HandleWatcher watcher =
            new HandleWatcher(event -> toUser.add("first:" + event.getPath()), thread -> {});

    @RepeatedTest(20)
    void losesNothingAndKeepsTheOrderWhileItIsBound() {
        int events = 500;
        CompletableFuture<Void> eventThread = CompletableFuture.runAsync(
                () -> IntStream.range(0, events).forEach(i -> watcher.process(event(Integer.toString(i)))));

        watcher.bind(event -> toHandle.add(event.getPath()));

        assertThat(eventThread).succeedsWithin(PATIENCE);
        assertThat(toHandle)
                .containsExactlyElementsOf(
                        IntStream.range(0, events).mapToObj(Integer::toString).toList());
        assertThat(toUser).isEmpty();
    }

    /** Curator asks for its handle again when it is told of a connection: inside newZooKeeper it would open a second one. */
    @RepeatedTest(20)
    void neverPassesAnEventOnFromTheThreadThatOpensTheHandle() {
        Thread opening = Thread.currentThread();
        List<Thread> passedOnFrom = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Void> eventThread = CompletableFuture.runAsync(() -> watcher.process(event("early")));

        watcher.bind(event -> passedOnFrom.add(Thread.currentThread()));

        assertThat(eventThread).succeedsWithin(PATIENCE);
        assertThat(passedOnFrom).hasSize(1).doesNotContain(opening);
    }

    @Test
    void knowsTheEventThread() {
        watcher.bind(event -> {});
        assertThat(watcher.isEventThread()).isFalse();

        CompletableFuture<Boolean> there = CompletableFuture.supplyAsync(() -> {
            watcher.process(event("a"));
            return watcher.isEventThread();
        });

        assertThat(there).succeedsWithin(PATIENCE).isEqualTo(true);
        assertThat(watcher.isEventThread()).isFalse();
    }

    @Test
    void deliversToTheUserOfTheMoment() {
        watcher.deliver(event("a"));
        watcher.replaceUser(event -> toUser.add("second:" + event.getPath()));
        watcher.deliver(event("b"));

        assertThat(toUser).containsExactly("first:a", "second:b");
    }

    private static WatchedEvent event(String path) {
        return new WatchedEvent(EventType.NodeCreated, KeeperState.SyncConnected, path);
    }
}
