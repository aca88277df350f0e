// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.soak.judge.Note;
import io.holdfast.soak.judge.Note.ForeignChanged;
import io.holdfast.soak.judge.Note.ForeignGone;
import io.holdfast.soak.judge.Note.ForeignPut;
import io.holdfast.soak.judge.Note.ForeignSessionOver;
import io.holdfast.soak.judge.Note.ForeignTaken;
import io.holdfast.testing.history.Recorder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.NoNodeException;
import org.apache.zookeeper.KeeperException.NodeExistsException;
import org.apache.zookeeper.KeeperException.SessionExpiredException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/**
 * Somebody with a plain client who keeps nodes of his own among those of Holdfast, some at paths that members want as well,
 * and who looks again and again whether they are as he left them.
 */
final class ForeignKeeper {

    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(30);
    private static final long LOOK_EVERY_MILLIS = 200;
    private static final int CONTESTED = 2;

    private final String connectString;
    private final Recorder recorder;
    private final Random random;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final List<String> always = new ArrayList<>();
    private final Map<String, Long> kept = new HashMap<>();
    private final Map<String, Long> turnEnds = new HashMap<>();
    private ZooKeeper handle;

    ForeignKeeper(String connectString, Recorder recorder, long seed) throws IOException {
        this.connectString = connectString;
        this.recorder = recorder;
        this.random = new Random(seed);
        for (int i = 0; i < SoakMember.DIRECTORIES; i++) {
            always.add(SoakMember.directory(i) + "/foreign-" + i);
        }
        always.add(SoakMember.directory(4) + "/ada-03-19999999990"); // as if it were ada-03's sequential node
        handle = open();
        thread = new Thread(this::keep, "foreign-keeper");
        thread.setDaemon(true);
        thread.start();
    }

    /** Deletes his nodes and closes his session. */
    void end() throws InterruptedException {
        closing.countDown();
        thread.join(TimeUnit.SECONDS.toMillis(30));
    }

    private ZooKeeper open() throws IOException {
        return new ZooKeeper(connectString, (int) SESSION_TIMEOUT.toMillis(), event -> {});
    }

    private void keep() {
        try {
            while (!closing.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                try {
                    lookAtAll();
                } catch (SessionExpiredException e) {
                    note(new ForeignSessionOver(System.nanoTime(), handle.getSessionId()));
                    kept.clear();
                    handle = open();
                } catch (KeeperException e) {
                    // another time
                }
            }
            for (String path : kept.keySet()) {
                note(new ForeignTaken(System.nanoTime(), path, kept.get(path)));
            }
            handle.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new IllegalStateException("cannot open a handle", e);
        }
    }

    private void lookAtAll() throws KeeperException, InterruptedException {
        for (String path : always) {
            look(path, true);
        }
        for (int i = 0; i < CONTESTED; i++) {
            String path = SoakMember.contested(i);
            look(path, isHisTurn(path));
        }
    }

    private boolean isHisTurn(String path) {
        long now = System.nanoTime();
        long end = turnEnds.getOrDefault(path, now);
        if (now >= end) {
            turnEnds.put(path, now + TimeUnit.MILLISECONDS.toNanos(4_000L + random.nextInt(4_000)));
        }
        return kept.containsKey(path) == now < end;
    }

    private void look(String path, boolean isWanted) throws KeeperException, InterruptedException {
        Long czxid = kept.get(path);
        if (czxid != null) {
            check(path, czxid);
        }
        if (kept.containsKey(path) && !isWanted) {
            note(new ForeignTaken(System.nanoTime(), path, kept.remove(path)));
            handle.delete(path, -1);
        } else if (!kept.containsKey(path) && isWanted) {
            put(path);
        }
    }

    private void check(String path, long czxid) throws KeeperException, InterruptedException {
        Stat stat = new Stat();
        try {
            handle.getData(path, false, stat);
        } catch (NoNodeException e) {
            stat = null;
        }
        if (stat == null || stat.getCzxid() != czxid) {
            note(new ForeignGone(System.nanoTime(), path, czxid));
            kept.remove(path);
        } else if (stat.getVersion() != 0) {
            note(new ForeignChanged(System.nanoTime(), path, czxid));
        }
    }

    private void put(String path) throws KeeperException, InterruptedException {
        try {
            handle.create(path, "foreign".getBytes(UTF_8), ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
        } catch (NodeExistsException e) {
            // his own, if an answer was lost, or another's
        }
        Stat stat = handle.exists(path, false);
        if (stat != null && stat.getEphemeralOwner() == handle.getSessionId()) {
            kept.put(path, stat.getCzxid());
            note(new ForeignPut(System.nanoTime(), path, stat.getEphemeralOwner(), stat.getCzxid()));
        }
    }

    private void note(Note note) {
        recorder.record(note.line());
    }
}
