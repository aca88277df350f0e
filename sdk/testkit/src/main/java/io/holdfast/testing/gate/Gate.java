// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.gate;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * The test's side of a gate: a named place in the code of one or more servers where a thread can be made to wait.
 *
 * <p>Open at first. Works only if the servers run with the rule that has the gate ({@link Rules}). Thread-safe; only the
 * methods named {@code await...} block.
 */
public final class Gate {

    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final String name;
    private final List<GateFiles> servers;

    /**
     * @param name the gate's name, as its rule spells it
     * @param directories where the servers look for their gates
     */
    public Gate(String name, List<Path> directories) {
        if (!name.matches("[a-zA-Z0-9-]+")) {
            throw new IllegalArgumentException("gate name is '" + name + "', must be letters, digits and hyphens");
        }
        this.name = name;
        this.servers = directories.stream()
                .map(directory -> new GateFiles(directory, name))
                .toList();
    }

    /** Opens every gate of the servers that look in these directories. */
    public static void openAll(List<Path> directories) {
        directories.forEach(
                directory -> GateFiles.namesIn(directory).forEach(name -> new GateFiles(directory, name).open()));
    }

    /** Makes whatever reaches this place wait from now on, whichever session it is about. */
    public void close() {
        servers.forEach(server -> server.close(Set.of()));
    }

    /** Makes only these sessions wait. */
    public void closeFor(long... sessions) {
        if (sessions.length == 0) {
            throw new IllegalArgumentException("sessions is empty, must name at least one; close() is for all of them");
        }
        Set<Long> ids = Arrays.stream(sessions).boxed().collect(Collectors.toSet());
        servers.forEach(server -> server.close(ids));
    }

    /** Lets go whatever waits here, within a few milliseconds, and holds nothing from now on. */
    public void open() {
        servers.forEach(GateFiles::open);
    }

    /** Returns the sessions whose requests wait here now, at any of the servers. */
    public Set<Long> waiting() {
        return servers.stream().flatMap(server -> server.waiting().stream()).collect(Collectors.toSet());
    }

    /**
     * Blocks until something waits here.
     *
     * @return a session whose request waits
     * @throws AssertionError if nothing comes in time
     */
    public long awaitReached(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        Set<Long> sessions = waiting();
        while (sessions.isEmpty()) {
            look(deadline, "nothing reached the gate " + name + " within " + limit);
            sessions = waiting();
        }
        return sessions.iterator().next();
    }

    /**
     * Blocks until a request of this session waits here.
     *
     * @throws AssertionError if none comes in time
     */
    public void awaitReached(long session, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!waiting().contains(session)) {
            look(
                    deadline,
                    "session 0x" + Long.toHexString(session) + " did not reach the gate " + name + " within " + limit
                            + "; waiting are " + waiting());
        }
    }

    private static void look(long deadline, String failure) throws InterruptedException {
        if (System.nanoTime() - deadline > 0) {
            throw new AssertionError(failure);
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
}
