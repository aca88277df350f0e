// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.view;

import io.holdfast.error.FailureKind;
import io.holdfast.session.SessionOps;
import io.holdfast.session.Znode;
import io.holdfast.spi.Backoff;
import io.holdfast.spi.StepGuard;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.jspecify.annotations.Nullable;

/**
 * Reads a directory and its children, again whenever a watch says so or a server was reached anew.
 *
 * <p>It works in rounds: sync if the server may lag behind what was shown before, list if the list may have changed, then
 * read the children that may have. What watches report meanwhile is left to the next round, so a directory that never rests
 * is shown after each round all the same. A read of a child sets the watch first, so no change is lost between the two.
 *
 * <p>Confined to the loop. An answer from before the current connection changes nothing.
 */
final class ChildrenReader {

    /** What the reader reports, on the loop. */
    interface Audience {
        /** A round is over. */
        void read(SortedMap<String, Child> children);

        /** Nothing is left to read. */
        void caughtUp();

        /** Something is left to read; reported again and again while it is so. */
        void stale(String why);
    }

    /** Enough to hide the way to the server; few enough not to fill its queue (its default is 1000 for all clients). */
    private static final int LOOKS_AT_ONCE = 64;

    private static final Backoff RETRIES = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(15));

    private final String directory;
    private final Executor loop;
    private final Audience audience;
    private final StepGuard steps;

    // one object each: ZooKeeper notifies a watcher that it is given twice only once
    private final Watcher onDirectory = this::directoryChanged;
    private final Watcher onChild = this::childChanged;

    private final TreeMap<String, Child> known = new TreeMap<>();
    private final Set<String> due = new HashSet<>();
    private final ArrayDeque<String> toLookAt = new ArrayDeque<>();
    private List<CompletableFuture<Void>> asked = new ArrayList<>();
    private List<CompletableFuture<Void>> answering = new ArrayList<>();
    private @Nullable SessionOps ops;
    private long connection;
    private int looking;
    private boolean isInRound;
    private boolean isSyncDue;
    private boolean isListDue;
    private boolean isAllDue;
    private boolean isClosed;
    private int failures;

    /**
     * @param loop runs tasks in order; all methods are called on it
     * @param timer runs a task after a delay
     */
    ChildrenReader(String directory, Executor loop, BiConsumer<Duration, Runnable> timer, Audience audience) {
        this.directory = directory;
        this.loop = loop;
        this.audience = audience;
        this.steps = new StepGuard(loop, timer, () -> connection, this::failed);
    }

    /** A server was reached. */
    void connected(SessionOps reached) {
        ops = reached;
        failures = 0;
        startOver("the directory is being read");
        step();
    }

    void disconnected(String why) {
        ops = null;
        startOver(why);
    }

    /** Completes the stage once all that was committed before this call has been read. */
    void catchUp(CompletableFuture<Void> done) {
        if (isClosed) {
            done.completeExceptionally(closed());
            return;
        }
        asked.add(done);
        isSyncDue = true;
        step();
    }

    void close() {
        isClosed = true;
        ops = null;
        startOver("the view is closed");
        asked.forEach(each -> each.completeExceptionally(closed()));
        asked.clear();
    }

    private IllegalStateException closed() {
        return new IllegalStateException("The view of " + directory + " is closed");
    }

    private void startOver(String why) {
        connection++; // answers that are still under way no longer count, nor do the watches they would have set
        isInRound = false;
        looking = 0;
        toLookAt.clear();
        asked.addAll(answering);
        answering.clear();
        isSyncDue = true;
        isListDue = true;
        isAllDue = true;
        audience.stale(why);
    }

    private void step() {
        SessionOps now = ops;
        if (now == null || isInRound) {
            return;
        }
        if (!isSyncDue && !isListDue && due.isEmpty()) {
            audience.caughtUp();
            return;
        }
        isInRound = true;
        if (isSyncDue) {
            isSyncDue = false;
            answering = asked;
            asked = new ArrayList<>();
            // watch events of what the server has caught up with come before this answer
            steps.then(now.sync(directory), done -> list(now), this::failed);
        } else {
            list(now);
        }
    }

    private void list(SessionOps now) {
        if (!isListDue) {
            lookAt(known.keySet(), now);
            return;
        }
        isListDue = false;
        steps.then(now.children(directory, onDirectory), names -> lookAt(Set.copyOf(names), now), failure -> {
            if (FailureKind.codeOf(failure) == Code.NONODE) {
                awaitDirectory(now);
            } else {
                failed(failure);
            }
        });
    }

    private void awaitDirectory(SessionOps now) {
        steps.then(
                now.exists(directory, onDirectory),
                found -> {
                    isListDue |= found.isPresent();
                    lookAt(Set.of(), now);
                },
                this::failed);
    }

    private void lookAt(Set<String> names, SessionOps now) {
        known.keySet().retainAll(Set.copyOf(names));
        for (String name : names) {
            if (isAllDue || due.contains(name) || !known.containsKey(name)) {
                toLookAt.add(name);
            }
        }
        isAllDue = false;
        due.clear();
        lookOn(now);
    }

    private void lookOn(SessionOps now) {
        while (looking < LOOKS_AT_ONCE && !toLookAt.isEmpty()) {
            looking++;
            look(toLookAt.remove(), now);
        }
        if (looking == 0) {
            isInRound = false;
            failures = 0;
            audience.read(new TreeMap<>(known));
            answering.forEach(each -> each.complete(null));
            answering.clear();
            step();
        }
    }

    private void look(String name, SessionOps now) {
        String path = directory.equals("/") ? "/" + name : directory + "/" + name;
        CompletionStage<Optional<Znode>> watched = now.exists(path, onChild);
        CompletionStage<Optional<Child>> read = now.read(path)
                .handle((node, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedFuture(node.map(found -> new Child(name, found, true)));
                    }
                    return FailureKind.codeOf(failure) == Code.NOAUTH
                            ? watched.thenApply(seen -> seen.map(found -> new Child(name, found, false)))
                            : CompletableFuture.<Optional<Child>>failedFuture(failure);
                })
                .thenCompose(child -> child);
        steps.then(
                watched.thenCombine(read, (before, child) -> child),
                child -> {
                    child.ifPresentOrElse(found -> known.put(name, found), () -> known.remove(name));
                    looking--;
                    lookOn(now);
                },
                this::failed);
    }

    private void failed(Throwable failure) {
        startOver("reading " + directory + " failed: " + FailureKind.codeOf(failure));
        failures++;
        steps.after(RETRIES.after(failures), this::step); // unless a server is reached before
    }

    private void directoryChanged(WatchedEvent event) {
        if (event.getType() != EventType.None) {
            loop.execute(() -> {
                isListDue = true;
                audience.stale("the list of children changed");
                step();
            });
        }
    }

    private void childChanged(WatchedEvent event) {
        String path = event.getPath();
        if (event.getType() != EventType.None && path != null) {
            loop.execute(() -> {
                due.add(path.substring(path.lastIndexOf('/') + 1));
                audience.stale("a child changed");
                step();
            });
        }
    }
}
