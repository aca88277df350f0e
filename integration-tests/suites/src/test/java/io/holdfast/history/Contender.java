// SPDX-License-Identifier: Apache-2.0
package io.holdfast.history;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.history.Run;
import io.holdfast.testing.proxy.FaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A member as its test sees it: one {@link ContendingProcess} after the other, and a way to each server that belongs to
 * this member alone, so that it can be hurt alone. Thread-safe.
 */
public final class Contender implements AutoCloseable {

    private final String name;
    private final Path directory;
    private final Program program;
    private final List<FaultProxy> road = new ArrayList<>();

    @GuardedBy("this")
    private @Nullable Process process;

    @GuardedBy("this")
    private int run;

    @GuardedBy("this")
    private final Map<Integer, Long> deaths = new HashMap<>();

    /** What a member's processes run. */
    @FunctionalInterface
    public interface Program {

        /**
         * Returns the end of the command line of one process: options of its JVM, the main class, its arguments.
         *
         * @param run which of the member's processes, from 1
         * @param connectString the member's own ways to the servers
         * @param directory where the process may write
         */
        List<String> command(String member, int run, String connectString, Path directory);
    }

    /** A member that has a way to each server, but no process yet. */
    public Contender(String name, Ensemble ensemble, Path directory, Program program) throws IOException {
        this.name = name;
        this.directory = directory;
        this.program = program;
        for (Server server : ensemble.servers()) {
            String address = server.connectString();
            int colon = address.lastIndexOf(':');
            road.add(FaultProxy.to(new InetSocketAddress(
                    address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)))));
        }
    }

    /** Starts the member's next process if none runs. */
    public synchronized void start() {
        if (process != null && process.isAlive()) {
            return;
        }
        run++;
        Path log = directory.resolve(name + "." + run + ".log");
        try {
            process = new ProcessBuilder(Stream.concat(
                                    Stream.of(
                                            Path.of(System.getProperty("java.home"), "bin", "java")
                                                    .toString(),
                                            "-XX:+UseSerialGC",
                                            "-XX:TieredStopAtLevel=1",
                                            "-XX:-UsePerfData",
                                            "-Djava.net.preferIPv4Stack=true",
                                            "-cp",
                                            System.getProperty("java.class.path")),
                                    program.command(name, run, connectString(), directory).stream())
                            .toList())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGSTOP. */
    void stop() {
        signal("STOP");
    }

    /** SIGCONT. */
    void goOn() {
        signal("CONT");
    }

    /** Asks the process to end well, by the end of its standard input; does not wait. */
    synchronized void leave() {
        try {
            if (process != null) {
                process.getOutputStream().close();
            }
        } catch (IOException e) {
            // it is gone already
        }
    }

    /** SIGKILL, and waits until the process is gone. */
    synchronized void kill() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
            deaths.putIfAbsent(run, System.nanoTime());
        }
    }

    /** Does something to the ways to all servers. */
    void onTheRoad(Consumer<FaultProxy> fault) {
        road.forEach(fault);
    }

    /**
     * Asks the process to finish its round and end.
     *
     * @throws AssertionError if it has ended by itself
     */
    public synchronized void askToFinish() throws IOException {
        if (process == null || !process.isAlive()) {
            throw new AssertionError("the process of " + this + " has ended by itself, see its log in " + directory);
        }
        process.getOutputStream().close();
    }

    /**
     * Blocks until the process has ended.
     *
     * @throws AssertionError if it does not end in time, or not well
     */
    public synchronized void awaitEnd(Duration limit) throws InterruptedException {
        if (process == null || !process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
            throw new AssertionError("the process of " + this + " does not end well, see its log in " + directory);
        }
    }

    /** Returns the member's name, which its processes share. */
    public String name() {
        return name;
    }

    /** Returns how many processes there have been. */
    public synchronized int processes() {
        return run;
    }

    /** Returns when which process was gone that had to be killed. */
    public synchronized Map<Integer, Long> deaths() {
        return Map.copyOf(deaths);
    }

    /** Reads what all processes of this member have written so far. */
    synchronized List<Run> runs() {
        List<Run> runs = new ArrayList<>();
        for (int number = 1; number <= run; number++) {
            try {
                runs.add(Run.read(directory, name, number, deaths.getOrDefault(number, Long.MAX_VALUE)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return runs;
    }

    @Override
    public void close() {
        kill();
        road.forEach(FaultProxy::close);
    }

    @Override
    public synchronized String toString() {
        return name + "." + run;
    }

    private String connectString() {
        return road.stream().map(FaultProxy::connectString).collect(Collectors.joining(","));
    }

    /**
     * The shell's own kill is there even where no such program is installed. A fault that waits for its moment may begin so late
     * that the next one has killed the process before it ends: then there is nobody to go on.
     */
    private synchronized void signal(String signal) {
        if (process == null || !process.isAlive()) {
            return;
        }
        try {
            int exit = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid())
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("cannot send " + signal + " to " + this);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sending " + signal + " to " + this, e);
        }
    }
}
