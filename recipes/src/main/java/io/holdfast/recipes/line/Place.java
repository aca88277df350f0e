// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.line;

import io.holdfast.curator.HoldfastClient;
import io.holdfast.ephemeral.RegisteredNode;
import io.holdfast.ephemeral.Registration;
import io.holdfast.ephemeral.RegistrationOptions;
import io.holdfast.ephemeral.RegistrationState;
import io.holdfast.ephemeral.RegistrationState.AwaitingSession;
import io.holdfast.ephemeral.RegistrationState.Creating;
import io.holdfast.ephemeral.RegistrationState.Failed;
import io.holdfast.ephemeral.RegistrationState.Lost;
import io.holdfast.ephemeral.RegistrationState.Registered;
import io.holdfast.error.OwnershipConflictException;
import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.observability.HoldfastEvent.StandingInLine;
import io.holdfast.session.Session;
import io.holdfast.tag.TagFormat;
import io.holdfast.zookeeper.FailureKind;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher;
import org.jspecify.annotations.Nullable;

/**
 * One contender's place in a {@link Line}, from entering it until it is its turn or it leaves. A place that is lost, with its
 * session or without, is given up for a new one at the end of the line.
 *
 * <p>What tells that it is our turn is a list on which the own node stands. That list may come from a server that is behind,
 * or be older than a pause of this process, so whenever anything was waited for since the create, one more transaction asks
 * the quorum whether the own node still stands.
 */
public final class Place implements Contender {

    /** After an answer that cannot be acted on, unless news of the connection or the session comes first. */
    private static final long RETRY_SECONDS = 1;

    private static final RegistrationOptions OPTIONS = RegistrationOptions.builder()
            .sequential()
            .format(TagFormat.ownerOnly())
            .once()
            .build();

    private final HoldfastClient client;
    private final Line line;
    private final boolean isKept;
    private final byte[] data;
    private final Wakeups wakeups;
    private final String directory;
    private final OneAtATime turns = new OneAtATime();
    private final CompletableFuture<Front> front = new CompletableFuture<>();
    private final CompletableFuture<Void> behind = new CompletableFuture<>();

    private @Nullable Registration registration;
    private @Nullable RegisteredNode node;
    private boolean isOver;
    private boolean isProofWanted;
    private int step;
    private Runnable forget = () -> {};

    private Place(HoldfastClient client, Line line, boolean isKept, byte[] data, Wakeups wakeups) {
        this.client = client;
        this.line = line;
        this.isKept = isKept;
        this.data = data.clone();
        this.wakeups = wakeups;
        this.directory = client.fullPath(line.directory());
    }

    /**
     * Enters a line, at its end.
     *
     * @param data what the node holds; its owner is known by the session alone
     * @param wakeups shared by all places of one recipe
     * @throws IllegalStateException if the client is not started or is closed
     */
    public static Place enter(HoldfastClient client, Line line, byte[] data, Wakeups wakeups) {
        return enter(new Place(client, line, true, data, wakeups));
    }

    /**
     * As {@link #enter}, but a place that is lost is not taken again: then {@link #front()} fails with
     * {@link CancellationException}.
     */
    public static Place enterOnce(HoldfastClient client, Line line, byte[] data, Wakeups wakeups) {
        return enter(new Place(client, line, false, data, wakeups));
    }

    private static Place enter(Place place) {
        Registration first = place.register();
        place.turns.execute(() -> place.begin(first));
        return place;
    }

    @Override
    public CompletionStage<Front> front() {
        return front.copy();
    }

    @Override
    public CompletionStage<Void> behind() {
        return behind.copy();
    }

    @Override
    public CompletionStage<Void> leave() {
        CompletableFuture<Void> left = new CompletableFuture<>();
        turns.execute(() -> {
            stop();
            Registration current = registration;
            CompletionStage<Void> closed =
                    current == null ? CompletableFuture.completedFuture(null) : current.closeAsync();
            var unused = closed.thenRun(() -> left.complete(null));
        });
        return left;
    }

    private Registration register() {
        String path = line.directory() + "/_c_" + UUID.randomUUID() + "-" + line.kind();
        return client.register(path, data, OPTIONS);
    }

