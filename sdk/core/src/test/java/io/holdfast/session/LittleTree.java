// SPDX-License-Identifier: Apache-2.0
package io.holdfast.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;

/**
 * A ZooKeeper that is small enough to see through: one tree, any number of sessions. Requests are applied when they are sent;
 * answers and watch events travel on one wire, in order, and arrive when {@link #deliver()} says so. The next request of a
 * kind can be lost, answered otherwise, or have something happen around it. Confined to the test's thread.
 */
public final class LittleTree {

    /** The kinds of requests. */
    public enum Call {
        CREATE,
        EXISTS,
        READ,
        SET_DATA,
        DELETE,
        CHILDREN,
        MULTI,
        EPHEMERALS
    }

    static final class Node {
        byte[] data;
        final long owner;
        final long czxid;
        int version;
        int sequence;

        Node(byte[] data, long owner, long czxid) {
            this.data = data;
            this.owner = owner;
            this.czxid = czxid;
        }

        Node copy() {
            Node copy = new Node(data, owner, czxid);
            copy.version = version;
            copy.sequence = sequence;
            return copy;
        }
    }

    /** What happens to one request instead of the usual. */
    record Fate(boolean isApplied, Optional<Code> answer, Runnable before, Runnable after) {}

    /**
     * An answer or an event on its way.
     *
     * @param loss what arrives instead when the connection breaks; empty for an event, which waits for the next connection
     */
    private record Travelling(long session, Runnable arrival, Optional<Runnable> loss, BooleanSupplier mayArrive) {}

    private record Watch(Watcher watcher, long session) {}

    final TreeMap<String, Node> nodes = new TreeMap<>();
    final Set<Long> lost = new HashSet<>();
    final Set<Long> over = new HashSet<>();
    private final Deque<Travelling> wire = new ArrayDeque<>();
    private final List<Travelling> untilReconnection = new ArrayList<>();
    private final Map<Call, Deque<Fate>> fates = new EnumMap<>(Call.class);
    private final Set<Call> unimplemented = EnumSet.noneOf(Call.class);
    private final Map<String, Set<Watch>> watches = new HashMap<>();
    private final List<String> requests = new ArrayList<>();
    private BooleanSupplier mayArrive = () -> true;
    private long zxid = 0x100;
    private boolean hasTransactionIds;
    private boolean isInTransaction;

    /** Returns the operations of one session. */
    public SessionOps ops(long session) {
        return new LittleOps(this, session);
    }

    /** Lets everything that travels arrive; tells whether anything did. */
    public boolean deliver() {
        boolean any = false;
        while (!wire.isEmpty() && wire.peek().mayArrive().getAsBoolean()) {
            wire.remove().arrival().run();
            any = true;
        }
        return any;
    }

    /** The next request of the kind reaches no server. */
    public void loseRequest(Call call) {
        script(call, new Fate(false, Optional.of(Code.CONNECTIONLOSS), () -> {}, () -> {}));
    }

    /** The next request of the kind is applied, and its answer lost. */
    public void loseAnswer(Call call) {
        script(call, new Fate(true, Optional.of(Code.CONNECTIONLOSS), () -> {}, () -> {}));
    }

    /** The next request of the kind is refused with the code. */
    public void answer(Call call, Code code) {
        script(call, new Fate(false, Optional.of(code), () -> {}, () -> {}));
    }

    /** Something happens just before the next request of the kind. */
    public void before(Call call, Runnable event) {
        script(call, new Fate(true, Optional.empty(), event, () -> {}));
    }

    /** Something happens just after the next request of the kind; what it fires travels behind the answer. */
    public void after(Call call, Runnable event) {
        script(call, new Fate(true, Optional.empty(), () -> {}, event));
    }

    /** The next request of the kind is an ordinary one; for what comes after it. */
    public void pass(Call call) {
        before(call, () -> {});
    }

    /** Forgets what was to happen to later requests. */
    public void heal() {
        fates.clear();
    }

    /** Servers that do not know the kind. */
    public void unimplemented(Call call) {
        unimplemented.add(call);
    }

    /** Answers sent from now on, and what is behind them, stay on the wire until the returned task is run. */
    public Runnable holdAnswers() {
        boolean[] isReleased = {false};
        mayArrive = () -> isReleased[0];
        return () -> {
            isReleased[0] = true;
            mayArrive = () -> true;
        };
    }

    /** Requests of the session fail with ConnectionLoss from now on, and so do those whose answers have not arrived yet. */
    public void disconnect(long session) {
        lost.add(session);
        List<Travelling> cut =
                wire.stream().filter(each -> each.session() == session).toList();
        wire.removeAll(cut);
        for (Travelling each : cut) {
            if (each.loss().isPresent()) {
                wire.add(new Travelling(session, each.loss().get(), each.loss(), () -> true));
            } else {
                untilReconnection.add(each);
            }
        }
    }

