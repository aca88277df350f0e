// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.election;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.HoldfastClient;
import io.holdfast.error.HoldfastException;
import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.internal.grant.Waits;
import io.holdfast.recipes.internal.queue.Wakeups;
import io.holdfast.spi.RecipeSupport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;

/**
 * Elects one leader at a time among all who campaign at the same path. A campaign that wins gives a term: a {@link Grant}
 * with a fencing token that is greater than that of every earlier term. Candidates wait in a fair queue and wake one at a
 * time.
 *
 * <p>A term is verified when it is handed out, and watched afterwards. It ends when its node is lost, when its session ends,
 * at its deadline if the connection does not come back before, or when it is resigned; it never comes back. Whoever wants
 * to lead again campaigns again.
 *
 * <p>It does not promise that a process which is paused stops by itself: hand the {@linkplain Grant#token() token} to whatever
 * the leader writes to, or write through the {@linkplain Grant#transaction() term's transactions}.
 *
 * <p><b>Thread-safety:</b> every method may be called from any thread. <b>Blocking:</b> {@link #campaign()} until the term
 * begins, {@link #campaign(Duration)} as long as asked, {@link #resign()} and {@link #close()} at most until the term's
 * deadline, {@link #leader} and {@link #participants} at most 30 s. All of them end when interrupted.
 *
 * @see "docs/recipes/leader-election.md"
 */
public final class LeaderElection implements AutoCloseable {

    /** For reads, which fail by themselves when the connection does. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RecipeSupport client;
    private final Shape shape;
    private final byte[] payload;
    private final LeaderReader reader;
    private final Wakeups wakeups = new Wakeups();
    private final Set<LeaderWatch> watches = ConcurrentHashMap.newKeySet();

    @GuardedBy("this")
    private @Nullable Campaign current;

    @GuardedBy("this")
    private boolean isClosed;

    private LeaderElection(HoldfastClient client, Shape shape, byte[] payload) {
        this.client = requireNonNull(client, "client").unwrap(RecipeSupport.class);
        this.shape = shape;
        this.payload = requireNonNull(payload, "payload").clone();
        this.reader = new LeaderReader(this.client, shape);
    }

    /**
     * Returns an election whose candidates are children of {@code path}; the first one leads. On the wire it is a group of
     * Curator's LeaderLatch, so that both can take part while an application migrates: the payload is then the participant's
     * id, in UTF-8.
     *
     * @param path an absolute path below the client's namespace, used for nothing else; created when first needed
     * @param payload what this candidate says of itself
     * @throws IllegalArgumentException if the path is refused
     */
    public static LeaderElection queued(HoldfastClient client, String path, byte[] payload) {
        return new LeaderElection(client, Shape.queued(path), payload);
    }

    /**
     * Returns an election whose leader owns the ephemeral node {@code path}, as Kafka's controller does, with its payload and
     * nothing else as data: any ZooKeeper client can tell who leads from one well-known node. Candidates wait in a queue at
     * {@code path + "-line"}, and {@code path + "-epoch"} moves with each term.
     *
     * <p>A client that creates {@code path} by itself is waited for, and never touched; but it does not move the epoch, so
     * its own writes are its own business.
     *
     * @param path an absolute path below the client's namespace
     * @param payload what this candidate says of itself
     * @throws IllegalArgumentException if the path is refused
     */
    public static LeaderElection atNode(HoldfastClient client, String path, byte[] payload) {
        return new LeaderElection(client, Shape.atNode(path), payload);
    }

    /**
     * Waits until this candidate leads.
     *
     * @return the term
     * @throws InterruptedException if the thread is interrupted; the queue is left
     * @throws HoldfastException if the ensemble refuses, see each kind
     * @throws IllegalStateException if this object is campaigning or leading already, or is closed, also while it waits
     */
    public Grant campaign() throws InterruptedException {
        client.requireMayWait("campaign at " + shape.path(), "campaignAsync()");
        return Waits.forGood(enter(), Grant::close, client.background());
    }

    /**
     * Waits until this candidate leads, but not longer than asked.
     *
     * @param atMost how long; positive
     * @return the term; empty if the time ran out, and the queue is left
     * @throws IllegalArgumentException if {@code atMost} is not positive
     * @see #campaign()
     */
    public Optional<Grant> campaign(Duration atMost) throws InterruptedException {
        client.requireMayWait("campaign at " + shape.path(), "campaignAsync()");
        return Waits.forGood(
                enter(atMost, client.background()), won -> won.ifPresent(Grant::close), client.background());
    }

    /**
     * Begins to campaign.
     *
     * @return completes with the term; cancelling it leaves the queue and no node behind. Fails as {@link #campaign()} does
     * @throws IllegalStateException if this object is campaigning or leading already, or is closed
     */
    public CompletableFuture<Grant> campaignAsync() {
        return Waits.handedOut(enter(), client.callbacks());
    }

