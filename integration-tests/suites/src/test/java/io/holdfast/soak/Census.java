// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak;

import io.holdfast.soak.judge.Note;
import io.holdfast.soak.judge.Note.Appeared;
import io.holdfast.soak.judge.Note.Observed;
import io.holdfast.soak.judge.Note.ServerDown;
import io.holdfast.soak.judge.Note.ServerUp;
import io.holdfast.soak.judge.Note.Vanished;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.history.Recorder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * The witness from outside: asks each server by itself, past all proxies and without a session, for every ephemeral node
 * that it holds and the owner, and writes down what has changed since it last looked.
 */
final class Census {

    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final String NODES = "Sessions with Ephemerals";

    private static final String WHAT_FOLLOWS = "Connections dump";

    private final Recorder recorder;
    private final List<Thread> threads = new ArrayList<>();
    private final Set<Holding> now = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosed;

    /** A node at a server. */
    record Holding(int server, String path, long session) {}

    /** What a server answered to a question asked between these times; no nodes if it did not answer. */
    private record Look(long beganNanos, long answeredNanos, Optional<Set<Holding>> nodes) {}

    Census(Ensemble ensemble, Recorder recorder) {
        this.recorder = recorder;
        for (Server server : ensemble.servers()) {
            Thread thread = new Thread(() -> observe(server), "census-" + server.id());
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    /** Returns whether such a node was seen at any server when it was last asked. */
    boolean sees(Predicate<Holding> which) {
        return now.stream().anyMatch(which);
    }

    /** Returns how many paths there are below this one, each counted once. */
    long countBelow(String path) {
        return now.stream()
                .map(Holding::path)
                .filter(node -> node.startsWith(path + "/"))
                .distinct()
                .count();
    }

    /** Looks no more. */
    void end() throws InterruptedException {
        isClosed = true;
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        }
    }

    private void observe(Server server) {
        Look last = new Look(System.nanoTime(), System.nanoTime(), Optional.empty());
        long looks = 0;
        long failed = 0;
        while (!isClosed) {
            Look next = look(server);
            looks++;
            failed += next.nodes.isEmpty() ? 1 : 0;
            compare(server.id(), last, next);
            last = next;
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
        note(new Observed(last.answeredNanos, server.id(), looks, failed));
    }

    private void compare(int server, Look last, Look next) {
        if (last.nodes.isEmpty() && next.nodes.isPresent()) {
            note(new ServerUp(next.answeredNanos, last.beganNanos, server));
        }
        Set<Holding> before = last.nodes.orElse(Set.of());
        Set<Holding> after = next.nodes.orElse(Set.of());
        before.stream().filter(holding -> !after.contains(holding)).forEach(holding -> {
            now.remove(holding);
            note(new Vanished(last.answeredNanos, next.answeredNanos, server, holding.path, holding.session));
        });
        after.stream().filter(holding -> !before.contains(holding)).forEach(holding -> {
            now.add(holding);
            note(new Appeared(next.answeredNanos, last.beganNanos, server, holding.path, holding.session));
        });
        if (last.nodes.isPresent() && next.nodes.isEmpty()) {
            note(new ServerDown(last.answeredNanos, next.answeredNanos, server));
        }
    }

    private static Look look(Server server) {
        long began = System.nanoTime();
        Optional<Set<Holding>> nodes;
        try {
            nodes = server.isPaused() || !server.isAlive()
                    ? Optional.empty()
                    : read(server.id(), server.fourLetterWord("dump"));
        } catch (IOException e) {
            nodes = Optional.empty();
        }
        return new Look(began, System.nanoTime(), nodes);
    }

    /** Reads the list of sessions, each with its paths on indented lines of their own; empty if there is none. */
    private static Optional<Set<Holding>> read(int server, String dump) {
        int begin = dump.indexOf(NODES);
        if (begin < 0 || dump.indexOf(WHAT_FOLLOWS, begin) < 0) {
            return Optional.empty(); // it does not serve, or broke off
        }
        Set<Holding> nodes = new HashSet<>();
        long session = 0;
        for (String line : dump.substring(dump.indexOf('\n', begin) + 1).lines().toList()) {
            if (line.startsWith("0x") && line.endsWith(":")) {
                session = Long.parseUnsignedLong(line.substring(2, line.length() - 1), 16);
            } else if (line.startsWith("\t")) {
                nodes.add(new Holding(server, line.strip(), session));
            } else {
                break;
            }
        }
        return Optional.of(nodes);
    }

    private void note(Note note) {
        recorder.record(note.line());
    }
}