    /** Requests of the session reach the server again, and watches tell what they have seen since. */
    public void reconnect(long session) {
        lost.remove(session);
        List<Travelling> late = untilReconnection.stream()
                .filter(each -> each.session() == session)
                .toList();
        untilReconnection.removeAll(late);
        late.forEach(each -> wire.add(new Travelling(session, each.arrival(), each.loss(), () -> true)));
    }

    /** The handle of the session is over; its nodes stand until {@link #deleteAllOf}. */
    public void endHandle(long session) {
        over.add(session);
        untilReconnection.removeIf(each -> each.session() == session);
        watches.values().forEach(all -> all.removeIf(watch -> watch.session() == session));
    }

    /** The closeSession of the session is applied. */
    public void deleteAllOf(long session) {
        ephemeralsOf(session).forEach(this::remove);
    }

    /** Puts a node there, whoever it belongs to. */
    public Znode put(String path, byte[] data, long owner) {
        Node node = new Node(data.clone(), owner, ++zxid);
        nodes.put(path, node);
        fire(path, EventType.NodeCreated);
        return znode(path, true);
    }

    /** Deletes a node as an operator would. */
    public void remove(String path) {
        if (nodes.remove(path) == null) {
            throw new AssertionError("there is no " + path);
        }
        zxid++;
        fire(path, EventType.NodeDeleted);
    }

    /** Deletes a node without firing the watches on it, which no server should. */
    public void vanish(String path) {
        nodes.remove(path);
        zxid++;
    }

    /** Overwrites a node's data as an operator would. */
    public void overwrite(String path, byte[] data) {
        Node node = nodes.get(path);
        node.data = data.clone();
        node.version++;
        zxid++;
        fire(path, EventType.NodeDataChanged);
    }

    /** Returns a node with its data. */
    public Optional<Znode> node(String path) {
        return nodes.containsKey(path) ? Optional.of(znode(path, true)) : Optional.empty();
    }

    /** Returns the paths of a session's nodes. */
    public Set<String> ephemeralsOf(long session) {
        Set<String> paths = new LinkedHashSet<>();
        nodes.forEach((path, node) -> {
            if (node.owner == session) {
                paths.add(path);
            }
        });
        return paths;
    }

    /** Returns all requests so far, for example {@code CREATE /a}, and forgets them. */
    public List<String> takeRequests() {
        List<String> taken = List.copyOf(requests);
        requests.clear();
        return taken;
    }

    /** Returns how many requests of the kind there have been since the last {@link #takeRequests()}. */
    public long count(Call call) {
        return requests.stream().filter(each -> each.startsWith(call.name())).count();
    }

    Fate fateOf(Call call, String path, long session) {
        requests.add(call + " " + path);
        if (over.contains(session)) {
            return new Fate(false, Optional.of(Code.SESSIONEXPIRED), () -> {}, () -> {});
        }
        if (lost.contains(session)) {
            return new Fate(false, Optional.of(Code.CONNECTIONLOSS), () -> {}, () -> {});
        }
        Fate scripted = fates.getOrDefault(call, new ArrayDeque<>()).poll();
        if (scripted != null) {
            return scripted;
        }
        Optional<Code> code = unimplemented.contains(call) ? Optional.of(Code.UNIMPLEMENTED) : Optional.empty();
        return new Fate(code.isEmpty(), code, () -> {}, () -> {});
    }

    void answer(long session, Runnable arrival, Runnable loss) {
        wire.add(new Travelling(session, arrival, Optional.of(loss), mayArrive));
    }

    void watch(String path, Watcher watcher, long session) {
        watches.computeIfAbsent(path, any -> new LinkedHashSet<>()).add(new Watch(watcher, session));
    }

    long lastZxid() {
        return zxid;
    }

    /** From now on a transaction has one id, as it has on servers; without it each of its operations has its own. */
    public void createInOneTransaction() {
        hasTransactionIds = true;
    }

    /** All operations until the next {@link #transactionOver} belong to one transaction. */
    void transaction() {
        if (hasTransactionIds) {
            zxid++;
            isInTransaction = true;
        }
    }

    void transactionOver() {
        isInTransaction = false;
    }

    long nextZxid() {
        return isInTransaction ? zxid : ++zxid;
    }

    void fire(String path, EventType type) {
        Set<Watch> fired = watches.remove(path);
        if (fired != null) {
            WatchedEvent event = new WatchedEvent(type, KeeperState.SyncConnected, path);
            for (Watch watch : fired) {
                Travelling news = new Travelling(
                        watch.session(), () -> watch.watcher().process(event), Optional.empty(), mayArrive);
                (lost.contains(watch.session()) ? untilReconnection : wire).add(news);
            }
        }
    }

    Znode znode(String path, boolean withData) {
        Node node = nodes.get(path);
        return new Znode(path, withData ? node.data.clone() : new byte[0], node.owner, node.czxid, node.version);
    }

    private void script(Call call, Fate fate) {
        fates.computeIfAbsent(call, any -> new ArrayDeque<>()).add(fate);
    }
}
