// SPDX-License-Identifier: Apache-2.0
package io.holdfast.handle;

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
    private final HandleWatcher watcher = new HandleWatcher(event -> toUser.add("first:" + event.getPath()));

    @Test
    void keepsWhatComesBeforeTheHandleIsThere() {
        watcher.process(event("a"));
        watcher.process(event("b"));
        assertThat(toHandle).isEmpty();

        watcher.bind(event -> toHandle.add(event.getPath()));
        watcher.process(event("c"));

        assertThat(toHandle).containsExactly("a", "b", "c");
        assertThat(toUser).isEmpty();
    }

    @Test
    void keepsTheOrderOfAnEventThatComesWhileEarlyOnesArePassedOn() {
        watcher.process(event("a"));

        watcher.bind(event -> {
            toHandle.add(event.getPath());
            if (event.getPath().equals("a")) {
                watcher.process(event("b"));
                assertThat(toHandle).containsExactly("a");
            }
        });

        assertThat(toHandle).containsExactly("a", "b");
    }

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
    }

    /** A blocking operation must not wait on the event thread, and may on the one that opened the handle. */
    @Test
    void knowsTheEventThreadAlsoWhenAnotherPassesEarlyEventsOn() {
        List<Boolean> seen = new ArrayList<>();
        assertThat(watcher.isEventThread()).isFalse();

        CompletableFuture<Void> eventThread = CompletableFuture.runAsync(() -> {
            watcher.process(event("early"));
            seen.add(watcher.isEventThread());
        });
        assertThat(eventThread).succeedsWithin(PATIENCE);
        watcher.bind(event -> seen.add(watcher.isEventThread()));

        assertThat(seen).containsExactly(true, false);
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
