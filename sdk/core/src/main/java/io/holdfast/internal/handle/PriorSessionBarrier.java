// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.error.FailureKind;
import io.holdfast.internal.session.EarlierSessions;
import io.holdfast.internal.time.Deadline;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionOps;
import io.holdfast.session.Znode;
import io.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;

/**
 * The barrier between two sessions of one client: before the users of the new one read the tree, the ephemerals that
 * they made in the one before are gone. Without it a recipe takes its own dead node for a live one (H3; CURATOR-604).
 *
 * <p>An earlier session is ended, then each of its nodes is read until it is absent or has another owner. What still exists
 * when the earlier session's timeout and two ticks are over belongs to nobody but us and is deleted.
 *
 * @see "docs/adr/0007-a-barrier-between-sessions.md"
 */
final class PriorSessionBarrier {

    /** Deletions in one transaction: far below {@code jute.maxbuffer} for paths of usual length. */
    private static final int AT_ONCE = 100;

    /** All answers that say no: the connection stands. */
    private static final Set<Code> REFUSALS = Arrays.stream(Code.values())
            .filter(code -> FailureKind.of(code) != FailureKind.UNKNOWN_OUTCOME
                    && FailureKind.of(code) != FailureKind.SESSION_ENDED)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Code.class)));

    private record Remains(SessionId session, EphemeralLedger ledger, Duration retryAfter, Deadline orphanedAt) {}

    private final EarlierSessions earlier;
    private final Ticker ticker;
    private final ScheduledExecutorService timer;

    @GuardedBy("this")
    private final List<Remains> undrained = new ArrayList<>();

    /** Sessions whose nodes were tried to be deleted under their marker. */
    @GuardedBy("this")
    private final Set<SessionId> tried = new HashSet<>();

    PriorSessionBarrier(EarlierSessions earlier, Ticker ticker, ScheduledExecutorService timer) {
        this.earlier = earlier;
        this.ticker = ticker;
        this.timer = timer;
    }

    /** Remembers what users may have left in a session that is over. */
    synchronized void add(SessionId session, EphemeralLedger ledger, Duration timeout, Duration ghostLife) {
        if (!ledger.isEmpty()) {
            undrained.add(new Remains(
                    session, ledger, timeout.dividedBy(3), Deadline.after(ticker.read(), ghostLife, Duration.ZERO)));
        }
    }

    /** Returns whether nothing is known to remain. */
    synchronized boolean isDone() {
        return undrained.isEmpty();
    }

    /**
     * Waits until nothing remains, as seen on the given session's handle.
     *
     * @return fails if the handle is lost meanwhile; what remains then is for the next one
     */
    CompletionStage<Void> drain(SessionOps ops) {
        Remains next;
        synchronized (this) {
            if (undrained.isEmpty()) {
                return CompletableFuture.completedFuture(null);
            }
            next = undrained.get(0);
        }
        return drain(next, ops).thenCompose(done -> {
            synchronized (this) {
                undrained.remove(next);
            }
            return drain(ops);
        });
    }

    private CompletionStage<Void> drain(Remains remains, SessionOps ops) {
        CompletableFuture<Void> somethingHappened = new CompletableFuture<>();
        return earlier.end(remains.session())
                .thenCompose(end -> standing(remains, ops, somethingHappened))
                .thenCompose(standing -> {
                    if (standing.isEmpty()) {
                        return CompletableFuture.completedFuture(null);
                    }
                    Optional<String> marker = markerToTry(remains.session());
                    if (marker.isPresent()) {
                        return takeAway(standing, marker.get(), ops).thenCompose(done -> drain(remains, ops));
                    }
                    if (remains.orphanedAt().isPast(ticker.read())) {
                        return deleteAll(standing, ops);
                    }
                    long wait = Math.min(
                            remains.retryAfter().toNanos(),
                            remains.orphanedAt().remaining(ticker.read()).toNanos() + 1);
                    var task = timer.schedule(() -> somethingHappened.complete(null), wait, TimeUnit.NANOSECONDS);
                    return somethingHappened.thenCompose(happened -> {
                        task.cancel(false);
                        return drain(remains, ops);
                    });
                });
    }

    /** Returns the marker of the session, the first time it is asked for. */
    private synchronized Optional<String> markerToTry(SessionId session) {
        return earlier.markerOf(session).filter(marker -> tried.add(session));
    }

    /** Deletes nodes of a session that the leader has not begun to close (protocol, section 3a); else they are waited for. */
    private static CompletionStage<Void> takeAway(List<Znode> nodes, String marker, SessionOps ops) {
        CompletionStage<Void> done = CompletableFuture.completedFuture(null);
        for (int from = 0; from < nodes.size(); from += AT_ONCE) {
            List<Op> together = new ArrayList<>(List.of(Op.check(marker, 0)));
            nodes.subList(from, Math.min(nodes.size(), from + AT_ONCE))
                    .forEach(node -> together.add(Op.delete(node.path(), node.version())));
            done = done.thenCombine(
                    orIf(ops.multi(together).thenApply(deleted -> together), REFUSALS, together),
                    (before, also) -> null);
        }
        return done;
    }

    private CompletionStage<List<Znode>> standing(
            Remains remains, SessionOps ops, CompletableFuture<Void> somethingHappened) {
        CompletionStage<List<String>> paths = CompletableFuture.completedFuture(
                new ArrayList<>(remains.ledger().created()));
        for (EphemeralLedger.Attempt attempt : remains.ledger().attempts()) {
            paths = paths.thenCombine(candidates(attempt, ops), PriorSessionBarrier::joined);
        }
        return paths.thenCompose(all -> {
            CompletionStage<List<Znode>> standing = CompletableFuture.completedFuture(new ArrayList<>());
            for (String path : all) {
                CompletionStage<Optional<Znode>> node = ops.exists(path, event -> somethingHappened.complete(null));
                standing = standing.thenCombine(
                        node.thenApply(found -> found.filter(seen ->
                                        seen.owner() == remains.session().value())
                                .map(List::of)
                                .orElse(List.of())),
                        PriorSessionBarrier::joined);
            }
            return standing;
        });
    }

    private static CompletionStage<List<String>> candidates(EphemeralLedger.Attempt attempt, SessionOps ops) {
        if (!attempt.isSequential()) {
            return CompletableFuture.completedFuture(List.of(attempt.path()));
        }
        int slash = attempt.path().lastIndexOf('/');
        String parent = slash == 0 ? "/" : attempt.path().substring(0, slash);
        String prefix = attempt.path().substring(slash + 1);
        String base = slash == 0 ? "/" : parent + "/";
        return ops.exists(parent, null)
                .thenCompose(found -> found.isEmpty()
                        ? CompletableFuture.completedFuture(List.<String>of())
                        : orIf(
                                ops.children(parent, null).thenApply(names -> names.stream()
                                        .filter(name -> name.startsWith(prefix))
                                        .map(base::concat)
                                        .toList()),
                                EnumSet.of(Code.NONODE, Code.NOAUTH),
                                List.of()));
    }

    private static CompletionStage<Void> deleteAll(List<Znode> orphans, SessionOps ops) {
        CompletableFuture<?>[] deletions = orphans.stream()
                .map(node -> orIf(
                                ops.delete(node.path(), node.version()).thenApply(done -> node),
                                EnumSet.of(Code.NONODE, Code.BADVERSION, Code.NOAUTH),
                                node)
                        .toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(deletions);
    }

    /** An answer of these is an answer; without one, the handle is lost and what remains is for the next. */
    private static <T> CompletionStage<T> orIf(CompletionStage<T> stage, Set<Code> answers, T instead) {
        return stage.handle((value, failure) -> failure == null
                        ? stage
                        : answers.contains(FailureKind.codeOf(failure))
                                ? CompletableFuture.completedFuture(instead)
                                : CompletableFuture.<T>failedFuture(failure))
                .thenCompose(Function.identity());
    }

    private static <T> List<T> joined(List<T> left, List<T> right) {
        List<T> all = new ArrayList<>(left);
        all.addAll(right);
        return all;
    }
}