    private void begin(Registration begun) {
        registration = begun;
        node = null;
        isProofWanted = false;
        begun.addListener((from, to) -> turns.execute(() -> changed(begun, to)));
        changed(begun, begun.state()); // what came before the listener
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
                    + " was closed while it stood in line at " + directory));
        } else if (!(to instanceof AwaitingSession) && !(to instanceof Creating)) {
            node = null; // look again when it is seen to stand
            isProofWanted = true;
            nextStep();
        }
    }

    /** The place is lost: takes a new one, at the end. */
    private void again() {
        nextStep();
        if (!isKept) {
            fail(new CancellationException("The place in line at " + directory + " is lost"));
            return;
        }
        try {
            begin(register());
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void look() {
        int current = nextStep();
        RegisteredNode own = node;
        Optional<Session> session =
                client.session().filter(each -> own != null && each.id().equals(own.session()));
        if (own == null || session.isEmpty()) {
            retryLater(current); // news of the session is on its way
            return;
        }
        Session in = session.get();
        boolean watchesAll = line.rule().watchesAll();
        if (watchesAll) {
            awaitChange(directory, current);
        }
        Watcher watcher = watchesAll ? wakeups : null;
        then(
                current,
                in.ops().children(directory, watcher),
                "list " + directory,
                names -> judge(current, in, own, names));
    }

    private void judge(int current, Session in, RegisteredNode own, List<String> names) {
        Line.View view = line.view(names, own.path().substring(directory.length() + 1));
        if (view.stranger().isPresent()) {
            fail(new OwnershipConflictException(
                    directory,
                    0,
                    "another recipe, whose node " + view.stranger().get()
                            + " was there before; give each its own path"));
            return;
        }
        if (view.turn() instanceof Turn.Now) {
            if (isProofWanted || in.remaining().isZero()) {
                prove(current, in, own);
            } else {
                arrived(in, own);
            }
            return;
        }
        isProofWanted = true;
        if (view.turn() instanceof Turn.NotThere) {
            retryLater(current); // the news that it is lost is on its way
            return;
        }
        tell(own, view);
        behind.complete(null);
        if (view.turn() instanceof Turn.After after) {
            String path = directory + "/" + after.node();
            awaitChange(path, current);
            then(current, in.ops().exists(path, wakeups), "look at " + path, seen -> {
                if (seen.isEmpty()) {
                    look();
                }
            });
        }
    }

    private void tell(RegisteredNode own, Line.View view) {
        client.observer()
                .onEvent(new StandingInLine(
                        own.path(),
                        own.session().value(),
                        directory + "/"
                                + view.before().get(view.before().size() - 1).name(),
                        view.before().size()));
    }

    private void prove(int current, Session in, RegisteredNode own) {
        then(
                current,
                in.ops().multi(List.of(Op.check(own.path(), -1))),
                "check " + own.path(),
                committed -> arrived(in, own));
    }

    private void arrived(Session in, RegisteredNode own) {
        Registration current = registration;
        if (current != null) {
            stop();
            front.complete(new Front(current, own, in));
        }
    }

    private void awaitChange(String path, int current) {
        forget.run();
        Runnable wake = () -> turns.execute(() -> {
            if (current == step) {
                look();
            }
        });
        forget = () -> wakeups.forget(path, wake);
        wakeups.await(path, wake);
    }

    private <T> void then(int current, CompletionStage<T> answer, String what, Consumer<T> next) {
        var unused = answer.whenComplete((value, failure) -> turns.execute(() -> {
            if (current != step) {
                return;
            }
            if (failure == null) {
                next.accept(value);
                return;
            }
            Code code = FailureKind.codeOf(failure);
            switch (FailureKind.of(code)) {
                case REFUSED, UNIMPLEMENTED ->
                    fail(new RefusedByEnsembleException(
                            "The ensemble refuses to " + what + ": " + code
                                    + "; look at the acl and authorization settings and at its version",
                            failure));
                case SESSION_ENDED, UNKNOWN_OUTCOME, ANSWER -> {
                    isProofWanted = true;
                    retryLater(current);
                }
            }
        }));
    }

    private void retryLater(int current) {
        CompletableFuture.delayedExecutor(RETRY_SECONDS, TimeUnit.SECONDS, turns)
                .execute(() -> {
                    if (current == step) {
                        look();
                    }
                });
    }

    private void fail(Throwable failure) {
        stop();
        front.completeExceptionally(failure);
        Registration current = registration;
        if (current != null) {
            var unused = current.closeAsync();
        }
    }

    private void stop() {
        isOver = true;
        nextStep();
    }

    /** What was asked before, and who was waited for, is of no interest any more. */
    private int nextStep() {
        forget.run();
        forget = () -> {};
        return ++step;
    }

    @Override
    public String toString() {
        return "place in line at " + directory;
    }
}
