// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.error.FailureKind;
import io.holdfast.error.HoldfastException;
import io.holdfast.error.OwnershipConflictException;
import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.internal.ownership.Action;
import io.holdfast.internal.ownership.Blocker;
import io.holdfast.internal.ownership.Claim;
import io.holdfast.internal.ownership.Decision;
import io.holdfast.internal.ownership.Verdict;
import io.holdfast.internal.session.Identifiers;
import io.holdfast.internal.session.LiveSession;
import io.holdfast.registration.FenceVersion;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState;
import io.holdfast.registration.RegistrationState.AwaitingSession;
import io.holdfast.registration.RegistrationState.Closing;
import io.holdfast.registration.RegistrationState.Creating;
import io.holdfast.registration.RegistrationState.InDoubt;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.registration.RegistrationState.Verifying;
import io.holdfast.registration.RegistrationState.Waiting;
import io.holdfast.session.SessionId;
import io.holdfast.session.Znode;
import io.holdfast.tag.EphemeralTag;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one registration: asks, has the answer judged, does what the {@link Decision} says, and starts over when the
 * session or the node changes. Protocol, sections 3 and 4.
 *
 * <p>Confined to the loop thread, but for {@link #update} and {@link #close()}. Each step has a number; an answer to an
 * older step than the current one changes nothing, because whatever made the step old looks again by itself.
 */
final class Keeper implements RegistrationHandle.Commands, Moves {

    private final RegistrationContext context;
    private final RegistrationHandle handle;
    private final RegistrationOptions options;
    private final String path;
    private final Claim claim;
    private final Optional<Fence> fence;
    private final NodeAccess access;
    private final PayloadWriter payload;
    private final BlockerWatch blockers;
    private final Steps steps;
    private final Progress progress;
    private final NodeCreation creation;
    private final DivergenceRepair repair;
    private final UserCode user;
    private final Set<SessionId> attemptedIn = new HashSet<>();
    private final Runnable onOver;

    private @Nullable LiveSession session;
    private boolean isSuspended;
    private boolean isClosing;
    private boolean isArmed;
    private Optional<RegisteredNode> lastRegistered = Optional.empty();
    private Optional<Znode> own = Optional.empty();

    Keeper(
            RegistrationContext context,
            RegistrationHandle handle,
            RegistrationOptions options,
            Supplier<byte[]> data,
            byte[] firstData,
            Runnable onOver) {
        this.context = context;
        this.handle = handle;
        this.options = options;
        this.path = handle.path();
        this.claim = new Claim(
                context.member().id(), context.member().incarnation(), Identifiers.randomToken(), options.format());
        this.fence = options.fence()
                .map(fencePath -> new Fence(fencePath, context.member().id()));
        this.access = new NodeAccess(
                path, options.isSequential(), fence, claim, this::watched, context.loop(), () -> context.loop()
                        .execute(() -> isArmed = true));
        UserCode user = new UserCode(
                context.threads().suppliers(), context.application().aclFor(), context.observer());
        this.user = user;
        this.payload = new PayloadWriter(context, user, path, claim, firstData, data);
        this.blockers = new BlockerWatch(context.ticker());
        this.steps = new Steps(context.loop(), this::isOver, this::threw);
        this.progress = new Progress(handle, context.observer(), context.ticker());
        this.creation = new NodeCreation(context, user, options, access, payload, steps, this);
        this.repair = new DivergenceRepair(context, user, path, blockers, steps, this);
        this.onOver = onOver;
    }

    /** A session is confirmed: a new one, or the same one after a reconnection. */
    void sessionConfirmed(LiveSession confirmed) {
        boolean isSame = session != null && session.id().equals(confirmed.id());
        session = confirmed;
        progress.in(confirmed.id());
        isSuspended = false;
        if (isOver() || (!isSame && isLost("its session has ended"))) {
            return;
        }
        if (isSame && handle.state() instanceof InDoubt && isArmed) {
            return; // the audit that follows a reconnection says whether the node is still there
        }
        if (!isSame) {
            own = Optional.empty();
            isArmed = false;
            creation.nodeSeen();
            blockers.with(Optional.empty());
        }
        if (isClosing || isSame) {
            look("session confirmed");
        } else {
            create("session confirmed");
        }
    }

    void sessionSuspended() {
        isSuspended = true;
        steps.next();
        if (handle.state() instanceof Registered registered) {
            move(new InDoubt(registered.registered()), "connection lost");
        }
    }

    void sessionEnded() {
        session = null;
        progress.in(SessionId.NONE);
        steps.next();
        if (!isOver() && !isClosing && !isLost("its session has ended")) {
            move(new AwaitingSession(), "session ended");
        }
    }

    void sessionRefused(String reason) {
        session = null;
        if (!isOver()) {
            fail(new RefusedByEnsembleException(path + " cannot be registered: " + reason, null));
        }
    }

    /** The client is closed, and its session with it. */
    void clientClosed() {
        payload.failed(new IllegalStateException("The client is closed"));
        steps.next();
        move(new RegistrationState.Closed(), "client closed");
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
        if (state instanceof InDoubt && isThere && isArmed) {
            registered(own.get());
        } else if (state instanceof Registered && listed.isEmpty()) {
            rearm(own.orElseThrow()); // a look that does not leave Registered for the time it takes
        } else if (state instanceof InDoubt || (state instanceof Registered && !isThere)) {
            look("audit");
        }
    }

    boolean serves(RegistrationHandle other) {
        return handle == other;
    }

    /** Tells whether a node of ours may stand in the session under a name that another session cannot find out. */
    boolean mayHaveLeftUnnamed(SessionId earlier) {
        return options.isSequential() && attemptedIn.contains(earlier);
    }

    Optional<String> ownPath() {
        return own.map(Znode::path);
    }

    String nonce() {
        return claim.nonce();
    }

    /** Refuses a payload that no request could carry, or that the tag format cannot take. */
    void requireFits(byte[] bytes) {
        EphemeralTag longest = claim.tag(new SessionId(-1), Duration.ofMillis(Integer.MAX_VALUE));
        context.limits().requireFits(path, options.format().encode(longest, bytes));
    }

    /** Runs what is asked of this registration on the loop; what that throws leads to the next try. */
    void guarded(Runnable task) {
        steps.guarded(task);
    }

    private void threw(Throwable failure) {
        progress.threw(failure);
        if (isOver()) {
            return;
        }
        steps.next();
        try {
            retryLater("a step of the registration threw " + failure);
        } catch (RuntimeException | Error e) { // whatever is broken, the next try is due
            progress.threw(e);
            lookAfter(steps.nextDelay());
        }
    }

    @Override
    public CompletionStage<Void> update(byte[] bytes) {
        byte[] copy = bytes.clone();
        requireFits(copy);
        CompletableFuture<Void> done = new CompletableFuture<>();
        onLoop(() -> {
            payload.replace(copy, done);
            if (isOver() || isClosing) {
                payload.failed(new IllegalStateException("The registration of " + path + " is over"));
            } else if (handle.state() instanceof Registered) {
                write();
            }
        });
        return done;
    }

    @Override
    public void close() {
        onLoop(() -> {
            if (isClosing || isOver()) {
                return;
            }
            isClosing = true;
            payload.failed(new IllegalStateException("The registration of " + path + " was closed"));
            if (attemptedIn.isEmpty()) {
                closed();
                return;
            }
            move(new Closing(), "closed");
            if (own.isPresent() && isReady()) {
                steps.next();
                delete(current(), own.get());
            } else {
                look("closed");
            }
        });
    }

    @Override
    public void create(String cause) {
        steps.next();
        LiveSession in = session;
        if (in == null || isSuspended || isLost(cause)) {
            return;
        }
        move(new Creating(in.id()), cause);
        attemptedIn.add(in.id());
        creation.start(in);
    }

    @Override
    public void created(Znode node) {
        if (!isArmed) {
            look("the node changed as soon as it was created");
        } else if (fence.isPresent() && fence.get().of(node).isEmpty()) {
            lookAtFence(node, fence.get());
        } else {
            registered(node);
        }
    }

    /** A node of ours was found whose creating transaction was not answered: where the fence stands has to be looked up. */
    private void lookAtFence(Znode node, Fence unknown) {
        steps.then(
                unknown.look(current().ops(), node),
                seen -> {
                    boolean isSame = seen.node()
                            .filter(found -> found.czxid() == node.czxid())
                            .isPresent();
                    if (isSame && seen.fence().isPresent() && !seen.anchors().isEmpty()) {
                        unknown.seen(seen);
                        registered(node);
                    } else if (isSame) {
                        creation.makeFence(
                                current(), unknown, this::look); // an operator has deleted it while our node exists
                    } else {
                        look("the node changed while its fence was looked at");
                    }
                },
                failure -> retryLater("reading the fence failed: " + FailureKind.codeOf(failure)));
    }

    @Override
    public void look(String cause) {
        steps.next();
        LiveSession in = session;
        if (in == null || isSuspended) {
            return;
        }
        if (!isClosing) {
            move(new Verifying(in.id()), cause);
        }
        steps.then(access.find(in, own.map(Znode::path)), seen -> judge(in, seen), failure -> {
            Code code = FailureKind.codeOf(failure);
            if (FailureKind.of(code) == FailureKind.REFUSED) {
                fail(NodeCreation.refused("read " + path, failure));
            } else {
                retryLater("reading failed: " + code);
            }
        });
    }

    @Override
    public void retryLater(String why) {
        Duration delay = steps.nextDelay();
        if (!isClosing && session != null) {
            // a node that was registered and not seen to be gone is in doubt: nobody else stands in the way
            Optional<RegistrationState> doubt = own.isPresent() ? lastRegistered.map(InDoubt::new) : Optional.empty();
            move(
                    doubt.orElseGet(() ->
                            new Waiting(current().id(), "another try: " + why, Duration.ZERO, Optional.of(delay))),
                    why);
        }
        lookAfter(delay);
    }

    @Override
    public void fail(HoldfastException error) {
        payload.failed(error);
        over(new RegistrationState.Failed(error), String.valueOf(error.getMessage()));
    }

    private void judge(LiveSession in, Optional<Znode> seen) {
        own = own.filter(
                known -> seen.filter(node -> node.czxid() == known.czxid()).isPresent());
        // a node that was verified once is known by its czxid, whatever somebody has written into it since
        Verdict verdict = own.isPresent()
                ? new Verdict.Mine(seen.orElseThrow())
                : claim.judge(seen, in.id(), Set.of(in.id()), context.earlier()::timeoutOf);
        seen.ifPresent(node -> creation.nodeSeen());
        Blocker blocker = blockers.with(seen);
        progress.judged(verdict);
        Decision decision = new Decision(options.conflicts(), context.settings(), in.negotiated());
        Action action = isClosing
                ? decision.toLeave(verdict, blocker, in.id(), attemptedIn::contains)
                : decision.toOwn(verdict, blocker);
        act(in, action, blocker);
    }

    private void act(LiveSession in, Action action, Blocker blocker) {
        if (!(action instanceof Action.Accept) && !isClosing && isLost("another node stands at its path")) {
            return;
        }
        Replacement replacement = new Replacement(in, path, fence, user, steps);
        if (action instanceof Action.Create) {
            create("nothing stands at the path");
        } else if (action instanceof Action.Accept accept) {
            if (own.isEmpty()) {
                payload.foundInNode(); // which of several attempts made it is not known, and so not what it holds
            }
            created(accept.znode());
        } else if (action instanceof Action.EndSession end) {
            waiting(in, "the end of the earlier session " + end.session(), blocker, Optional.of(end.until()));
            lookAfter(in.negotiated().dividedBy(3));
            steps.then(context.earlier().end(end.session()), blockers::sessionEnded, failure -> {});
        } else if (action instanceof Action.Wait wait) {
            waiting(in, wait.why(), blocker, wait.until());
            wait.until().ifPresent(until -> lookAfter(until.minus(blocker.waited())));
        } else if (action instanceof Action.AskReplicas) {
            repair.start(in, blocker);
        } else if (action instanceof Action.ReplaceOrphan replace) {
            attemptedIn.add(in.id());
            creation.replace(in, (data, acl) -> replacement.orphan(replace.znode(), data, acl));
        } else if (action instanceof Action.TakeOver takeOver) {
            attemptedIn.add(in.id());
            creation.replace(in, (data, acl) -> replacement.guarded(takeOver.znode(), takeOver.guardPath(), data, acl));
        } else if (action instanceof Action.Delete delete) {
            delete(in, delete.znode());
        } else if (action instanceof Action.Conflict conflict) {
            progress.conflict(conflict.znode(), conflict.what());
            fail(new OwnershipConflictException(path, conflict.znode().owner(), conflict.what()));
        } else {
            closed();
        }
    }

    private void onLoop(Runnable task) {
        context.loop().execute(() -> guarded(task));
    }

    private void delete(LiveSession in, Znode node) {
        steps.then(in.ops().delete(node.path(), node.version()), done -> closed(), failure -> {
            if (FailureKind.codeOf(failure) == Code.NONODE) {
                closed();
            } else {
                retryLater("deleting failed: " + FailureKind.codeOf(failure));
            }
        });
    }

    private void registered(Znode node) {
        steps.wentWell();
        boolean isNew = own.filter(known -> known.czxid() == node.czxid()).isEmpty();
        own = Optional.of(node);
        attemptedIn.retainAll(Set.of(current().id()));
        Optional<FenceVersion> stands = fence.flatMap(moving -> moving.of(node));
        progress.registered(node, stands, isNew);
        lastRegistered = Optional.of(new RegisteredNode(node.path(), current().id(), node.czxid(), stands));
        payload.registered();
        write();
    }

    private void write() {
        if (!isReady() || isClosing || own.isEmpty()) {
            return;
        }
        Znode node = own.get();
        payload.write(
                current(),
                node,
                (written, failure) -> guarded(() -> {
                    if (isOver()
                            || own.filter(known -> known.czxid() == node.czxid())
                                    .isEmpty()) {
                        return; // the next node is made from the newest payload
                    }
                    if (written != null) {
                        own = Optional.of(written);
                        write();
                    } else if (failure != null) {
                        notWritten(FailureKind.codeOf(failure), failure);
                    }
                }));
    }

    private void notWritten(Code code, Throwable failure) {
        switch (FailureKind.of(code)) {
            case REFUSED, UNIMPLEMENTED ->
                payload.refused(NodeCreation.refused("replace the data of " + path, failure));
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
        steps.after(steps.nextDelay(), () -> {
            if (progress.state() instanceof Registered) {
                write();
            }
        });
    }

    private void watched(WatchedEvent event) {
        if (event.getType() == EventType.None) {
            return;
        }
        onLoop(() -> {
            isArmed = false;
            RegistrationState state = handle.state();
            boolean isDeleted = event.getType() == EventType.NodeDeleted;
            if (isDeleted && (state instanceof Registered || state instanceof Waiting)) {
                own = Optional.empty();
                create("the node was deleted");
            } else if (state instanceof Registered) {
                rearm(own.orElseThrow());
            } else if (isDeleted && state instanceof Closing && own.isPresent()) {
                closed();
            } else if (state instanceof Waiting || state instanceof Closing) {
                look("the node changed");
            }
        });
    }

    /** The node's data changed: sets the watch again without leaving Registered, and looks closer if it is another node. */
    private void rearm(Znode node) {
        steps.then(
                access.watch(current().ops(), node.path()),
                seen -> {
                    if (seen.filter(found -> found.czxid() == node.czxid()).isEmpty()) {
                        look("the node changed");
                    } else if (seen.get().version() > own.orElse(node).version()) {
                        own = seen;
                    }
                },
                failure -> {
                    Code code = FailureKind.codeOf(failure);
                    if (FailureKind.of(code) == FailureKind.UNKNOWN_OUTCOME
                            && progress.state() instanceof Registered registered) {
                        move(new InDoubt(registered.registered()), "the connection fails");
                        lookAfter(steps.nextDelay()); // unless the news of its loss comes first
                    } else {
                        retryLater("reading failed: " + code);
                    }
                });
    }

    private void waiting(LiveSession in, String what, Blocker blocker, Optional<Duration> until) {
        steps.wentWell();
        if (!isClosing) {
            move(new Waiting(in.id(), what, blocker.waited(), until), what);
        }
        if (!isArmed) {
            look("the node changed while it was looked at");
        }
    }

    /** Ends a registration that makes its node once and has had it. Tells whether it was one. */
    private boolean isLost(String cause) {
        Optional<RegisteredNode> onlyOne = options.isOnce() ? lastRegistered : Optional.empty();
        onlyOne.ifPresent(node -> {
            payload.failed(new IllegalStateException("The registration of " + path + " has lost its node: " + cause));
            over(new RegistrationState.Lost(node, cause), cause);
        });
        return onlyOne.isPresent();
    }

    private void lookAfter(Duration delay) {
        steps.after(delay, () -> look("time to look again"));
    }

    private void closed() {
        over(new RegistrationState.Closed(), "closed");
    }

    private void over(RegistrationState last, String cause) {
        steps.next();
        onOver.run(); // first, so that whoever hears of the end finds the path free
        move(last, cause);
    }

    private void move(RegistrationState to, String cause) {
        progress.move(to, cause);
    }

    private LiveSession current() {
        LiveSession now = session;
        if (now == null) {
            throw new IllegalStateException("no session at hand for " + path);
        }
        return now;
    }

    private boolean isReady() {
        return session != null && !isSuspended;
    }

    private boolean isOver() {
        return handle.state().isOver();
    }
}
