// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.proxy;

import io.holdfast.testing.wire.OpCode;
import io.holdfast.testing.wire.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A proxy on loopback between clients and one ZooKeeper server, which understands frames and so can hurt single ones, and
 * which records every request that arrives.
 *
 * <p>Thread-safe. Only the methods named {@code await...} block. Two threads per connection.
 */
public final class FaultProxy implements AutoCloseable {

    private final ProxyPort entrance;
    private final ScheduledExecutorService timer;
    private final AtomicInteger counter = new AtomicInteger();
    private final List<ProxiedConnection> connections = new CopyOnWriteArrayList<>();
    private final Valve toServer = new Valve(this::drainSoon);
    private final Valve toClient = new Valve(this::drainSoon);
    private final Traps traps = new Traps();
    private final RequestLog log = new RequestLog();

    private volatile boolean mutingConnectResponses;

    private FaultProxy(InetSocketAddress server) throws IOException {
        this.entrance = new ProxyPort(server);
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> entrance.daemon(task, "timer"));
    }

    /** Starts a proxy before this server, which may be down. */
    public static FaultProxy to(InetSocketAddress server) throws IOException {
        FaultProxy proxy = new FaultProxy(server);
        proxy.entrance.open(proxy::connect);
        return proxy;
    }

    /** Returns the port the proxy listens at. */
    public int port() {
        return entrance.port();
    }

    /** Returns the connect string that leads to the server through this proxy. */
    public String connectString() {
        return "127.0.0.1:" + port();
    }

    /** Returns the direction from all clients to the server. */
    public Valve toServer() {
        return toServer;
    }

    /** Returns the direction from the server to all clients. */
    public Valve toClient() {
        return toClient;
    }

    /** Cuts every connection. Clients can connect again at once. */
    public void cut() {
        connections.forEach(ProxiedConnection::cut);
    }

    /** Cuts every connection and resets each new one, until {@link #accept()}. */
    public void refuse() {
        entrance.refuse();
        cut();
    }

    /** Ends {@link #refuse()}. */
    public void accept() {
        entrance.accept();
    }

    /** Holds the answer to every ConnectRequest; the server has opened the session by then. */
    public void holdConnectResponses() {
        toClient.hold(OpCode.CONNECT);
    }

    /** Ends {@link #holdConnectResponses()}, delivers the answers and goes on holding whatever else is held. */
    public void releaseConnectResponses() {
        toClient.release(OpCode.CONNECT);
    }

    /**
     * From now on drops the answer to every ConnectRequest and everything behind it on that connection, while requests
     * still reach the server: sessions that the client never learns of. {@link #heal()} ends it.
     */
    public void muteConnectResponses() {
        mutingConnectResponses = true;
    }

    /** Forwards the next request of this operation and cuts its connection in place of delivering the answer. */
    public Trap dropNextReply(OpCode opCode) {
        return traps.set(new Trap(Trap.Kind.INSTEAD_OF_REPLY, opCode, 1));
    }

    /** Cuts the connection on which the n-th request of this operation, counted from now, has just been forwarded. */
    public Trap cutAfter(OpCode opCode, int n) {
        return traps.set(new Trap(Trap.Kind.AFTER_REQUEST, opCode, n));
    }

    /** Cuts the connection in place of forwarding the next request of this operation. */
    public Trap cutBeforeNext(OpCode opCode) {
        return traps.set(new Trap(Trap.Kind.BEFORE_REQUEST, opCode, 1));
    }

    /** Ends every fault and every trap, here and at each connection; cuts the connections that have lost frames. */
    public void heal() {
        entrance.accept();
        mutingConnectResponses = false;
        traps.clear();
        connections.stream().filter(ProxiedConnection::hasLostFrames).forEach(ProxiedConnection::cut);
        connections.forEach(connection -> {
            connection.toServer().open();
            connection.toClient().open();
        });
        toServer.open();
        toClient.open();
    }

    /** Returns the connections that are open now. */
    public List<ProxiedConnection> connections() {
        return connections.stream().filter(ProxiedConnection::isOpen).toList();
    }

    /** Returns the open connection of this session. */
    public Optional<ProxiedConnection> connection(long sessionId) {
        return connections().stream()
                .filter(connection -> connection.sessionId() == sessionId)
                .findFirst();
    }

    /** Returns every request that arrived since the start or the last reset, pings included, in order of arrival. */
    public List<RecordedRequest> requests() {
        return log.all();
    }

    /** Returns how many requests of these operations are in {@link #requests()}. */
    public int count(OpCode... opCodes) {
        return log.count(Set.of(opCodes));
    }

    /** Forgets the requests recorded so far. */
    public void resetCounts() {
        log.clear();
    }

    /**
     * Blocks until n requests of this operation are in {@link #requests()}.
     *
     * @throws AssertionError if that does not happen in time
     */
    public void awaitRequests(OpCode opCode, int n, Duration limit) throws InterruptedException {
        log.await(opCode, n, limit);
    }

    /** Stops listening and closes every connection. */
    @Override
    public void close() {
        entrance.close();
        timer.shutdownNow();
        connections.forEach(ProxiedConnection::close);
    }

    Traps traps() {
        return traps;
    }

    String threadName(int connection, String role) {
        return "fault-proxy-" + port() + "-" + connection + "-" + role;
    }

    void record(ProxiedConnection connection, Request request) {
        log.add(new RecordedRequest(
                System.nanoTime(),
                connection.number(),
                connection.sessionId(),
                request.xid(),
                request.opCode(),
                request.path(),
                request.ephemeral()));
    }

    void onConnectResponse(ProxiedConnection connection) {
        if (mutingConnectResponses) {
            connection.toClient().blackhole();
        }
    }

    void forget(ProxiedConnection connection) {
        connections.remove(connection);
    }

    private void connect(Socket client, Socket server) throws IOException {
        ProxiedConnection connection = new ProxiedConnection(counter.incrementAndGet(), this, client, server, timer);
        connections.add(connection);
        connection.start();
        if (entrance.isClosed()) {
            connection.close();
        } else if (entrance.isRefusing()) {
            connection.cut();
        }
    }

    private void drainSoon() {
        connections.forEach(ProxiedConnection::drainSoon);
    }
}
