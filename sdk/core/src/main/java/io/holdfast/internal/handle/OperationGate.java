// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.internal.time.Guarded;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a handle's operations back while they must not be sent, and lets them go in the order of their calls
 * (protocol, I1).
 *
 * <p>While held, ephemeral creates wait, and so does whatever is called after the first that waits: the order of a
 * caller's operations is the order ZooKeeper promises. Operations that only queue a packet are sent under the monitor, so
 * that nothing overtakes, and so that none is under way any more once the gate has closed; a blocking operation waits for its
 * turn and is then sent by its own thread.
 *
 * <p>No code of users runs under the monitor: a callback that the client library calls in the middle of a send is kept by
 * {@link GateCallbacks} until the monitor is free.
 *
 * @see "docs/adr/0004-the-gate-sits-at-the-handle.md"
 */
final class OperationGate {

    private static final Logger LOG = LoggerFactory.getLogger(OperationGate.class);

    private static final String WAITED = "An operation that had waited for its session";

    private enum Mode {
        HELD,
        OPEN,
        REFUSING,
        OVER
    }

    /** @param refuse takes the answer of an operation that is not sent; null for one that can only be sent */
    private record Waiting(
            boolean isEphemeral, Runnable send, @Nullable Consumer<Code> refuse) {}

    private final Object monitor = new Object();
    private final GateCallbacks callbacks = new GateCallbacks(monitor);
    private final Runnable onEphemeralHeld;
    private final Runnable onHeld;

    @GuardedBy("monitor")
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    @GuardedBy("monitor")
    private Mode mode = Mode.HELD;

    @GuardedBy("monitor")
    private boolean holdsEverything;

    /**
     * @param onEphemeralHeld called, outside the monitor, each time an ephemeral create has to wait
     * @param onHeld called, outside the monitor, each time anything has to wait
     */
    OperationGate(Runnable onEphemeralHeld, Runnable onHeld) {
        this.onEphemeralHeld = onEphemeralHeld;
        this.onHeld = onHeld;
    }

    /**
     * Holds reads back too until the gate opens for the first time: an earlier session's nodes may still exist, and whoever
     * read them now would take them for live ones (protocol, H3).
     */
    void holdEverything() {
        synchronized (monitor) {
            holdsEverything = mode == Mode.HELD;
        }
    }

    /** Returns what the callback of each operation that is sent here must be wrapped in. */
    GateCallbacks callbacks() {
        return callbacks;
    }

    /** Sends an operation that creates nothing ephemeral and does not block, now or in its turn. */
    void submit(Runnable send) {
        submit(false, send, null);
    }

    /** Sends an ephemeral create that does not block, now or in its turn, or else passes on why it is not sent at all. */
    void submitEphemeral(Runnable send, Consumer<Code> refuse) {
        submit(true, send, refuse);
    }

    private void submit(boolean isEphemeral, Runnable send, @Nullable Consumer<Code> refuse) {
        Mode now;
        try {
            synchronized (monitor) {
                now = mode;
                if (mustWait(isEphemeral)) {
                    waiting.add(new Waiting(isEphemeral, send, refuse));
                } else if (now == Mode.OPEN || (now == Mode.HELD && !isEphemeral)) {
                    send.run();
                    return;
                }
            }
        } finally {
            callbacks.runKept();
        }
        if (now == Mode.HELD) {
            held(isEphemeral);
        } else {
            settle(now, new Waiting(isEphemeral, send, refuse));
        }
    }

    /** Sends an ephemeral create at once or not at all; returns which. */
    boolean sendIfOpen(Runnable send) {
        try {
            synchronized (monitor) {
                if (mode != Mode.OPEN) {
                    return false;
                }
                send.run();
                return true;
            }
        } finally {
            callbacks.runKept();
        }
    }

    boolean isAnythingWaiting() {
        synchronized (monitor) {
            return !waiting.isEmpty();
        }
    }

    /** Returns whether the handle is over, so that waiting for the gate is of no use. */
    boolean isOver() {
        synchronized (monitor) {
            return mode == Mode.OVER;
        }
    }

