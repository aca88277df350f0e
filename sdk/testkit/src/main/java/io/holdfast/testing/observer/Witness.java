// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.observer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * Asks one server, round after round, about every node that is watched.
 *
 * <p>All questions of a round are sent at once; the next round begins when the last answer is there. Answers arrive on the
 * handle's event thread, rounds begin on the observer's.
 */
final class Witness {

    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(30);
    private static final long SILENT_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final int server;
    private final String connectString;
    private final Chronicle chronicle;
    private final Set<String> paths;
    private final Set<String> parents;

    @GuardedBy("this")
    private @Nullable ZooKeeper handle;

    @GuardedBy("this")
    private @Nullable Round current;

    /** One round of questions. */
    private static final class Round {
        private final long began = System.nanoTime();
        private final Set<String> asked = new HashSet<>();
        private int open;
        private boolean failed;
    }

    Witness(int server, String connectString, Chronicle chronicle, Set<String> paths, Set<String> parents) {
        this.server = server;
        this.connectString = connectString;
        this.chronicle = chronicle;
        this.paths = paths;
        this.parents = parents;
    }

    int server() {
        return server;
    }

    /** Begins a round, or finds that the last one is still waiting for its answers. Does not block. */
    synchronized void tick() {
        Round round = current;
        if (round != null) {
            if (System.nanoTime() - round.began > SILENT_AFTER_NANOS) {
                chronicle.addUnreachable(server, everyPath());
            }
            return;
        }
        ZooKeeper asked;
        try {
            asked = handle == null ? open() : handle;
        } catch (IOException e) {
            // Not even a handle can be had now: the next tick tries again.
            chronicle.addUnreachable(server, everyPath());
            return;
        }
        Round next = new Round();
        current = next;
        next.open = 1;
        for (String parent : parents) {
            next.open++;
            asked.getChildren(
                    parent,
                    false,
                    (rc, path, context, children) -> seeChildren(next, asked, rc, parent, children),
                    null);
        }
        for (String path : everyPath()) {
            ask(next, asked, path);
        }
        answered(next);
    }

    synchronized Optional<ZooKeeper> handle() {
        return Optional.ofNullable(handle);
    }

    @GuardedBy("this")
    private ZooKeeper open() throws IOException {
        ZooKeeper opened = new ZooKeeper(
                connectString, (int) SESSION_TIMEOUT.toMillis(), this::onSessionEvent, new ZKClientConfig());
        handle = opened;
        return opened;
    }

    private void onSessionEvent(WatchedEvent event) {
        if (event.getState() == KeeperState.Expired) {
            synchronized (this) {
                handle = null;
            }
        }
    }

    @GuardedBy("this")
    private void ask(Round round, ZooKeeper asked, String path) {
        if (round.asked.add(path)) {
            round.open++;
            asked.exists(path, false, (rc, answered, context, stat) -> see(round, rc, path, stat), null);
        }
    }

    private synchronized void seeChildren(
            Round round, ZooKeeper asked, int rc, String parent, @Nullable List<String> children) {
        if (rc == Code.OK.intValue() && children != null) {
            String prefix = parent.equals("/") ? "/" : parent + "/";
            children.forEach(child -> ask(round, asked, prefix + child));
        } else if (rc != Code.NONODE.intValue()) {
            round.failed = true;
        }
        answered(round);
    }

    private synchronized void see(Round round, int rc, String path, @Nullable Stat stat) {
        if (rc == Code.OK.intValue() && stat != null) {
            chronicle.add(Sighting.present(server, path, stat.getEphemeralOwner(), stat.getCzxid()));
        } else if (rc == Code.NONODE.intValue()) {
            chronicle.add(Sighting.absent(server, path));
        } else {
            round.failed = true;
        }
        answered(round);
    }

    @GuardedBy("this")
    private void answered(Round round) {
        if (--round.open > 0) {
            return;
        }
        if (round.failed) {
            chronicle.addUnreachable(server, everyPath());
        } else {
            chronicle.endRound(server, round.began);
        }
        current = null;
    }

    private Set<String> everyPath() {
        Set<String> all = new HashSet<>(paths);
        all.addAll(chronicle.paths());
        return all;
    }
}
