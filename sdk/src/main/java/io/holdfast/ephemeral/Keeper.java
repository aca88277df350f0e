// SPDX-License-Identifier: Apache-2.0
package io.holdfast.ephemeral;

import io.holdfast.ephemeral.RegistrationState.AwaitingSession;
import io.holdfast.ephemeral.RegistrationState.Closing;
import io.holdfast.ephemeral.RegistrationState.Creating;
import io.holdfast.ephemeral.RegistrationState.InDoubt;
import io.holdfast.ephemeral.RegistrationState.Registered;
import io.holdfast.ephemeral.RegistrationState.Verifying;
import io.holdfast.ephemeral.RegistrationState.Waiting;
import io.holdfast.error.HoldfastException;
import io.holdfast.error.OwnershipConflictException;
import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.observability.HoldfastEvent;
import io.holdfast.ownership.Action;
import io.holdfast.ownership.Claim;
import io.holdfast.ownership.Decision;
import io.holdfast.ownership.Divergence;
import io.holdfast.ownership.Encounter;
import io.holdfast.ownership.ReplicaView;
import io.holdfast.ownership.Verdict;
import io.holdfast.session.LiveSession;
import io.holdfast.session.SessionId;
import io.holdfast.tag.EphemeralTag;
import io.holdfast.zookeeper.FailureKind;
import io.holdfast.zookeeper.Znode;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one registration: asks, has the answer judged, does what the {@link Decision} says, and starts over when the
 * session or the node changes. Protocol, sections 3 and 4.
 *
 * <p>Confined to the loop thread, but for {@link #update} and {@link #close()}. Each step has a number; an answer to an
 * older step than the current one changes nothing, because whatever made the step old looks again by itself.
 */
final class Keeper implements RegistrationHandle.Commands {

    private static final Duration FIRST_RETRY = Duration.ofMillis(50);
    private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);

    private final KeeperContext context;
    private final RegistrationHandle handle;
    private final RegistrationOptions options;
    private final Claim claim;
    private final NodeAccess access;
    private final String path;
    private final Payload payload;
    private final Standoff standoff;
    private final Set<SessionId> attemptedIn = new HashSet<>();
    private final Runnable onOver;

    private @Nullable LiveSession session;
    private boolean isSuspended;
    private boolean isClosing;
    private boolean isArmed;
    private boolean isWriting;
    private boolean wasRegistered;
    private long step;
    private int retries;
    private int writeRetries;

    /** How often in a row a create met a node that the look after it did not find. */
    private int vanished;

    private int createdPayload;
    private long unregisteredSince;
    private Optional<Znode> own = Optional.empty();

    Keeper(
            KeeperContext context,
            RegistrationHandle handle,
            String path,
            Payload payload,
            RegistrationOptions options,
            String nonce,
            Runnable onOver) {
        this.context = context;
        this.handle = handle;
        this.path = path;
        this.payload = payload;
        this.options = options;
        this.claim = new Claim(context.memberId(), context.incarnation(), nonce, options.format());
        this.access = new NodeAccess(path, options.isSequential(), claim, this::watched, () -> context.loop()
                .execute(() -> isArmed = true));
        this.standoff = new Standoff(context.ticker());
        this.onOver = onOver;
        this.unregisteredSince = context.ticker().read();
        var unused = handle.ended()
                .thenRunAsync(() -> payload.failed(closedException(), context.notifier()), context.loop());
    }

    /** A session is confirmed: a new one, or the same one after a reconnection. */
    void sessionConfirmed(LiveSession confirmed) {
        boolean isSame = session != null && session.id().equals(confirmed.id());
        session = confirmed;
        isSuspended = false;
        if (isOver()) {
            return;
        }
        if (!isSame) {
            vanished = 0;
            own = Optional.empty();
            isArmed = false;
            standoff.with(Optional.empty());
        }
        if (isSame && handle.state() instanceof InDoubt && isArmed) {
            return; // the audit that follows a reconnection says whether the node is still there
        }
        if (isClosing || isSame) {
            look("session confirmed");
        } else {
            create("session confirmed");
        }
    }

    void sessionSuspended() {
        isSuspended = true;
        step++;
        if (handle.state() instanceof Registered registered) {
            move(new InDoubt(registered.registered()), "connection lost");
        }
    }

    void sessionEnded() {
        session = null;
        step++;
        if (isOver()) {
            return;
        }
        if (isClosing && attemptedIn.isEmpty()) {
            closed();
        } else if (!isClosing) {
            move(new AwaitingSession(), "session ended");
        }
    }

    void sessionRefused(String reason) {
        session = null;
        if (!isOver()) {
            fail(new RefusedByEnsembleException(path + " cannot be registered: " + reason, null));
        }
    }

    /**
     * The session's own list was read after a reconnection, or by the slow audit.
     *
     * @param listed all paths on it; empty if the server has no such list, which calls for a look
     */
    void audited(Optional<Set<String>> listed) {
        RegistrationState state = handle.state();
        boolean isThere = own.isPresent()
                && listed.filter(paths -> paths.contains(own.get().path())).isPresent();
        if (state instanceof InDoubt doubt && isThere && isArmed) {
            registered(own.get(), doubt.registered().czxid() == own.get().czxid());
        } else if (state instanceof InDoubt || (state instanceof Registered && !isThere)) {
            look("audit");
        }
    }

    boolean serves(RegistrationHandle other) {
        return handle == other;
    }

    Optional<String> ownPath() {
        return own.map(Znode::path);
    }

    String nonce() {
        return claim.nonce();
    }

    @Override
    public CompletionStage<Void> update(byte[] bytes) {
        byte[] copy = bytes.clone();
        requireFits(copy);
        CompletableFuture<Void> done = new CompletableFuture<>();
        context.loop().execute(() -> {
            payload.replace(copy, done);
            if (isOver() || isClosing) {
                payload.failed(closedException(), context.notifier());
            } else if (handle.state() instanceof Registered) {
                write();
            }
        });
        return done;
    }

    @Override
    public void close() {
        context.loop().execute(() -> {
            if (isClosing || isOver()) {
                return;
            }
            isClosing = true;
            payload.failed(closedException(), context.notifier());
            if (attemptedIn.isEmpty()) {
                closed();
                return;
            }
            move(new Closing(), "closed");
            if (own.isPresent() && isReady()) {
                step++;
                delete(own.get());
            } else {
                look("closed");
            }
        });
    }

    /** Refuses a payload that no request could carry, or that the tag format cannot take. */
    void requireFits(byte[] bytes) {
        EphemeralTag longest = claim.tag(new SessionId(-1), Duration.ofMillis(Integer.MAX_VALUE));
        context.limits().requireFits(path, options.format().encode(longest, bytes));
    }

    private void create(String cause) {
        step++;
        LiveSession in = session;
        if (in == null || isSuspended) {
            return;
        }
        move(new Creating(in.id()), cause);
        withData(in, data -> {
            then(access.create(in, data, acl()), this::created, failure -> createFailed(FailureKind.codeOf(failure)));
        });
    }

    /** Makes the node's data for a create; from here on the session may hold a node of ours. */
    private void withData(LiveSession in, Consumer<byte[]> send) {
        createdPayload = payload.wanted();
        then(
                payload.next(context.background()),
                bytes -> {
                    byte[] data;
                    try {
                        data = options.format().encode(claim.tag(in.id(), in.negotiated()), bytes);
                        context.limits().requireFits(path, data);
                    } catch (IllegalArgumentException e) {
                        fail(new RefusedByEnsembleException(String.valueOf(e.getMessage()), e));
                        return;
                    }
                    attemptedIn.add(in.id());
                    send.accept(data);
                },
                failure -> retryLater("the data supplier failed: " + rootCause(failure)));
    }

    private void created(Optional<Znode> seen) {
        if (isArmed
                && seen.filter(node -> node.owner() == current().id().value()).isPresent()) {
            registered(seen.get(), false);
        } else {
            look("the node is not as it was created");
        }
    }

    private void createFailed(Code code) {
        switch (FailureKind.of(code)) {
            case ANSWER -> {
                if (code == Code.NODEEXISTS && vanished++ == 0) {
                    look("node exists");
                } else if (code == Code.NODEEXISTS) {
                    retryLater("the leader holds a node that this server does not show");
                } else if (code == Code.NONODE) {
                    createParents();
                } else {
                    retryLater("the ensemble answered " + code);
                }
            }
            case SESSION_ENDED -> {
                current().suspect().run();
                retryLater("the ensemble answered " + code);
            }
            case UNKNOWN_OUTCOME -> retryLater("the answer to the create was lost");
            case UNIMPLEMENTED, REFUSED ->
                fail(new RefusedByEnsembleException(
                        "The ensemble refuses to create " + path + " with ACL " + acl() + ": " + code
                                + "; look at the acl and authorization settings",
                        null));
        }
    }

    private void createParents() {
        if (options.parents() == Parents.REQUIRED) {
            fail(new RefusedByEnsembleException(
                    "The parent of " + path
                            + " does not exist, and parents is REQUIRED; create it, or let the SDK do so",
                    null));
            return;
        }
        CreateMode mode = options.parents() == Parents.CONTAINER ? CreateMode.CONTAINER : CreateMode.PERSISTENT;
        then(
                Paths.createParents(current().ops(), path, mode, context.aclFor()),
                done -> create("parents created"),
                this::parentsFailed);
    }

    private void parentsFailed(Throwable failure) {
        Code code = FailureKind.codeOf(failure);
        if (rootCause(failure) instanceof HoldfastException known) {
            fail(known);
        } else if (FailureKind.of(code) == FailureKind.UNIMPLEMENTED) {
            fail(new RefusedByEnsembleException(
                    "The ensemble does not know container nodes, and parents of " + path
                            + " is CONTAINER; use PERSISTENT on servers before 3.5",
                    failure));
        } else if (FailureKind.of(code) == FailureKind.REFUSED) {
            fail(new RefusedByEnsembleException(
                    "The ensemble refuses to create a parent of " + path + ": " + code
                            + "; look at the acl and authorization settings",
                    failure));
        } else {
            retryLater("creating the parents failed: " + code);
        }
    }

    private void look(String cause) {
        step++;
        LiveSession in = session;
        if (in == null || isSuspended) {
            return;
        }
        if (!isClosing) {
            move(new Verifying(in.id()), cause);
        }
        then(access.find(in, own.map(Znode::path)), seen -> judge(in, seen), failure -> {
            Code code = FailureKind.codeOf(failure);
            if (FailureKind.of(code) == FailureKind.REFUSED) {
                fail(new RefusedByEnsembleException(
                        "The ensemble refuses to read " + path + ": " + code + "; look at the authorization settings",
                        failure));
            } else {
                retryLater("reading failed: " + code);
            }
        });
    }

    private void judge(LiveSession in, Optional<Znode> seen) {
        own = own.filter(
                known -> seen.filter(node -> node.czxid() == known.czxid()).isPresent());
        // a node that was verified once is known by its czxid, whatever somebody has written into it since
        Verdict verdict = own.isPresent()
                ? new Verdict.Mine(seen.orElseThrow())
                : claim.judge(seen, in.id(), context.earlier()::timeoutOf);
        if (seen.isPresent()) {
            vanished = 0;
        }
        Encounter encounter = standoff.with(seen);
        context.observer()
                .onEvent(new HoldfastEvent.Judged(
                        path,
                        in.id().value(),
                        name(verdict),
                        seen.map(Znode::owner).orElse(0L)));
        Decision decision = new Decision(options.conflicts(), context.settings(), in.negotiated());
        Action action = isClosing
                ? decision.toLeave(verdict, encounter, attemptedIn::contains)
                : decision.toOwn(verdict, encounter);
        act(in, action, encounter);
    }

    private void act(LiveSession in, Action action, Encounter encounter) {
        if (action instanceof Action.Create) {
            create("nothing stands at the path");
        } else if (action instanceof Action.Accept accept) {
            if (isArmed) {
                registered(
                        accept.znode(),
                        own.filter(node -> node.czxid() == accept.znode().czxid())
                                .isPresent());
            } else {
                look("the node changed while it was looked at");
            }
        } else if (action instanceof Action.EndSession end) {
            waiting(in, "the end of the earlier session " + end.session(), encounter, Optional.of(end.until()));
            lookAfter(in.negotiated().dividedBy(3));
            then(context.earlier().end(end.session()), standoff::sessionEnded, failure -> {});
        } else if (action instanceof Action.Wait wait) {
            waiting(in, wait.why(), encounter, wait.until());
            wait.until().ifPresent(until -> lookAfter(until.minus(encounter.waited())));
        } else if (action instanceof Action.AskReplicas) {
            askReplicas(in, encounter);
        } else if (action instanceof Action.ReplaceOrphan replace) {
            replace(in, data -> new Replacement(in, path, context.aclFor()).orphan(replace.znode(), data, acl()));
        } else if (action instanceof Action.TakeOver takeOver) {
            replace(in, data -> new Replacement(in, path, context.aclFor())
                    .guarded(takeOver.znode(), takeOver.guardPath(), data, acl()));
        } else if (action instanceof Action.Delete delete) {
            delete(delete.znode());
        } else if (action instanceof Action.Conflict conflict) {
            fail(new OwnershipConflictException(path, conflict.znode().owner(), conflict.what()));
        } else {
            closed();
        }
    }

    private void askReplicas(LiveSession in, Encounter encounter) {
        then(
                context.replicas().read(path),
                views -> Divergence.among(views, encounter.czxid(), in.id())
                        .ifPresentOrElse(divergence -> heal(in, divergence, views), this::replicasAgree),
                failure -> replicasAgree());
    }

    private void replicasAgree() {
        standoff.replicasAgree();
        look("all servers were asked");
    }

    private void heal(LiveSession in, Divergence divergence, List<ReplicaView> views) {
        divergence.servers().forEach(server -> context.observer()
                .onEvent(new HoldfastEvent.ReplicasDiverge(path, in.id().value(), server, String.valueOf(views))));
        String why = "servers disagreed about the path";
        then(
                new Replacement(in, path, context.aclFor()).divergent(divergence, acl()),
                done -> retryLater(why),
                failure -> retryLater(why));
    }

    private void replace(LiveSession in, Function<byte[], CompletionStage<Void>> transaction) {
        withData(
                in,
                data -> then(transaction.apply(data), done -> look("the node was replaced"), failure -> {
                    if (Replacement.isOvertaken(FailureKind.codeOf(failure))) {
                        look("the node has changed meanwhile");
                    } else {
                        retryLater("replacing failed: " + FailureKind.codeOf(failure));
                    }
                }));
    }

    private void delete(Znode node) {
        then(current().ops().delete(node.path(), node.version()), done -> closed(), failure -> {
            if (FailureKind.codeOf(failure) == Code.NONODE) {
                closed();
            } else {
                retryLater("deleting failed: " + FailureKind.codeOf(failure));
            }
        });
    }

    private void write() {
        LiveSession in = session;
        if (in == null || isSuspended || isWriting || isClosing || own.isEmpty()) {
            return;
        }
        if (createdPayload == payload.wanted()) {
            return;
        }
        isWriting = true;
        int number = payload.wanted();
        Znode node = own.get();
        // not bound to the step: the node's own watch fires on the way, and what it asks must not undo this answer
        var unused = payload.next(context.background())
                .thenCompose(bytes -> in.ops()
                        .setData(
                                node.path(),
                                options.format().encode(claim.tag(in.id(), in.negotiated()), bytes),
                                node.version()))
                .whenComplete((written, failure) -> context.loop().execute(() -> {
                    isWriting = false;
                    if (isOver()
                            || own.filter(known -> known.czxid() == node.czxid())
                                    .isEmpty()) {
                        return; // the node is another one by now, made from the newest payload
                    }
                    if (failure == null) {
                        written(number, written);
                    } else {
                        notWritten(number, FailureKind.codeOf(failure));
                    }
                }));
    }

    private void written(int number, Znode node) {
        writeRetries = 0;
        own = Optional.of(node);
        createdPayload = number;
        payload.written(number, context.notifier());
        write();
    }

    private void notWritten(int number, Code code) {
        switch (FailureKind.of(code)) {
            case REFUSED, UNIMPLEMENTED -> {
                createdPayload = number; // the next node has it; this one cannot
                payload.refused(
                        number,
                        new RefusedByEnsembleException(
                                "The ensemble refuses to replace the data of " + path + ": " + code
                                        + "; the node stands with its former data; look at the acl and authorization "
                                        + "settings",
                                null),
                        context.notifier());
                write();
            }
            case ANSWER -> {
                if (code == Code.BADVERSION || code == Code.NONODE) {
                    look("the node changed before its payload was replaced");
                } else {
                    writeLater();
                }
            }
            case SESSION_ENDED, UNKNOWN_OUTCOME -> writeLater(); // news of the connection or the session is on its way
        }
    }

    /** Stays in its state: the node is there, with its former payload. */
    private void writeLater() {
        var unused = context.loop()
                .schedule(
                        () -> {
                            if (handle.state() instanceof Registered) {
                                write();
                            }
                        },
                        pause(writeRetries++).toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    /** The node's data changed, or its watch was used up otherwise: sets it again, and looks closer if it is another node. */
    private void rearm() {
        Znode node = own.orElseThrow();
        then(
                access.watch(current().ops(), node.path()),
                seen -> {
                    if (seen.filter(found -> found.czxid() == node.czxid()).isEmpty()) {
                        look("the node changed");
                    } else if (own.filter(known -> known.version() < seen.get().version())
                            .isPresent()) {
                        own = seen;
                    }
                },
                failure -> {
                    Code code = FailureKind.codeOf(failure);
                    if (FailureKind.of(code) == FailureKind.UNKNOWN_OUTCOME
                            && handle.state() instanceof Registered registered) {
                        move(new InDoubt(registered.registered()), "the connection fails");
                        lookAfter(FIRST_RETRY); // unless the news of its loss comes first
                    } else {
                        retryLater("reading failed: " + code);
                    }
                });
    }

    private void closed() {
        over(new RegistrationState.Closed(), "closed");
    }

    private void registered(Znode node, boolean isSameNode) {
        retries = 0;
        own = Optional.of(node);
        Duration gap = Duration.ofNanos(context.ticker().read() - unregisteredSince);
        LiveSession in = current();
        boolean moved = move(new Registered(new RegisteredNode(node.path(), in.id(), node.czxid())), "verified");
        if (moved && !isSameNode) {
            context.observer()
                    .onEvent(new HoldfastEvent.Registered(
                            node.path(), in.id().value(), node.czxid(), gap, wasRegistered));
        }
        wasRegistered = true;
        payload.written(createdPayload, context.notifier());
        write();
    }

    private void watched(WatchedEvent event) {
        if (event.getType() == EventType.None) {
            return;
        }
        context.loop().execute(() -> {
            isArmed = false;
            RegistrationState state = handle.state();
            boolean isDeleted = event.getType() == EventType.NodeDeleted;
            if (isDeleted && (state instanceof Registered || state instanceof Waiting)) {
                own = Optional.empty();
                create("the node was deleted");
            } else if (state instanceof Registered && own.isPresent() && session != null) {
                rearm();
            } else if (state instanceof Waiting || state instanceof Closing) {
                look("the node changed");
            }
        });
    }

    private void waiting(LiveSession in, String what, Encounter encounter, Optional<Duration> until) {
        retries = 0;
        if (!isClosing) {
            move(new Waiting(in.id(), what, encounter.waited(), until), what);
        }
        if (!isArmed) {
            look("the node changed while it was looked at");
        }
    }

    private void retryLater(String why) {
        Duration pause = pause(retries++);
        if (!isClosing && session != null) {
            move(new Waiting(current().id(), "another try: " + why, Duration.ZERO, Optional.of(pause)), why);
        }
        lookAfter(pause);
    }

    /** Doubles up to a limit, and varies so that the registrations of many clients do not come back in step. */
    private static Duration pause(int triesBefore) {
        Duration doubled = FIRST_RETRY.multipliedBy(1L << Math.min(triesBefore, 7));
        Duration capped = doubled.compareTo(LONGEST_RETRY) < 0 ? doubled : LONGEST_RETRY;
        return capped.plusMillis(ThreadLocalRandom.current().nextLong(1 + capped.toMillis() / 2));
    }

    private void lookAfter(Duration delay) {
        long during = step;
        var unused = context.loop()
                .schedule(
                        () -> {
                            if (step == during && !isOver()) {
                                look("time to look again");
                            }
                        },
                        Math.max(0, delay.toNanos()),
                        TimeUnit.NANOSECONDS);
    }

    private void fail(HoldfastException error) {
        payload.failed(error, context.notifier());
        over(new RegistrationState.Failed(error), String.valueOf(error.getMessage()));
    }

    private void over(RegistrationState last, String cause) {
        step++;
        onOver.run(); // first, so that whoever hears of the end finds the path free
        move(last, cause);
    }

    private boolean move(RegistrationState to, String cause) {
        RegistrationState from = handle.state();
        boolean moved = handle.move(to);
        if (moved) {
            if (from instanceof Registered) {
                unregisteredSince = context.ticker().read();
            }
            long id = session == null ? 0 : session.id().value();
            context.observer().onEvent(new HoldfastEvent.RegistrationChanged(path, id, name(from), name(to), cause));
        }
        return moved;
    }

    /** Goes on with a step when the answer comes, unless another step has begun meanwhile. */
    private <T> void then(CompletionStage<T> stage, Consumer<T> onAnswer, Consumer<Throwable> onFailure) {
        long during = step;
        var unused = stage.whenComplete((answer, failure) -> context.loop().execute(() -> {
            if (step != during || isOver()) {
                return;
            }
            if (failure == null) {
                onAnswer.accept(answer);
            } else {
                onFailure.accept(failure);
            }
        }));
    }

    private List<ACL> acl() {
        return options.acl().orElseGet(() -> context.aclFor().apply(path));
    }

    private LiveSession current() {
        LiveSession now = session;
        if (now == null) {
            throw new IllegalStateException("no session in step " + step);
        }
        return now;
    }

    private IllegalStateException closedException() {
        return new IllegalStateException("The registration of " + path + " is closed");
    }

    private boolean isReady() {
        return session != null && !isSuspended;
    }

    private boolean isOver() {
        return handle.state().isOver();
    }

    private static String name(Object state) {
        return state.getClass().getSimpleName();
    }

    private static Throwable rootCause(Throwable failure) {
        return failure.getCause() == null ? failure : failure.getCause();
    }
}
