// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.servers;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.apache.zookeeper.Watcher.Event.EventType;

/** One connection of a client's handle to a server: what it has asked for, and what is on its way back. */
public final class Connection {

    /** The client's side of it. */
    public interface Peer {
        void connected(long session);

        void event(EventType type, String path);

        /** Told once; every request that was not answered has failed with ConnectionLoss before. */
        void disconnected();
    }

    record Message(String text, long zxid, Runnable deliver) {}

    private final Peer peer;
    private final int server;
    private final long session;
    final Deque<Pending> outstanding = new ArrayDeque<>();
    final Deque<Message> down = new ArrayDeque<>();
    private final Set<String> watched = new HashSet<>();
    private long seen;

    /** The server does not know the session, and drops every request without an answer. */
    boolean isSilent;

    /** The server has closed it. */
    boolean isClosed;

    /** Nobody listens any more. */
    private boolean isBroken;

    Connection(Peer peer, int server, long session, long seen) {
        this.peer = peer;
        this.server = server;
        this.session = session;
        this.seen = seen;
    }

    public int server() {
        return server;
    }

    public long session() {
        return session;
    }

    /** Returns the last transaction that the client knows of. */
    public long seen() {
        return seen;
    }

    public boolean isBroken() {
        return isBroken;
    }

    public boolean isSilent() {
        return isSilent;
    }

    public boolean isWaiting() {
        return !outstanding.isEmpty() || !down.isEmpty();
    }

    public void watch(String path) {
        watched.add(path);
    }

    /** Tells whether a watch stands at the path, or the news that it has fired is on its way. */
    public boolean isWatching(String path) {
        return watched.contains(path) || down.stream().anyMatch(message -> message.text.contains(path));
    }

    /** Tells whether something is on its way that will make the client look at the path again. */
    public boolean hasNewsOf(String path) {
        return isClosed || down.stream().anyMatch(message -> message.text.contains(path));
    }

    public boolean hasNews() {
        return !down.isEmpty();
    }

    /** Breaks it: what was not answered is not answered any more. */
    public void cut() {
        if (isBroken) {
            return;
        }
        isBroken = true;
        down.clear();
        while (!outstanding.isEmpty()) {
            outstanding.remove().answer().accept(Outcome.of(org.apache.zookeeper.KeeperException.Code.CONNECTIONLOSS));
        }
        peer.disconnected();
    }

    void shown(long zxid) {
        seen = Math.max(seen, zxid);
    }

    void fire(EventType type, String path, long zxid) {
        if (watched.remove(path)) {
            down.add(new Message(type + " " + path, zxid, () -> peer.event(type, path)));
        }
    }

    void answer(Pending pending, Outcome outcome, long zxid) {
        down.add(new Message(pending + " -> " + outcome.code(), zxid, () -> {
            outstanding.remove(pending);
            pending.answer().accept(outcome);
        }));
    }

    void accept(long zxid) {
        down.add(new Message("connected", zxid, () -> peer.connected(session)));
    }

    void close(String why) {
        isClosed = true;
        down.add(new Message(why, 0, this::cut));
    }

    void describe(StringBuilder text) {
        text.append(server).append(' ').append(session).append(' ').append(seen);
        text.append(isSilent ? 's' : '-').append(isClosed ? 'c' : '-').append(watched);
        outstanding.forEach(pending -> text.append('?').append(pending));
        down.forEach(message -> text.append('<').append(message.text).append(message.zxid));
    }
}
