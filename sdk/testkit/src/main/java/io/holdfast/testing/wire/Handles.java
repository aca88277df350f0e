// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.wire;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.ZooKeeper;

/** Ways to be rid of a client handle that do not depend on a server that answers. */
public final class Handles {

    private Handles() {}

    /** Closes the sessions of these handles, all at once; gives up waiting after a while and leaves the rest to itself. */
    public static void close(List<ZooKeeper> handles, Duration limit) {
        List<Thread> closing = handles.stream().map(Handles::closer).toList();
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            for (Thread thread : closing) {
                TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline - System.nanoTime()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the handle as if its process had died: the connection closes and no server is told that the session is over. */
    public static void abandon(ZooKeeper handle) {
        handle.getTestable().injectSessionExpiration();
    }

    private static Thread closer(ZooKeeper handle) {
        Thread thread = new Thread(
                () -> {
                    try {
                        handle.close();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "closer-0x" + Long.toHexString(handle.getSessionId()));
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
