// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.observer;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.wire.Handles;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.zookeeper.common.PathUtils;

/**
 * The independent witness: asks every server by itself, past the proxies, who owns which node, and records each change.
 *
 * <p>It looks every 10 ms as long as a server answers that fast, so what lasted shorter may have escaped it. It holds one plain
 * session per server and writes nothing. Thread-safe; only the methods named {@code await...} block.
 */
public final class OwnerObserver implements AutoCloseable {

    private static final long LOOK_EVERY_MILLIS = 10;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final Chronicle chronicle = new Chronicle();
    private final Set<String> paths = ConcurrentHashMap.newKeySet();
    private final Set<String> parents = ConcurrentHashMap.newKeySet();
    private final List<Witness> witnesses;
    private final ScheduledExecutorService rounds;

    private OwnerObserver(Map<Integer, String> connectStrings) {
        this.witnesses = new TreeMap<>(connectStrings)
                .entrySet().stream()
                        .map(server -> new Witness(server.getKey(), server.getValue(), chronicle, paths, parents))
                        .toList();
        this.rounds = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "owner-observer");
            thread.setDaemon(true);
            return thread;
        });
        // The executor reports nothing and is ended by close().
        var unused = rounds.scheduleWithFixedDelay(
                () -> witnesses.forEach(Witness::tick), 0, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Starts an observer of this ensemble's servers. */
    public static OwnerObserver of(Ensemble ensemble) {
        Map<Integer, String> connectStrings = new TreeMap<>();
        for (Server server : ensemble.servers()) {
            connectStrings.put(server.id(), server.connectString());
        }
        return of(connectStrings);
    }

    /** Starts an observer of any servers: a connect string with a single host and port for each number. */
    public static OwnerObserver of(Map<Integer, String> connectStrings) {
        return new OwnerObserver(connectStrings);
    }

    /** Watches this node from now on. */
    @CanIgnoreReturnValue
    public OwnerObserver watch(String path) {
        PathUtils.validatePath(path);
        paths.add(path);
        return this;
    }

    /** Watches every node that is seen under this parent from now on, which need not exist yet. */
    @CanIgnoreReturnValue
    public OwnerObserver watchChildren(String parent) {
        PathUtils.validatePath(parent);
        parents.add(parent);
        return this;
    }

    /** Returns every node that has been seen or is watched by name. */
    public Set<String> paths() {
        return chronicle.paths();
    }

    /** Returns each change of this node at each server, in the order in which they were seen. */
    public List<Sighting> history(String path) {
        return chronicle.history(path);
    }

    /** Returns what each server said last of this node, by server id. */
    public Map<Integer, Sighting> ownerNow(String path) {
        return chronicle.now(path);
    }

    /** Returns each time during which a server held this node with one owner, in the order in which they began. */
    public List<Span> everySpanOf(String path) {
        return chronicle.spans(path);
    }

    /**
     * Blocks until every server that answers, and at least one, says in an answer to a question asked after this call that
     * this session owns the node.
     *
     * @throws AssertionError with the whole timeline, if that does not happen in time
     */
    public void awaitOwner(String path, long owner, Duration limit) throws InterruptedException {
        awaitEverywhere(path, sighting -> sighting.isOwnedBy(owner), "owned by 0x" + Long.toHexString(owner), limit);
    }

    /**
     * As {@link #awaitOwner(String, long, Duration)}, until the node is absent.
     *
     * @throws AssertionError with the whole timeline, if that does not happen in time
     */
    public void awaitAbsent(String path, Duration limit) throws InterruptedException {
        awaitEverywhere(path, sighting -> sighting.state() == Sighting.State.ABSENT, "absent", limit);
    }

    /**
     * As {@link #awaitOwner(String, long, Duration)}, until any condition holds at every server that answers.
     *
     * @param description of the condition, for the failure
     * @throws AssertionError with the whole timeline, if that does not happen in time
     */
    public void awaitEverywhere(String path, Predicate<Sighting> condition, String description, Duration limit)
            throws InterruptedException {
        watch(path);
        long start = System.nanoTime();
        long deadline = start + limit.toNanos();
        while (!holdsEverywhere(path, condition, start)) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError(
                        path + " is not " + description + " everywhere within " + limit + ":\n" + toText());
            }
            chronicle.awaitChange(deadline);
        }
    }

    /** Returns everything that was seen, as text: per node and server each change with its second since the start. */
    public String toText() {
        return chronicle.toText();
    }

    /** Ends the observation and closes its sessions, a second at most; what was recorded can still be read. */
    @Override
    public void close() {
        rounds.shutdownNow();
        Handles.close(
                witnesses.stream()
                        .map(Witness::handle)
                        .flatMap(Optional::stream)
                        .toList(),
                CLOSE_LIMIT);
    }

    private boolean holdsEverywhere(String path, Predicate<Sighting> condition, long start) {
        boolean seen = false;
        for (Witness witness : witnesses) {
            Optional<Sighting> sighting = chronicle.since(start, witness.server(), path);
            if (sighting.isEmpty()) {
                return false;
            }
            boolean reachable = sighting.get().state() != Sighting.State.UNREACHABLE;
            if (reachable && !condition.test(sighting.get())) {
                return false;
            }
            seen |= reachable;
        }
        return seen;
    }
}