    /**
     * Waits until a blocking operation may be sent.
     *
     * @param mayBlock false on the ZooKeeper client's event thread, which must never wait for the gate: it is what opens it
     * @throws KeeperException {@code ConnectionLoss} if it would have to block and must not, or if the connection broke while
     *     it waited; the refusal of an ephemeral create that cannot be sent. Nothing was sent
     */
    void awaitTurn(boolean isEphemeral, boolean mayBlock, String path) throws KeeperException, InterruptedException {
        while (true) {
            CompletableFuture<Code> turn = new CompletableFuture<>();
            synchronized (monitor) {
                if (!mustWait(isEphemeral)) {
                    if (isEphemeral && mode != Mode.OPEN) {
                        throw KeeperException.create(refusal(mode), path);
                    }
                    return;
                }
                if (!mayBlock) {
                    throw KeeperException.create(Code.CONNECTIONLOSS, path);
                }
                waiting.add(new Waiting(isEphemeral, () -> turn.complete(Code.OK), turn::complete));
            }
            held(isEphemeral);
            Code answer = await(turn);
            if (answer != Code.OK) {
                throw KeeperException.create(answer, path);
            }
            if (!isEphemeral) {
                return;
            }
        }
    }

    /** Closes the gate: the connection is down, or the session is not confirmed yet. What was refused stays refused. */
    void hold() {
        synchronized (monitor) {
            if (mode != Mode.OVER && mode != Mode.REFUSING) {
                mode = Mode.HELD;
            }
        }
    }

    /**
     * As {@link #hold()}, because the connection is down: creates and blocked threads get the answer that a handle gives to
     * what it has not sent by then, so that nobody waits for an ensemble that is out of reach.
     */
    void connectionLost() {
        List<Consumer<Code>> refused = new ArrayList<>();
        synchronized (monitor) {
            if (mode == Mode.OVER || mode == Mode.REFUSING) {
                return; // then nothing waits
            }
            mode = Mode.HELD;
            List<Waiting> all = new ArrayList<>(waiting);
            waiting.clear();
            for (Waiting each : all) {
                if (each.refuse() != null) {
                    refused.add(each.refuse());
                } else if (holdsEverything) {
                    waiting.add(each);
                } else {
                    settle(Mode.HELD, each);
                }
            }
        }
        callbacks.runKept();
        refused.forEach(refuse -> Guarded.run(LOG, WAITED, () -> refuse.accept(Code.CONNECTIONLOSS)));
    }

    /** Opens the gate and sends what waits. */
    void open() {
        synchronized (monitor) {
            if (mode == Mode.OVER) {
                return;
            }
            mode = Mode.OPEN;
            holdsEverything = false;
            for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
                settle(Mode.OPEN, next);
            }
        }
        callbacks.runKept();
    }

    /** From now on the session owns no ephemeral: refuses their creates, sends the rest. */
    void refuse() {
        List<Waiting> refused = new ArrayList<>();
        synchronized (monitor) {
            if (mode == Mode.OVER) {
                return;
            }
            mode = Mode.REFUSING;
            for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
                if (next.isEphemeral()) {
                    refused.add(next);
                } else {
                    settle(Mode.REFUSING, next); // here, so that nothing overtakes
                }
            }
        }
        callbacks.runKept();
        refused.forEach(each -> settle(Mode.REFUSING, each));
    }

    /** The handle is over: refuses ephemeral creates; the rest gets the answer of a closed handle. */
    void over() {
        List<Waiting> all;
        synchronized (monitor) {
            if (mode == Mode.OVER) {
                return;
            }
            mode = Mode.OVER;
            all = new ArrayList<>(waiting);
            waiting.clear();
        }
        all.forEach(
                each -> settle(Mode.OVER, each)); // not in the monitor: a dead handle answers in the sender's thread
    }

    @GuardedBy("monitor")
    private boolean mustWait(boolean isEphemeral) {
        return mode == Mode.HELD && (isEphemeral || holdsEverything || !waiting.isEmpty());
    }

    private void held(boolean isEphemeral) {
        if (isEphemeral) {
            onEphemeralHeld.run();
        }
        onHeld.run();
    }

    private static Code await(CompletableFuture<Code> turn) throws InterruptedException {
        try {
            return turn.get();
        } catch (ExecutionException e) {
            throw new AssertionError("a turn never fails", e);
        }
    }

    private static void settle(Mode mode, Waiting operation) {
        Guarded.run(LOG, WAITED, () -> {
            if (operation.isEphemeral() && operation.refuse() != null && mode != Mode.OPEN) {
                operation.refuse().accept(refusal(mode));
            } else {
                operation.send().run();
            }
        });
    }

    private static Code refusal(Mode mode) {
        return mode == Mode.REFUSING ? Code.EPHEMERALONLOCALSESSION : Code.SESSIONEXPIRED;
    }
}