    private CompletableFuture<Grant> enter() {
        Campaign next = new Campaign(client, shape, payload, wakeups);
        synchronized (this) {
            requireOpen();
            Campaign before = current;
            if (before != null && before.isUnderWay()) {
                throw new IllegalStateException("This candidate "
                        + before.leading()
                                .map(term -> "leads " + shape.path() + " in the term with token " + term.token())
                                .orElse("campaigns at " + shape.path())
                        + " already; resign or cancel that first, or make another LeaderElection");
            }
            current = next;
        }
        next.begin();
        return next.term();
    }

    /**
     * As {@link #campaign(Duration)}, without waiting.
     *
     * @return cancelling it leaves the queue and no node behind
     */
    public CompletableFuture<Optional<Grant>> campaignAsync(Duration atMost) {
        return enter(atMost, client.callbacks());
    }

    private CompletableFuture<Optional<Grant>> enter(Duration atMost, Executor executor) {
        if (atMost.isNegative() || atMost.isZero()) {
            throw new IllegalArgumentException("atMost must be positive, but was " + atMost);
        }
        CompletableFuture<Grant> term = enter();
        CompletableFuture<Optional<Grant>> result = Waits.orEmpty(term, executor);
        Future<?> limit = client.later(atMost, () -> term.cancel(false)); // without effect once it has begun
        var unused = result.whenComplete((won, failure) -> limit.cancel(false));
        return result;
    }

    /** Returns the term of this candidate, if it leads now. */
    public synchronized Optional<Grant> term() {
        return current == null ? Optional.empty() : current.leading();
    }

    /**
     * Ends this candidate's term, and waits until its node is gone, but not beyond its deadline.
     *
     * @throws IllegalStateException if this candidate does not lead
     */
    public void resign() {
        requireTerm().release();
    }

    /** As {@link #resign()}, without waiting. */
    public CompletionStage<Void> resignAsync() {
        return requireTerm().releaseAsync();
    }

    private Grant requireTerm() {
        return term().orElseThrow(() -> new IllegalStateException("This candidate does not lead " + shape.path()
                + ": it never won, its term is over, or it has resigned before"));
    }

    /**
     * Asks who leads, as the attached server knows it.
     *
     * @throws SessionNotConfirmedException if no server answers within 30 s, or the connection is lost
     */
    public Optional<Leader> leader() throws InterruptedException {
        client.requireMayWait("leader of " + shape.path(), "leaderAsync()");
        return await(reader.leader(PATIENCE));
    }

    /** As {@link #leader()}, without waiting. */
    public CompletionStage<Optional<Leader>> leaderAsync() {
        return Waits.told(reader.leader(PATIENCE), client.callbacks());
    }

    /**
     * Asks who leads and who waits, as the attached server knows it, the head of the queue first.
     *
     * @throws SessionNotConfirmedException if no server answers within 30 s, or the connection is lost
     */
    public List<Participant> participants() throws InterruptedException {
        client.requireMayWait("participants of " + shape.path(), "participantsAsync()");
        return await(reader.participants(PATIENCE));
    }

    /** As {@link #participants()}, without waiting. */
    public CompletionStage<List<Participant>> participantsAsync() {
        return Waits.told(reader.participants(PATIENCE), client.callbacks());
    }

    /**
     * Tells a listener who leads, now and at every change, across reconnections and sessions. Terms that follow each other
     * faster than the server reports them may be skipped; the last one never is.
     *
     * @return closing it stops the listener
     */
    public AutoCloseable observe(LeaderListener listener) {
        LeaderWatch watch = new LeaderWatch(client, reader, requireNonNull(listener, "listener"));
        synchronized (this) {
            requireOpen();
            watches.add(watch);
        }
        watch.start();
        return () -> {
            watches.remove(watch);
            watch.close();
        };
    }

    /**
     * Leaves: a campaign that waits fails with {@link IllegalStateException}, a term ends as with {@link #resign()}, listeners
     * are notified of nothing more. Idempotent.
     */
    @Override
    public void close() {
        Campaign last;
        synchronized (this) {
            isClosed = true;
            last = current;
        }
        watches.forEach(LeaderWatch::close);
        watches.clear();
        if (last != null) {
            last.abandon(new IllegalStateException("The election at " + shape.path() + " was closed while it waited"));
            last.leading().ifPresent(Grant::close);
        }
    }

    @GuardedBy("this")
    private void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException("The election at " + shape.path() + " is closed; make another one");
        }
    }

    private <T> T await(CompletionStage<T> answer) throws InterruptedException {
        try {
            return answer.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new SessionNotConfirmedException(
                    "No server has said within " + PATIENCE.toSeconds() + " s who leads " + shape.path(), e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KeeperException
                    ? new SessionNotConfirmedException(
                            "No server has said who leads " + shape.path() + ": "
                                    + e.getCause().getMessage(),
                            e.getCause())
                    : Waits.unchecked(e);
        }
    }

    @Override
    public String toString() {
        return "election at " + shape.path()
                + term().map(term -> ", led by us: " + term).orElse("");
    }
}
