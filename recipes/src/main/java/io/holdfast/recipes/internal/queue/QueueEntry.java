// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.queue;

import io.holdfast.error.FailureKind;
import io.holdfast.error.OwnershipConflictException;
import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState;
import io.holdfast.registration.RegistrationState.AwaitingSession;
import io.holdfast.registration.RegistrationState.Creating;
import io.holdfast.registration.RegistrationState.Failed;
import io.holdfast.registration.RegistrationState.Lost;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.session.Session;
import io.holdfast.spi.RecipeSupport;
import io.holdfast.spi.SerialExecutor;
import io.holdfast.tag.TagFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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
 * lost, with its
 * session or without, is given up for a new one at the end of the queue.
 *
 * <p>What shows that it is at the head is a list on which the own node exists. That list may come from a server that is behind,
 * or be older than a pause of this process, so whenever anything was waited for since the create, one more transaction asks
 * the quorum whether the own node still exists.
 */
public final class QueueEntry implements Contender {

    private static final RegistrationOptions OPTIONS = options().build();

    /** For an entry that was there before and is lost: a refusal does not end the wait. */
    private static final RegistrationOptions AGAIN =
            options().keepTryingWhenRefused().build();

    private final RecipeSupport client;
    private final WaitQueue queue;
    private final boolean isKept;
    private final byte[] data;
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

    private QueueEntry(RecipeSupport client, WaitQueue queue, boolean isKept, byte[] data, Wakeups wakeups) {
        this.client = client;
        this.queue = queue;
        this.isKept = isKept;
        this.data = data.clone();
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

    private static QueueEntry enter(QueueEntry entry) {
        entry.client.requireTransactions("A grant at " + entry.queue.directory());
        entry.client.requireDeadlines();
        Registration first = entry.register(OPTIONS);
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

    private static RegistrationOptions.Builder options() {
        return RegistrationOptions.builder()
                .sequential()
                .format(TagFormat.ownerOnly())
                .once();
    }

    private Registration register(RegistrationOptions options) {
        String path = queue.directory() + "/_c_" + UUID.randomUUID() + "-" + queue.kind();
        return client.register(path, data, options);
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
            begin(register(AGAIN));
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
        Supplier<CompletionStage<?>> proof = isNext ? asked(check(in, own)) : () -> check(in, own);
        isNext = false;
        steps.then(list, "list " + directory, names -> judge(in, own, names, proof));
    }

    private void judge(Session in, RegisteredNode own, List<String> names, Supplier<CompletionStage<?>> proof) {
        WaitQueue.View view = queue.view(names, own.path().substring(directory.length() + 1));
        if (view.stranger().isPresent()) {
            fail(new OwnershipConflictException(
                    directory,
                    0,
                    "another recipe, whose node " + view.stranger().get()
                            + " was there before; give each its own path"));
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

    private static Supplier<CompletionStage<?>> asked(CompletionStage<?> answer) {
        return () -> answer;
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
        Code code = FailureKind.codeOf(failure);
        switch (FailureKind.of(code)) {
            case REFUSED, UNIMPLEMENTED -> {
                fail(new RefusedByEnsembleException(
                        "The ensemble refuses to " + what + ": " + code
                                + "; check the acl and authorization settings and at its version",
                        failure));
                return false;
            }
            case SESSION_ENDED, UNKNOWN_OUTCOME, ANSWER -> isProofWanted = true;
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
