// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.ServerRule;
import io.holdfast.testing.proxy.FaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One server of an {@link Ensemble}: a process, its data, and the proxy before it.
 *
 * <p>Thread-safe. A verb has taken effect when it returns; those that wait longer say so.
 */
public final class Server {

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(1);
    private static final Duration SERVING_LIMIT = Duration.ofSeconds(60);

    private final int id;
    private final Settings settings;
    private final Path ensembleDirectory;
    private final ServerFiles files;
    private final InetSocketAddress address;
    private final FaultProxy proxy;

    private volatile @Nullable ServerProcess process;
    private volatile boolean paused;

    Server(int id, Settings settings, Path ensembleDirectory, List<ServerFiles.Addresses> ensemble) throws IOException {
        this.id = id;
        this.settings = settings;
        this.ensembleDirectory = ensembleDirectory;
        this.files = new ServerFiles(ensembleDirectory.resolve("server-" + id));
        this.address = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), ensemble.get(id - 1).client());
        files.write(id, settings, ensemble);
        this.proxy = FaultProxy.to(address);
    }

    /** Returns the server's number, from 1; also the high byte of the session ids it hands out. */
    public int id() {
        return id;
    }

    /** Returns the connect string that leads straight to this server. */
    public String connectString() {
        return "127.0.0.1:" + address.getPort();
    }

    /** Returns the proxy before this server, which clients use that connect through it. */
    public FaultProxy proxy() {
        return proxy;
    }

    /** Starts the process on the data it has; does not wait until it serves. Does nothing if it runs. */
    public synchronized void start() {
        if (isAlive()) {
            return;
        }
        try {
            process = ServerProcess.start(settings, ensembleDirectory, files);
            paused = false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks the process to end (SIGTERM) and waits for that. */
    public synchronized void stop() {
        resume();
        ServerProcess running = process;
        if (running != null) {
            running.stop();
        }
    }

    /** Ends the process on the spot (SIGKILL), paused or not. */
    public synchronized void kill() {
        ServerProcess running = process;
        if (running != null) {
            running.kill();
        }
        paused = false;
    }

    /** Stops the process where it is (SIGSTOP): its connections stay open and nothing answers. */
    public synchronized void pause() {
        running().signal("STOP");
        paused = true;
    }

    /** Lets a paused process go on (SIGCONT). */
    public synchronized void resume() {
        if (paused && isAlive()) {
            running().signal("CONT");
        }
        paused = false;
    }

    /** Ends the process if it runs, starts it again on the same data and ports, and blocks until it serves. */
    public void restart() throws InterruptedException {
        stop();
        start();
        awaitServing(SERVING_LIMIT);
    }

    /** Returns whether the process exists, paused or not. */
    public boolean isAlive() {
        ServerProcess running = process;
        return running != null && running.isAlive();
    }

    /** Returns whether the process is paused. */
    public boolean isPaused() {
        return paused;
    }

    /** Returns the process id. */
    public long pid() {
        return running().pid();
    }

    /** Returns the server's answer to a four letter word; waits a second at most. */
    public String fourLetterWord(String word) throws IOException {
        return FourLetterWord.ask(address, word, ANSWER_LIMIT);
    }

    /** Returns the part this server plays; empty if it is down, paused or not serving. Waits a second at most. */
    public Optional<Mode> mode() {
        return status().map(Status::mode);
    }

    /**
     * Blocks until this server is part of a quorum.
     *
     * @throws IllegalStateException with the end of its log, if that takes too long or its process ends
     */
    public void awaitServing(Duration limit) throws InterruptedException {
        Waiting.until(
                limit, () -> mode().isPresent(), () -> isAlive() ? null : "its process has ended", this::describe);
    }

    /** Returns this server's side of a gate: what it holds waits at this server only. */
    public Gate gate(String name) {
        return new Gate(name, List.of(files.gates()));
    }

    /** Returns this server's side of this rule's gate. */
    public Gate gate(ServerRule rule) {
        return gate(rule.gate());
    }

    /** Returns the file that all runs of this server write their log to. */
    public Path log() {
        return files.log();
    }

    /** Returns the last lines of the log. */
    public String logTail(int lines) {
        return files.logTail(lines);
    }

    @Override
    public String toString() {
        String state = paused ? "paused" : isAlive() ? "running" : "down";
        return "server " + id + " (" + settings.release() + ", " + connectString() + ", " + state + ")";
    }

    Optional<Status> status() {
        if (paused || !isAlive()) {
            return Optional.empty();
        }
        try {
            return Status.in(fourLetterWord("srvr"));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    String describe() {
        return this + ", end of its log:\n" + logTail(40);
    }

    Path gates() {
        return files.gates();
    }

    private ServerProcess running() {
        ServerProcess running = process;
        if (running == null || !running.isAlive()) {
            throw new IllegalStateException("no process runs: " + this);
        }
        return running;
    }
}
