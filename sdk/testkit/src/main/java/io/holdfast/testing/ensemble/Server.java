// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.ServerRule;
import io.holdfast.testing.proxy.FaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One server of an {@link Ensemble}: a process or a container, its data, and the proxy before it.
 *
 * <p>Thread-safe. A verb has taken effect when it returns; those that wait longer say so.
 */
public final class Server {

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(1);
    private static final Duration SERVING_LIMIT = Duration.ofSeconds(60);

    private final int id;
    private final EnsembleSettings settings;
    private final ServerFiles files;
    private final ServerHost host;
    private final FaultProxy proxy;
    private final Set<Link> missing = EnumSet.noneOf(Link.class);

    private volatile boolean paused;
    private volatile boolean disconnected;

    Server(int id, EnsembleSettings settings, ServerFiles files, ServerHost host) throws IOException {
        this.id = id;
        this.settings = settings;
        this.files = files;
        this.host = host;
        this.proxy = FaultProxy.to(host.address());
    }

    /** Returns the server's number, from 1; also the high byte of the session ids it hands out. */
    public int id() {
        return id;
    }

    /** Returns the connect string that leads straight to this server. */
    public String connectString() {
        return host.address().getAddress().getHostAddress() + ":"
                + host.address().getPort();
    }

    /** Returns the proxy before this server, which clients use that connect through it. */
    public FaultProxy proxy() {
        return proxy;
    }

    /** Starts the server, connected, on the data it has; does not wait until it serves. Does nothing if it runs. */
    public synchronized void start() {
        if (isAlive()) {
            return;
        }
        reconnect();
        try {
            host.start();
            paused = false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks the server to end (SIGTERM) and waits for that. */
    public synchronized void stop() {
        resume();
        host.stop();
    }

    /** Ends the server on the spot (SIGKILL), paused or not. */
    public synchronized void kill() {
        host.kill();
        paused = false;
    }

    /** Stops the server where it is (SIGSTOP, or all of its container): connections stay open and nothing answers. */
    public synchronized void pause() {
        requireAlive();
        host.pause();
        paused = true;
    }

    /** Lets a paused server go on. */
    public synchronized void resume() {
        if (paused && isAlive()) {
            host.resume();
        }
        paused = false;
    }

    /**
     * Takes the server off the network: neither clients nor other servers reach it, all packets are lost, and no connection
     * is closed. The server runs on.
     *
     * @throws UnsupportedOperationException if the server is a process
     */
    public synchronized void disconnect() {
        disconnectFromPeers();
        leave(Link.CLIENTS);
    }

    /**
     * As {@link #disconnect()}, from the other servers only: a partition between servers, on whose smaller side clients go
     * on talking to a server that has lost its quorum.
     *
     * @throws UnsupportedOperationException if the server is a process
     */
    public synchronized void disconnectFromPeers() {
        leave(Link.PEERS);
    }

    /** Ends {@link #disconnect()} and {@link #disconnectFromPeers()}; the server has the addresses it had. */
    public synchronized void reconnect() {
        for (Link link : Set.copyOf(missing)) {
            host.join(link);
            missing.remove(link);
        }
        disconnected = false;
    }

    /** Ends the server if it runs, starts it again on the same data and address, and blocks until it serves. */
    public void restart() throws InterruptedException {
        stop();
        start();
        awaitServing(SERVING_LIMIT);
    }

    /**
     * Ends the server if it runs, deletes all its data, starts it again on the same address, and blocks until it serves: an
     * ensemble of one forgets everything.
     *
     * @throws UnsupportedOperationException if the server is in a container
     */
    public void restartWithoutData() throws InterruptedException {
        stop();
        try {
            files.deleteData();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start();
        awaitServing(SERVING_LIMIT);
    }

    /** Returns whether the server runs, paused or not. */
    public boolean isAlive() {
        return host.isAlive();
    }

    /** Returns whether the server is paused. */
    public boolean isPaused() {
        return paused;
    }

    /** Returns whether the server is cut off from the other servers, or from everybody. */
    public boolean isDisconnected() {
        return disconnected;
    }

    /** Returns the process id. */
    public long pid() {
        requireAlive();
        return host.pid();
    }

    /** Returns the server's answer to a four letter word; waits a second at most. */
    public String fourLetterWord(String word) throws IOException {
        return FourLetterWord.ask(host.address(), word, ANSWER_LIMIT);
    }

    /** Returns the part this server plays; empty if it is down, paused, disconnected or not serving. Waits a second at most. */
    public Optional<Mode> mode() {
        return status().map(Status::mode);
    }

    /**
     * Blocks until this server is part of a quorum.
     *
     * @throws IllegalStateException with the end of its log, if that takes too long or it ends
     */
    public void awaitServing(Duration limit) throws InterruptedException {
        Waiting.until(limit, () -> mode().isPresent(), () -> isAlive() ? null : "it has ended", this::describe);
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
        String state = !isAlive() ? "down" : paused ? "paused" : disconnected ? "disconnected" : "running";
        return "server " + id + " (" + settings.release() + ", " + connectString() + ", " + state + ")";
    }

    Optional<Status> status() {
        if (paused || disconnected || !isAlive()) {
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

    private void leave(Link link) {
        if (missing.contains(link)) {
            return;
        }
        host.leave(link);
        missing.add(link);
        disconnected = true;
    }

    private void requireAlive() {
        if (!isAlive()) {
            throw new IllegalStateException("it does not run: " + this);
        }
    }
}
