// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.queue;

import io.holdfast.error.FailureKind;
import io.holdfast.error.OwnershipConflictException;
import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.event.HoldfastEvent.TaskFailed;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationState;
import io.holdfast.registration.RegistrationState.AwaitingSession;
import io.holdfast.registration.RegistrationState.Creating;
import io.holdfast.registration.RegistrationState.Failed;
import io.holdfast.registration.RegistrationState.Lost;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.session.Session;
import io.holdfast.spi.RecipeSupport;
import io.holdfast.spi.SerialExecutor;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher;
import org.jspecify.annotations.Nullable;

/**
 * One contender's entry in a {@link WaitQueue}, from creating its node until it is at the head or leaves. An entry that is
 * lost, with its session or without, is given up for a new one at the end of the queue.
 *
 * <p>What shows that it is at the head is a list on which the own node exists. That list may come from a server that is behind,
 * or be older than a pause of this process, so whenever anything was waited for since the create, one more transaction asks
 * the quorum whether the own node still exists.
 */
public final class QueueEntry implements Contender {

    private static final Set<FailureKind> FINAL = EnumSet.of(FailureKind.REFUSED, FailureKind.UNIMPLEMENTED);

    private final RecipeSupport client;
    private final WaitQueue queue;
    private final boolean isKept;
    private final EntryNodes nodes;
    private final String directory;
    private final Executor serial = new SerialExecutor(Runnable::run);
    private final EntrySteps steps;
    private final CompletableFuture<Head> head = new CompletableFuture<>();
    private final CompletableFuture<Void> behind = new CompletableFuture<>();

    private @Nullable Registration registration;
    private @Nullable RegisteredNode node;
    private boolean isOver;
    private boolean isProofWanted;
    private boolean isNext;
    private boolean wasAllowed;
    private boolean isRefused;

    private QueueEntry(RecipeSupport client, WaitQueue queue, boolean isKept, byte[] data, Wakeups wakeups) {
        this.client = client;
        this.queue = queue;
        this.isKept = isKept;
        this.nodes = new EntryNodes(client, queue, data);
        this.steps = new EntrySteps(client, serial, wakeups, this::look, this::failed);
        this.directory = client.fullPath(queue.directory());
    }

    /**
     * Enters a queue, at its end.
     *
     * @param data what the node holds; its owner is known by the session alone
     * @param wakeups shared by all entries of one recipe
     * @throws IllegalArgumentException if the session timeout is too short for grants; nothing is sent
     * @throws RefusedByEnsembleException if the servers have no transactions; nothing is sent
     * @throws IllegalStateException if the client is not started or is closed
     */
    public static QueueEntry enter(RecipeSupport client, WaitQueue queue, byte[] data, Wakeups wakeups) {
        return enter(new QueueEntry(client, queue, true, data, wakeups));
    }

    /**
     * As {@link #enter}, but an entry that is lost is not made again: then {@link #head()} fails with
     * {@link CancellationException}.
     */
    public static QueueEntry enterOnce(RecipeSupport client, WaitQueue queue, byte[] data, Wakeups wakeups) {
        return enter(new QueueEntry(client, queue, false, data, wakeups));
    }

    /** As {@link #enter}, for whoever was in this queue before: a refusal does not end the wait. */
    public static QueueEntry enterAgain(RecipeSupport client, WaitQueue queue, byte[] data, Wakeups wakeups) {
        QueueEntry entry = new QueueEntry(client, queue, true, data, wakeups);
        entry.wasAllowed = true;
        return enter(entry);
    }

    private static QueueEntry enter(QueueEntry entry) {
        entry.nodes.requireGrants();
        Registration first = entry.wasAllowed ? entry.nodes.next() : entry.nodes.first();
        entry.serial.execute(() -> entry.steps.guarded(() -> entry.begin(first)));
        return entry;
    }

    @Override
    public CompletionStage<Head> head() {
        return head.copy();
    }

    @Override
    public CompletionStage<Void> behind() {
        return behind.copy();
    }

    @Override
    public CompletionStage<Void> leave() {
        CompletableFuture<Void> left = new CompletableFuture<>();
        serial.execute(() -> {
            stop();
            Registration current = registration;
            CompletionStage<Void> closed =
                    current == null ? CompletableFuture.completedFuture(null) : current.closeAsync();
            var unused = closed.thenRun(() -> left.complete(null));
        });
        return left;
    }

    private void begin(Registration begun) {
        registration = begun;
        node = null;
        begun.addListener((from, to) -> serial.execute(() -> steps.guarded(() -> changed(begun, to))));
        RegistrationState first = begun.state();
        isProofWanted = !isBeforeCreate(first); // what came before the listener is not known
        changed(begun, first);
    }

