// SPDX-License-Identifier: Apache-2.0
package io.holdfast.benchmarks;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.ZooKeeper;

/** Sees which nodes exist below a path, and when the last of them appeared, with a client of its own. */
final class Witness implements AutoCloseable {

    private final ZooKeeper handle;
    private final String parent;
    private final Set<String> present = ConcurrentHashMap.newKeySet();
    private volatile long lastCreated;
    private volatile int deleted;

    private Witness(ZooKeeper handle, String parent) {
        this.handle = handle;
        this.parent = parent;
    }

    /** Begins to watch a parent that exists. */
    static Witness of(String connectString, String parent) throws Exception {
        Witness witness = new Witness(RawClient.connect(connectString), parent);
        witness.handle.addWatch(parent, witness::happened, AddWatchMode.PERSISTENT_RECURSIVE);
        return witness;
    }

    private synchronized void happened(WatchedEvent event) {
        if (event.getType() == EventType.NodeCreated) {
            present.add(event.getPath());
            lastCreated = System.nanoTime();
        } else if (event.getType() == EventType.NodeDeleted && present.remove(event.getPath())) {
            deleted++;
        }
        notifyAll();
    }

    /** Waits until so many nodes have been deleted and so many exist. Returns when the last one appeared. */
    synchronized long await(int deletions, int nodes) throws InterruptedException {
        long limit = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        while (deleted < deletions || present.size() < nodes) {
            long left = limit - System.nanoTime();
            if (left <= 0) {
                throw new IllegalStateException(present.size() + " of " + nodes + " nodes exist below " + parent
                        + " and " + deleted + " of " + deletions + " were deleted");
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return lastCreated;
    }

    @Override
    public void close() {
        RawClient.end(handle);
    }
}
