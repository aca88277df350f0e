// SPDX-License-Identifier: Apache-2.0
package io.holdfast.handle;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a handle's operations back while they must not be sent, and lets them go in the order of their calls
 * (protocol, I1).
 *
 * <p>While held, ephemeral creates wait, and so does whatever is called after the first that waits: the order of a
 * caller's operations is the order ZooKeeper promises. Operations that only queue a packet are sent under the monitor, so
 * that nothing overtakes; a blocking operation waits for its turn and is then sent by its own thread.
 */
final class OperationGate {

    private static final Logger LOG = LoggerFactory.getLogger(OperationGate.class);

    private enum Mode {
        HELD,
        OPEN,
        REFUSING,
        OVER
    }

    private record Waiting(boolean isEphemeral, Runnable send, Consumer<Code> refuse) {}

    private final Object monitor = new Object();
    private final Runnable onEphemeralHeld;

    @GuardedBy("monitor")
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    @GuardedBy("monitor")
    private Mode mode = Mode.HELD;

    /** @param onEphemeralHeld told, outside the monitor, each time an ephemeral create has to wait */
    OperationGate(Runnable onEphemeralHeld) {
        this.onEphemeralHeld = onEphemeralHeld;
    }

    /**
     * Sends an operation that does not block, now or in its turn.
     *
     * @param refuse takes the answer of an ephemeral create that is not sent at all
     */
    void submit(boolean isEphemeral, Runnable send, Consumer<Code> refuse) {
        Mode now;
        synchronized (monitor) {
            now = mode;
            if (mustWait(isEphemeral)) {
                waiting.add(new Waiting(isEphemeral, send, refuse));
            } else if (now == Mode.OPEN || (now == Mode.HELD && !isEphemeral)) {
                send.run();
                return;
            }
        }
        if (now == Mode.HELD) {
            if (isEphemeral) {
                onEphemeralHeld.run();
            }
        } else {
            settle(now, new Waiting(isEphemeral, send, refuse));
        }
    }

    /** Sends an ephemeral create at once or not at all; tells which. */
    boolean sendIfOpen(Runnable send) {
        synchronized (monitor) {
            if (mode != Mode.OPEN) {
                return false;
            }
            send.run();
            return true;
        }
    }

    /** Tells whether the handle is over, so that waiting for the gate is of no use. */
    boolean isOver() {
        synchronized (monitor) {
            return mode == Mode.OVER;
        }
    }

    /**
     * Waits until a blocking operation may be sent.
     *
     * @param mayBlock false on the ZooKeeper client's event thread, which must never wait for the gate: it is what opens it
     * @throws KeeperException {@code ConnectionLoss} if it would have to block and must not, the refusal of an ephemeral
     *     create that cannot be sent; nothing was sent
     */
    void awaitTurn(boolean isEphemeral, boolean mayBlock, String path) throws KeeperException, InterruptedException {
        while (true) {
            CountDownLatch turn = new CountDownLatch(1);
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
                waiting.add(new Waiting(false, turn::countDown, code -> {}));
            }
            if (isEphemeral) {
                onEphemeralHeld.run();
            }
            turn.await();
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

    /** Opens the gate and sends what waits. */
    void open() {
        synchronized (monitor) {
            if (mode == Mode.OVER) {
                return;
            }
            mode = Mode.OPEN;
            for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
                settle(Mode.OPEN, next);
            }
        }
    }

    /** From now on the session owns no ephemeral: refuses their creates, sends the rest. */
    void refuse() {
        settleAll(Mode.REFUSING);
    }

    /** The handle is over: refuses ephemeral creates; the rest gets the answer of a closed handle. */
    void over() {
        settleAll(Mode.OVER);
    }

    private void settleAll(Mode next) {
        List<Waiting> all;
        synchronized (monitor) {
            if (mode == Mode.OVER) {
                return;
            }
            mode = next;
            all = new ArrayList<>(waiting);
            waiting.clear();
        }
        all.forEach(each -> settle(next, each));
    }

    @GuardedBy("monitor")
    private boolean mustWait(boolean isEphemeral) {
        return mode == Mode.HELD && (isEphemeral || !waiting.isEmpty());
    }

    private static void settle(Mode mode, Waiting operation) {
        try {
            if (operation.isEphemeral() && mode != Mode.OPEN) {
                operation.refuse().accept(refusal(mode));
            } else {
                operation.send().run();
            }
        } catch (RuntimeException e) {
            LOG.warn("An operation that had waited for its session could not be sent", e);
        }
    }

    private static Code refusal(Mode mode) {
        return mode == Mode.REFUSING ? Code.EPHEMERALONLOCALSESSION : Code.SESSIONEXPIRED;
    }
}
