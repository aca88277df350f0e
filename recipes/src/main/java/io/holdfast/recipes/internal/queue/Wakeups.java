// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.queue;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;

/**
 * Wakes those who wait for a change at a path. One watcher serves all waits of one recipe: a ZooKeeper client keeps each
 * watcher until its node changes, so tries that ended would leave theirs behind by the thousand.
 *
 * <p>Thread-safe.
 */
public final class Wakeups implements Watcher {

    private final ConcurrentMap<String, Set<Runnable>> sleepers = new ConcurrentHashMap<>();

    /** Runs the task at each change at the path, on ZooKeeper's event thread, until it is {@linkplain #forget forgotten}. */
    void await(String path, Runnable task) {
        sleepers.compute(path, (same, tasks) -> {
            Set<Runnable> all = tasks == null ? ConcurrentHashMap.newKeySet() : tasks;
            all.add(task);
            return all;
        });
    }

    void forget(String path, Runnable task) {
        sleepers.computeIfPresent(path, (same, tasks) -> {
            tasks.remove(task);
            return tasks.isEmpty() ? null : tasks;
        });
    }

    /** Returns how many paths somebody waits at. */
    int size() {
        return sleepers.size();
    }

    @Override
    public void process(WatchedEvent event) {
        String path = event.getPath();
        if (event.getType() == Event.EventType.None || path == null) {
            return; // a lost connection is not a change, and its return brings the changes that were missed
        }
        sleepers.getOrDefault(path, Set.of()).forEach(Runnable::run);
    }
}
