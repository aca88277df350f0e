// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.ServerRule;
import io.holdfast.testing.proxy.FaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One to five real ZooKeeper servers, each a process or a container of its own behind a {@link FaultProxy}.
 *
 * <p>Nothing of it outlives this JVM: servers and files go with {@link #close()}, at the latest when the JVM ends. If the JVM
 * is killed, processes end by themselves, and containers go when somebody starts the next ones. Thread-safe, except that {@link #start()} may be called once only.
 */
public final class Ensemble implements AutoCloseable {

    private static final int ATTEMPTS = 3;
    private static final Duration ELECTION_LIMIT = Duration.ofSeconds(60);

    private final EnsembleSettings settings;
    private volatile @Nullable Path directory;
    private volatile @Nullable Site site;
    private volatile List<Server> servers = List.of();

    Ensemble(EnsembleSettings settings) {
        this.settings = settings;
    }

    /** Returns a builder for three servers of the release on this JVM's class path. */
    public static EnsembleBuilder builder() {
        return new EnsembleBuilder();
    }

    /**
     * Starts all servers; blocks until there is a leader and every server serves.
     *
     * @throws BackendUnavailableException if the servers cannot run where they should
     * @throws IllegalStateException with the end of each server's log, if they do not get there
     */
    public void start() throws InterruptedException {
        if (!servers.isEmpty()) {
            throw new IllegalStateException("the ensemble has been started before");
        }
        CloseAtExit.add(this);
        for (int attempt = 1; ; attempt++) {
            try {
                launch();
                awaitQuorum(settings.startWithin());
                refuseBrokenRules();
                return;
            } catch (IOException e) {
                close();
                throw new UncheckedIOException(e);
            } catch (IllegalStateException e) {
                boolean again = attempt < ATTEMPTS && somePortWasTaken();
                close();
                if (!again) {
                    throw e;
                }
                CloseAtExit.add(this);
            } catch (InterruptedException | RuntimeException e) {
                close();
                throw e;
            }
        }
    }

    /** Returns all servers, in the order of their ids. */
    public List<Server> servers() {
        return servers;
    }

    /** Returns the server with this id, from 1. */
    public Server server(int id) {
        if (id < 1 || id > servers.size()) {
            throw new IllegalArgumentException("id is " + id + ", must be 1 to " + servers.size());
        }
        return servers.get(id - 1);
    }

    /** Returns the release the servers run. */
    public Release release() {
        return settings.release();
    }

    /** Returns where the servers run. */
    public Backend backend() {
        return settings.backend();
    }

    /** Returns the server that leads, or the only one. Blocks until an election is over. */
    public Server leader() throws InterruptedException {
        Waiting.until(ELECTION_LIMIT, () -> leaderNow().isPresent(), () -> null, this::describe);
        return leaderNow().orElseGet(() -> server(1));
    }

    /**
     * Returns the server that leads now; empty during an election. A server that is paused or disconnected leads nobody, and
     * one that was and has not noticed yet that another was elected does not either.
     */
    public Optional<Server> leaderNow() {
        Map<Server, Long> claims = new HashMap<>();
        servers.forEach(
                server -> server.status().filter(Status::leads).ifPresent(status -> claims.put(server, status.zxid())));
        return claims.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    }

    /** Returns the servers that follow a leader now; never paused or disconnected ones. */
    public List<Server> followers() {
        return servers.stream()
                .filter(server ->
                        server.mode().filter(mode -> mode == Mode.FOLLOWER).isPresent())
                .toList();
    }

    /** Returns the connect string of all servers, past their proxies. */
    public String connectString() {
        return connectString(Server::connectString);
    }

    /** Returns the connect string of all proxies. */
    public String proxiedConnectString() {
        return connectString(server -> server.proxy().connectString());
    }

    /** Returns the proxies before the servers, in the order of the servers' ids. */
    public List<FaultProxy> proxies() {
        return servers.stream().map(Server::proxy).toList();
    }

    /** Returns a gate in all servers at once. */
    public Gate gate(String name) {
        return new Gate(name, servers.stream().map(Server::gates).toList());
    }

    /** Returns this rule's gate in all servers at once. */
    public Gate gate(ServerRule rule) {
        return gate(rule.gate());
    }

    /**
     * Blocks until one server leads and every server serves, those excepted that are down, paused or disconnected on
     * purpose.
     *
     * @throws IllegalStateException with the end of each server's log, if that takes too long
     */
    public void awaitQuorum(Duration limit) throws InterruptedException {
        List<Server> expected = servers.stream()
                .filter(server -> server.isAlive() && !server.isPaused() && !server.isDisconnected())
                .toList();
        Waiting.until(
                limit,
                () -> agree(expected),
                () -> expected.stream().allMatch(Server::isAlive) ? null : "a server has ended",
                this::describe);
    }

    /**
     * Ends every fault: opens all gates, heals all proxies, reconnects and resumes what is disconnected or paused, starts
     * what is down, and blocks until the ensemble is whole again.
     */
    public void heal() throws InterruptedException {
        Gate.openAll(servers.stream().map(Server::gates).toList());
        for (Server server : servers) {
            server.proxy().heal();
            server.reconnect();
            server.resume();
            server.start();
        }
        awaitQuorum(ELECTION_LIMIT);
    }

    /** Ends all servers and deletes all files. Can be called at any time and more than once. */
    @Override
    public synchronized void close() {
        servers.forEach(Server::kill);
        servers.forEach(server -> server.proxy().close());
        Site place = site;
        if (place != null) {
            place.close();
        }
        Path files = directory;
        if (files != null) {
            DirectoryTree.delete(files);
        }
        servers = List.of();
        site = null;
        directory = null;
        CloseAtExit.remove(this);
    }

    /** Returns the state of every server and the end of its log, for failure messages. */
    public String describe() {
        return servers.stream().map(Server::describe).collect(Collectors.joining("\n\n"));
    }

    private static boolean agree(List<Server> servers) {
        List<Status> statuses =
                servers.stream().map(Server::status).flatMap(Optional::stream).toList();
        return statuses.size() == servers.size()
                && statuses.stream().filter(Status::leads).count() == 1;
    }

    private synchronized void launch() throws IOException {
        Path files = Files.createTempDirectory("holdfast-ensemble-");
        directory = files;
        Site place = settings.backend().open(settings, files);
        site = place;
        List<Server> created = new ArrayList<>();
        for (int id = 1; id <= settings.servers(); id++) {
            ServerFiles own = new ServerFiles(files.resolve("server-" + id));
            own.prepare(settings);
            created.add(new Server(id, settings, own, place.host(id, own)));
            servers = List.copyOf(created);
        }
        created.forEach(Server::start);
    }

    private String connectString(Function<Server, String> ofOne) {
        return servers.stream().map(ofOne).collect(Collectors.joining(","));
    }

    private boolean somePortWasTaken() {
        return servers.stream().anyMatch(server -> server.logTail(200).contains("Address already in use"));
    }

    /** A rule that does not fit the release is only logged by Byteman, and the test would then wait at no gate. */
    private void refuseBrokenRules() {
        for (Server server : servers) {
            String log = server.logTail(2_000);
            if (log.contains("org.jboss.byteman.rule.exception")) {
                throw new IllegalStateException("Byteman refuses a rule at " + server + ":\n" + log);
            }
        }
    }
}
