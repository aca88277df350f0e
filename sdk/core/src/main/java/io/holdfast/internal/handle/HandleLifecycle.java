// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.error.FailureKind;
import io.holdfast.internal.session.ProbedHandle;
import io.holdfast.internal.session.SessionConfirmation;
import io.holdfast.internal.session.SessionCredentials;
import io.holdfast.internal.session.SessionEvent;
import io.holdfast.internal.session.SessionMachine;
import io.holdfast.internal.session.SessionMachine.Closed;
import io.holdfast.internal.session.SessionMachine.Confirmed;
import io.holdfast.internal.session.SessionMachine.Expired;
import io.holdfast.internal.session.SessionMachine.Opening;
import io.holdfast.internal.session.SessionMachine.Refused;
import io.holdfast.internal.session.SessionMachine.Unconfirmed;
import io.holdfast.internal.time.Guarded;
import io.holdfast.internal.write.ManyWatches;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionOps;
import io.holdfast.session.SessionState;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects one handle with the state machine of its session: translates the handle's events for the machine, and the machine's
 * states into what the gate does and what the handle's user is notified of. SyncConnected reaches the user only when the
 * session is
 * confirmed, unless nobody needs it to be.
 *
 * <p>Thread-safe. Events of the handle are processed on its event thread, time limits on the timer; the machine makes sure
 * that only one of them ends the handle.
 */
public final class HandleLifecycle implements ProbedHandle {

