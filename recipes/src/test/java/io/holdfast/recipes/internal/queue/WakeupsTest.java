// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.junit.jupiter.api.Test;

class WakeupsTest {

    private final Wakeups wakeups = new Wakeups();
    private final List<String> woken = new ArrayList<>();

    @Test
    void wakesThoseWhoWaitAtThePathUntilTheyAreForgotten() {
        Runnable first = () -> woken.add("first");
        Runnable second = () -> woken.add("second");
        wakeups.await("/a/1", first);
        wakeups.await("/a/1", second);
        wakeups.await("/a/2", () -> woken.add("other"));

        wakeups.process(deleted("/a/1"));
        assertThat(woken).containsExactlyInAnyOrder("first", "second");

        wakeups.forget("/a/1", first);
        wakeups.process(deleted("/a/1"));
        assertThat(woken).containsExactlyInAnyOrder("first", "second", "second");
    }

    @Test
    void keepsNothingOfThoseWhoAreForgotten() {
        Runnable task = () -> {};
        wakeups.await("/a/1", task);
        wakeups.forget("/a/1", task);
        wakeups.forget("/a/2", task);

        assertThat(wakeups.size()).isZero();
        wakeups.process(deleted("/a/1"));
    }

    @Test
    void doesNotTakeALostConnectionForAChange() {
        wakeups.await("/a/1", () -> woken.add("first"));

        wakeups.process(new WatchedEvent(EventType.None, KeeperState.Disconnected, null));

        assertThat(woken).isEmpty();
    }

    private static WatchedEvent deleted(String path) {
        return new WatchedEvent(EventType.NodeDeleted, KeeperState.SyncConnected, path);
    }
}