    private void changed(Registration of, RegistrationState to) {
        if (isOver || of != registration) {
            return;
        }
        if (to instanceof Registered registered) {
            if (!registered.registered().equals(node)) {
                node = registered.registered();
                look();
            }
        } else if (to instanceof Lost) {
            again();
        } else if (to instanceof Failed failed) {
            fail(failed.error());
        } else if (to.isOver()) {
            fail(new IllegalStateException("The client of member " + client.memberId()
                    + " was closed while it waited in the queue at " + directory));
        } else if (!isBeforeCreate(to)) {
            node = null; // look again when it is seen to exist
            isProofWanted = true;
            steps.next();
        }
    }

    private static boolean isBeforeCreate(RegistrationState state) {
        return state instanceof AwaitingSession || state instanceof Creating;
    }

    /** The entry is lost: makes a new one, at the end. */
    private void again() {
        steps.next();
        if (!isKept) {
            fail(new CancellationException("The entry in the queue at " + directory + " is lost"));
            return;
        }
        try {
            begin(nodes.next());
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void look() {
        steps.next();
        RegisteredNode own = node;
        Optional<Session> session = own == null ? Optional.empty() : client.session(own.session());
        if (own == null || session.isEmpty()) {
            steps.retryLater(); // news of the session is on its way
            return;
        }
        Session in = session.get();
        Watcher watcher = queue.rule().watchesAll() ? steps.awaitChange(directory) : null;
        CompletionStage<List<String>> list = in.ops().children(directory, watcher);
        // only one was before us, and something has happened to it: the proof is asked for along with the list
        CompletionStage<?> asked = isNext ? check(in, own) : null;
        Supplier<CompletionStage<?>> proof = () -> asked == null ? check(in, own) : asked;
        isNext = false;
        steps.then(list, "list " + directory, names -> judge(in, own, names, proof));
    }

    private void judge(Session in, RegisteredNode own, List<String> names, Supplier<CompletionStage<?>> proof) {
        isRefused = false;
        WaitQueue.View view = queue.view(names, own.path().substring(directory.length() + 1));
        Optional<OwnershipConflictException> conflict = view.conflict(directory);
        if (conflict.isPresent()) {
            fail(conflict.get());
            return;
        }
        if (view.position() instanceof Position.Admitted) {
            if (isProofWanted || in.remaining().isZero()) {
                steps.then(proof.get(), "check " + own.path(), committed -> proven(in, own));
            } else {
                arrived(in, own);
            }
            return;
        }
        isProofWanted = true;
        if (view.position() instanceof Position.NotThere) {
            steps.retryLater(); // the news that it is lost is on its way
            return;
        }
        isNext = view.before().size() == 1;
        client.observer().onEvent(view.waiting(own, directory));
        wasAllowed = true;
        behind.complete(null);
        if (view.position() instanceof Position.After after) {
            String path = directory + "/" + after.node();
            steps.then(in.ops().exists(path, steps.awaitChange(path)), "read " + path, seen -> {
                if (seen.isEmpty()) {
                    look();
                }
            });
        }
    }

    /** The quorum has answered; but for how long that is good may not be certain before it has answered once more. */
    private void proven(Session in, RegisteredNode own) {
        if (!in.remaining().isZero()) {
            arrived(in, own);
            return;
        }
        try {
            client.requireDeadlines(); // the ensemble may have granted less than was asked for
            steps.retrySoon();
        } catch (IllegalArgumentException e) {
            fail(e);
        }
    }

    /** Asks the quorum whether our node exists. */
    private static CompletionStage<?> check(Session in, RegisteredNode own) {
        return in.ops().multi(List.of(Op.check(own.path(), -1)));
    }

    private void arrived(Session in, RegisteredNode own) {
        Registration current = registration;
        if (current != null) {
            stop();
            head.complete(new Head(current, own, in));
        }
    }

    /** An answer was a failure: returns whether to read again later. */
    private boolean failed(String what, Throwable failure) {
        isProofWanted = true;
        Code code = FailureKind.codeOf(failure);
        boolean isRefusal = FINAL.contains(FailureKind.of(code));
        return !isRefusal || refused(RefusedByEnsembleException.of(what, code, failure));
    }

    /** What was allowed once may be allowed again. */
    private boolean refused(RefusedByEnsembleException error) {
        if (!wasAllowed) {
            fail(error);
            return false;
        }
        if (!isRefused) {
            isRefused = true; // until the next list: told once
            client.observer().onEvent(new TaskFailed(directory, 0, "Reading the queue", error));
        }
        return true;
    }

    private void fail(Throwable failure) {
        stop();
        head.completeExceptionally(failure);
        Registration current = registration;
        if (current != null) {
            var unused = current.closeAsync();
        }
    }

    private void stop() {
        isOver = true;
        steps.next();
    }

    @Override
    public String toString() {
        return "entry in the queue at " + directory;
    }
}