    private static final Logger LOG = LoggerFactory.getLogger(HandleLifecycle.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ConfirmingZooKeeper handle;
    private final HandleWatcher watcher;
    private final HandleOwner owner;
    private final OperationGate gate;
    private final SessionConfirmation confirmation;
    private final HandleOps ops;
    private final String probePath;
    private final Duration patience;
    private final AtomicBoolean isWaitingWatched = new AtomicBoolean();

    private volatile @Nullable WatchedEvent heldBack;
    private volatile boolean isUserConnected;

    /** What the servers granted when they last let the session in; with the news of its end they grant it nothing. */
    private volatile Duration negotiated = Duration.ZERO;

    /** @param patience how long an operation may wait for a connection at most */
    HandleLifecycle(ConfirmingZooKeeper handle, HandleWatcher watcher, HandleOwner owner, Duration patience) {
        this.handle = handle;
        this.watcher = watcher;
        this.owner = owner;
        this.patience = patience;
        this.gate = new OperationGate(this::ephemeralWanted, this::watchTheWaiting);
        this.confirmation = owner.confirm(this);
        this.ops = new HandleOps(
                handle, gate, confirmation::now, confirmation::writeAnswered, owner.features(), owner.longLists());
        byte[] name = new byte[8];
        RANDOM.nextBytes(name);
        this.probePath = "/holdfast.no-such-parent." + HexFormat.of().formatHex(name) + "/probe";
    }

    /** Tells the owner of the handle, and starts to process its events. */
    void begin() {
        owner.opened(this);
        boolean mayFindRemains = owner.mayFindRemains();
        if (mayFindRemains) {
            gate.holdEverything();
        }
        if (mayFindRemains || owner.isEager()) {
            confirmation.wanted();
        }
        watcher.bind(this::process);
    }

    /** Returns the session's state now. */
    public SessionState state() {
        return confirmation.state().view();
    }

    /** Returns the machine's driver, for deadlines and heartbeats. */
    public SessionConfirmation confirmation() {
        return confirmation;
    }

    /** Returns the operations that belong to this session and do not queue at the gate behind those of users. */
    public SessionOps ops() {
        return ops;
    }

    /** Returns how many watches are set at once on this handle. */
    public ManyWatches manyWatches() {
        return ops.manyWatches();
    }

    /** Returns how a journal in the ensemble reads and writes in this session. */
    RecordAccess recordAccess() {
        return new RecordAccess(ops, ops::acl);
    }

    /** Asks for a confirmed session. */
    public void ephemeralWanted() {
        owner.ephemeralWanted();
        confirmation.wanted();
    }

    OperationGate gate() {
        return gate;
    }

    EphemeralLedger ledger() {
        return handle.ledger();
    }

    /** Returns what it takes to attach to the session; empty before there is one. */
    Optional<SessionCredentials> credentials() {
        long id = handle.getSessionId();
        return id == 0 || negotiated.isZero()
                ? Optional.empty()
                : Optional.of(new SessionCredentials(id, handle.getSessionPasswd(), negotiated));
    }

    /** Returns the transaction that the last answer was as of, 0 before the first. */
    long lastZxid() {
        return handle.lastZxid();
    }

    boolean isEventThread() {
        return watcher.isEventThread();
    }

    /** The user closes the handle. Returns false if it is being closed already because it was given up. */
    boolean closing() {
        confirmation.closedByUser();
        return !isGivenUp(confirmation.state());
    }

    /**
     * Ends a session that was abandoned. Its user, who may hold locks in it, is notified first that the connection is of
     * no more use:
     * nodes are about to go, and "expired" comes only after the pause. Blocks as {@link #closeSession()} does.
     */
    void closeGivenUp() throws InterruptedException {
        if (isUserConnected) {
            tell(new WatchedEvent(EventType.None, KeeperState.Disconnected, null));
        }
        closeSession();
    }

    /** Ends the session on the server. Blocks until it answers or the connection is lost. */
    void closeSession() throws InterruptedException {
        boolean isClosed;
        try {
            isClosed = handle.closeSession();
        } finally {
            gate.over(); // an interrupted thread closes too, and what waits at the gate must not wait for ever
        }
        if (isClosed) {
            owner.endedOnServer(new SessionId(handle.getSessionId()));
        }
    }

    void process(WatchedEvent event) {
        if (event.getType() != EventType.None) {
            watcher.deliver(event);
            return;
        }
        if (isGivenUp(confirmation.state())) {
            return; // its user hears of it when the next handle may be asked for
        }
        if (event.getState() == KeeperState.SyncConnected) {
            heldBack = event;
            noteTimeout();
            confirmation.connected(new SessionId(handle.getSessionId()), negotiated);
            SessionMachine now = confirmation.state();
            if (now instanceof Unconfirmed || now instanceof Refused) {
                deliverHeldBack(); // no probe will be sent whose answer could do it
            }
            return;
        }
        if (event.getState() == KeeperState.Expired) {
            confirmation.sessionExpired();
        } else if (event.getState() == KeeperState.AuthFailed) {
            confirmation.authFailed();
        } else if (event.getState() == KeeperState.Disconnected || event.getState() == KeeperState.ConnectedReadOnly) {
            heldBack = null;
            gate.connectionLost();
            confirmation.disconnected();
        }
        tell(event);
    }

    @Override
    public void sendProbe(Consumer<Code> answer) {
        handle.sendCreate(
                probePath,
                new byte[0],
                ZooDefs.Ids.OPEN_ACL_UNSAFE,
                CreateMode.EPHEMERAL,
                (rc, path, ctx, name) -> answer.accept(FailureKind.codeOf(rc)));
    }

    @Override
    public CompletionStage<Void> beforeVerifying(SessionId id) {
        return owner.beforeVerifying(this);
    }

    @Override
    public void changed(SessionMachine from, SessionMachine to, SessionEvent by) {
        if (to instanceof Confirmed) {
            gate.open();
        } else if (to instanceof Refused) {
            gate.refuse();
        } else if (to instanceof Expired) {
            gate.over();
        } else if (!(to instanceof Opening)) {
            gate.hold(); // of a session that is given up or closed too: nothing ephemeral may still be made in it
        }
        Guarded.run(LOG, "What follows a change of a session", () -> owner.changed(this, from, to, by));
        if (to instanceof Confirmed || to instanceof Refused) {
            deliverHeldBack();
        }
        if (isGivenUp(to)) {
            owner.giveUp(this, () -> watcher.deliver(new WatchedEvent(EventType.None, KeeperState.Expired, null)));
        }
    }

    /**
     * A handle reports the loss of its connection once, and reports nothing if it never had one. So its state is checked
     * regularly while operations wait: those that wait for an ensemble that cannot be reached must get an answer.
     */
    private void watchTheWaiting() {
        if (isWaitingWatched.compareAndSet(false, true)) {
            owner.later(patience, () -> {
                isWaitingWatched.set(false);
                if (!handle.getState().isConnected()) {
                    gate.connectionLost();
                }
                if (gate.isAnythingWaiting()) {
                    watchTheWaiting();
                }
            });
        }
    }

    private static boolean isGivenUp(SessionMachine state) {
        return state instanceof Closed closed && closed.isGivenUp();
    }

    /** The handle may know of the session's end since it was connected. */
    private void noteTimeout() {
        int granted = handle.getSessionTimeout();
        if (granted > 0) {
            negotiated = Duration.ofMillis(granted);
        }
    }

    private void deliverHeldBack() {
        WatchedEvent event = heldBack;
        heldBack = null;
        if (event != null) {
            tell(event);
        }
    }

    private void tell(WatchedEvent event) {
        if (event.getState() == KeeperState.SyncConnected || event.getState() == KeeperState.ConnectedReadOnly) {
            isUserConnected = true;
        } else if (event.getState() == KeeperState.Disconnected || event.getState() == KeeperState.Expired) {
            isUserConnected = false;
        }
        watcher.deliver(event);
    }

    @Override
    public String toString() {
        return "handle of session " + new SessionId(handle.getSessionId()) + " (" + state() + ")";
    }
}
