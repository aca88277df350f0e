// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak;

import io.holdfast.soak.judge.Note.Unserved;
import io.holdfast.testing.history.Recorder;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;

/**
 * Asks the servers for a session again and again, with ZooKeeper's own client and past the proxies, and writes down when it had to
 * wait for one. Who would register a node has to have a session first: as long as the servers have none for a bystander, they are not
 * whole again, and nobody can be blamed for the nodes that he does not have yet.
 */
final class Bystander {

    private static final int TIMEOUT_MILLIS = 6_000;
    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final String connectString;
    private final Recorder recorder;
    private final Thread thread = new Thread(this::ask, "bystander");
    private volatile boolean isOver;

    Bystander(String connectString, Recorder recorder) {
        this.connectString = connectString;
        this.recorder = recorder;
        thread.setDaemon(true);
        thread.start();
    }

    private void ask() {
        try {
            while (!isOver) {
                long asked = System.nanoTime();
                CountDownLatch connected = new CountDownLatch(1);
                ZooKeeper handle = new ZooKeeper(connectString, TIMEOUT_MILLIS, event -> {
                    if (event.getState() == KeeperState.SyncConnected) {
                        connected.countDown();
                    }
                });
                boolean isServed = false;
                while (!isOver && !isServed) {
                    isServed = connected.await(PAUSE_NANOS, TimeUnit.NANOSECONDS);
                }
                long served = System.nanoTime();
                if (served - asked > SLOW_NANOS) {
                    recorder.record(new Unserved(served, asked).line());
                }
                handle.close();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new IllegalStateException("a bystander needs a client", e);
        }
    }

    void end() throws InterruptedException {
        isOver = true;
        thread.join();
    }
}
