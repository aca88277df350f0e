// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.proxy;

import io.holdfast.testing.wire.FrameReader;
import io.holdfast.testing.wire.Handshake;
import io.holdfast.testing.wire.OpCode;
import io.holdfast.testing.wire.Request;
import java.io.IOException;
import java.net.Socket;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;

/**
 * One client's connection through a {@link FaultProxy}, which can be hurt alone.
 *
 * <p>Thread-safe. No method blocks.
 */
public final class ProxiedConnection {

    private static final int NOTIFICATION_XID = -1;
    private static final int PING_XID = -2;
    private static final int AUTH_XID = -4;
    private static final int SET_WATCHES_XID = -8;

    private final int number;
    private final FaultProxy proxy;
    private final Pipe client;
    private final Pipe server;
    private final Valve toServerValve = new Valve(this::drainSoon);
    private final Valve toClientValve = new Valve(this::drainSoon);
    private final Lane toServer;
    private final Lane toClient;
    private final Traps traps = new Traps();
    private final Map<Integer, OpCode> unanswered = new ConcurrentHashMap<>();
    private final Map<Integer, Trap> doomedReplies = new ConcurrentHashMap<>();

    private volatile long sessionId;
    private volatile boolean cut;

    ProxiedConnection(int number, FaultProxy proxy, Socket client, Socket server, ScheduledExecutorService timer)
            throws IOException {
        this.number = number;
        this.proxy = proxy;
        this.client = new Pipe(client);
        this.server = new Pipe(server);
        this.toServer = new Lane(proxy.toServer(), toServerValve, timer, frame -> deliver(frame, this.server));
        this.toClient = new Lane(proxy.toClient(), toClientValve, timer, frame -> deliver(frame, this.client));
    }

    /** Returns the connection's number, counted from 1 at its proxy. */
    public int number() {
        return number;
    }

    /** Returns the session that this connection carries or asked to go on with; 0 while it has none. */
    public long sessionId() {
        return sessionId;
    }

    /** Returns the direction from the client to the server. */
    public Valve toServer() {
        return toServerValve;
    }

    /** Returns the direction from the server to the client. */
    public Valve toClient() {
        return toClientValve;
    }

    /** Returns whether both ends are still connected. */
    public boolean isOpen() {
        return !cut && !client.isAtEnd() && !server.isAtEnd();
    }

    /** Closes both ends. What was delivered before can still be read there; what is held is lost. */
    public void cut() {
        cut = true;
        client.finish();
        server.finish();
    }

    /** As {@link FaultProxy#dropNextReply(OpCode)}, for this connection only. */
    public Trap dropNextReply(OpCode opCode) {
        return traps.set(new Trap(Trap.Kind.INSTEAD_OF_REPLY, opCode, 1));
    }

    void start() {
        client.readOn(proxy.threadName(number, "client"), this::fromClient, () -> endOf(client, toServer));
        server.readOn(proxy.threadName(number, "server"), this::fromServer, () -> endOf(server, toClient));
    }

    void drainSoon() {
        toServer.drainSoon();
        toClient.drainSoon();
    }

    boolean hasLostFrames() {
        return toServer.hasDroppedFrames() || toClient.hasDroppedFrames();
    }

    /** Closes both sockets at once. */
    void close() {
        cut = true;
        client.close();
        server.close();
    }

    private void fromClient(byte[] bytes, boolean first, FrameReader reader) {
        if (cut) {
            return;
        }
        if (!reader.speaksZooKeeper()) {
            toServer.put(Frame.forward(bytes, OpCode.UNKNOWN));
        } else if (first) {
            sessionId = Handshake.requestedSession(bytes);
            accept(bytes, new Request(0, OpCode.CONNECT, null, false));
        } else {
            Request request = Request.decode(bytes);
            unanswered.put(request.xid(), request.opCode());
            accept(bytes, request);
        }
    }

    private void accept(byte[] bytes, Request request) {
        OpCode opCode = request.opCode();
        proxy.record(this, request);
        Optional<Trap> sprung = traps.step(opCode).or(() -> proxy.traps().step(opCode));
        if (sprung.isEmpty()) {
            toServer.put(Frame.forward(bytes, opCode));
            return;
        }
        Trap trap = sprung.get();
        switch (trap.kind()) {
            case BEFORE_REQUEST -> toServer.put(Frame.cutInstead(opCode, trap::spring));
            case AFTER_REQUEST -> toServer.put(Frame.forwardAndCut(bytes, opCode, trap::spring));
            case INSTEAD_OF_REPLY -> {
                doomedReplies.put(request.xid(), trap);
                toServer.put(Frame.forward(bytes, opCode));
            }
        }
    }

    private void fromServer(byte[] bytes, boolean first, FrameReader reader) {
        if (cut) {
            return;
        }
        if (!reader.speaksZooKeeper()) {
            toClient.put(Frame.forward(bytes, OpCode.UNKNOWN));
            return;
        }
        if (first) {
            sessionId = Handshake.grantedSession(bytes);
            proxy.onConnectResponse(this);
        }
        int xid = first ? 0 : Request.xidOfReply(bytes);
        OpCode opCode = first ? OpCode.CONNECT : operationOf(xid);
        Trap trap = doomedReplies.remove(xid);
        toClient.put(trap == null ? Frame.forward(bytes, opCode) : Frame.cutInstead(opCode, trap::spring));
    }

    private OpCode operationOf(int xid) {
        return switch (xid) {
            case NOTIFICATION_XID -> OpCode.NOTIFICATION;
            case PING_XID -> OpCode.PING;
            case AUTH_XID -> OpCode.AUTH;
            case SET_WATCHES_XID -> OpCode.SET_WATCHES;
            default -> {
                OpCode opCode = unanswered.remove(xid);
                yield opCode == null ? OpCode.UNKNOWN : opCode;
            }
        };
    }

    private void deliver(Frame frame, Pipe target) {
        if (cut) {
            return;
        }
        switch (frame.fate()) {
            case FORWARD -> target.write(frame.bytes());
            case FORWARD_AND_CUT -> {
                target.write(frame.bytes());
                cut();
            }
            case CUT_INSTEAD -> cut();
            case END -> target.finish();
        }
        frame.afterwards().run();
    }

    private void endOf(Pipe source, Lane lane) {
        source.markEnd();
        lane.put(Frame.end());
        if (client.isAtEnd() && server.isAtEnd()) {
            close();
            proxy.forget(this);
        }
    }
}
