// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.error.FailureKind;
import io.holdfast.event.HoldfastObserver;
import io.holdfast.internal.journal.RecordRules;
import io.holdfast.internal.journal.RecordRules.Step;
import io.holdfast.internal.journal.RecordedSession;
import io.holdfast.internal.session.SessionCredentials;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionSettings;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.KeeperException.Code;

/**
 * A journal in the ensemble: one node for the member, written as a compare-and-set of its version, so that of two processes with
 * one member id each notices the other. Only the run whose write was done ends what it has found. No method blocks.
 *
 * @see "docs/adr/0020-a-journal-in-the-ensemble.md"
 */
final class EnsembleRunJournal implements RunJournal {

    /** Each attempt but the first follows a write of somebody else's, of whom there is one at most as a rule. */
    private static final int ATTEMPTS = 4;

    /** A member that crashes again and again must not attach to more than this each time. */
    private static final int MOST_SESSIONS = 16;

    private static final Set<Code> OVERTAKEN = EnumSet.of(Code.BADVERSION, Code.NONODE, Code.NODEEXISTS);

    private final RecordSettings settings;
    private final RecordNode node;
    private final SessionSettings timeouts;
    private final ScheduledExecutorService timer;
    private final OtherRuns others;

    /** What the record is to say, the oldest first. */
    @GuardedBy("this")
    private final Map<SessionId, RecordedSession> sessions = new LinkedHashMap<>();

    /** Of earlier runs, found by a read that no write of ours has followed yet. */
    @GuardedBy("this")
    private final List<RecordedSession> found = new ArrayList<>();

    /** Of earlier runs, and ours to end. */
    @GuardedBy("this")
    private final List<RecordedSession> won = new ArrayList<>();

    /** The runs in the record when it was first read. */
    @GuardedBy("this")
    private Optional<Set<String>> atStart = Optional.empty();

    /** The record as it is once the answers to all that was sent have come; empty if it has to be read. */
    @GuardedBy("this")
    private Optional<RecordNode.State> state = Optional.empty();

    @GuardedBy("this")
    private SessionId written = SessionId.NONE;

    /** Whether the record names sessions of earlier runs that have been struck out since. */
    @GuardedBy("this")
    private boolean isBehind;

    /**
     * @param timer runs nothing that blocks
     * @param observer notified when another run has written the record
     */
    EnsembleRunJournal(
            RecordSettings settings,
            RecordNode node,
            SessionSettings timeouts,
            ScheduledExecutorService timer,
            HoldfastObserver observer) {
        this.settings = settings;
        this.node = node;
        this.timeouts = timeouts;
        this.timer = timer;
        this.others = new OtherRuns(settings, node, observer);
    }

    @Override
    public CompletionStage<Void> opened(SessionCredentials credentials, RecordAccess access) {
        SessionId id = new SessionId(credentials.sessionId());
        synchronized (this) {
            if (id.equals(written)) {
                return CompletableFuture.completedFuture(null);
            }
            RecordedSession mine = RecordedSession.of(settings.run(), credentials);
            if (sessions.put(id, mine) == null) {
                forgetLater(id);
            }
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        // a session waits for it, and can do without
        var limit = timer.schedule(
                () -> done.complete(null), timeouts.confirmTimeout().toNanos(), TimeUnit.NANOSECONDS);
        var unused = write(access, ATTEMPTS).whenComplete((wrote, failure) -> {
            limit.cancel(false);
            if (failure != null) {
                node.refused(failure);
            }
            done.complete(null);
        });
        return done;
    }

    /** Sessions of ours before this one are over; what they have left stands no longer than a ghost lives. */
    @GuardedBy("this")
    private void forgetLater(SessionId newest) {
        for (RecordedSession before : sessions.values()) {
            if (before.run().equals(settings.run()) && !before.id().equals(newest)) {
                var unused = timer.schedule(
                        () -> over(before.id()),
                        timeouts.ghostLife(before.timeout()).toNanos(),
                        TimeUnit.NANOSECONDS);
            }
        }
    }

    private CompletionStage<Void> write(RecordAccess access, int attempts) {
        Optional<RecordNode.State> known;
        synchronized (this) {
            known = state;
        }
        CompletionStage<Boolean> mayWrite = known.isPresent()
                ? CompletableFuture.completedFuture(true)
                : node.read(access).thenApply(read -> judge(read, access));
        return mayWrite.thenCompose(may -> may ? replace(access) : CompletableFuture.<Void>completedFuture(null))
                .exceptionallyCompose(failure -> {
                    synchronized (this) {
                        state = Optional.empty();
                    }
                    return OVERTAKEN.contains(FailureKind.codeOf(failure)) && attempts > 1
                            ? write(access, attempts - 1)
                            : CompletableFuture.failedFuture(failure);
                });
    }

    /** Returns whether the record may be written. */
    private boolean judge(RecordNode.Read read, RecordAccess access) {
        Step step;
        synchronized (this) {
            step = RecordRules.next(read.found(), settings.run(), atStart);
            if (step instanceof Step.Write write) {
                state = Optional.of(read.state());
                Map<SessionId, RecordedSession> newer = new LinkedHashMap<>(sessions);
                sessions.clear();
                Set<String> runs = new HashSet<>();
                for (RecordedSession session : write.found()) {
                    runs.add(session.run());
                    sessions.put(session.id(), session);
                    if (!newer.containsKey(session.id())) {
                        found.add(session);
                    }
                }
                sessions.putAll(newer);
                read.found().flatMap(each -> each.content().writer()).ifPresent(runs::add);
                atStart = Optional.of(atStart.orElse(runs));
            } else {
                found.clear(); // whoever has written since ends them
            }
        }
        if (step instanceof Step.Write) {
            read.found().ifPresent(each -> each.content().problems().forEach(node::say));
        } else if (step instanceof Step.Overtaken overtaken) {
            others.tell(overtaken.by(), access);
        } else if (step instanceof Step.LeaveAlone leave) {
            node.say(leave.why() + "; it is left alone: name another path, or delete it");
        }
        return step instanceof Step.Write;
    }

    private CompletionStage<Void> replace(RecordAccess access) {
        SessionId id = new SessionId(access.ops().sessionId());
        CompletionStage<RecordNode.State> answered;
        synchronized (this) {
            // under the monitor, so that a close that follows is sent behind it
            RecordNode.State before = state.orElseThrow();
            state = Optional.of(before.next());
            isBehind = false;
            answered = node.write(access, before, newest());
        }
        return answered.thenAccept(now -> {
            boolean isFirst;
            synchronized (this) {
                isFirst = !id.equals(written);
                written = id;
                won.addAll(found);
                found.clear();
                // unless something else was sent meanwhile
                state = state.map(sent -> sent.version() == now.version() ? now : sent);
            }
            if (isFirst) {
                others.watch(access);
            }
        });
    }

    @GuardedBy("this")
    private List<RecordedSession> newest() {
        return sessions.values().stream()
                .skip(Math.max(0, sessions.size() - MOST_SESSIONS))
                .toList();
    }

    @Override
    public synchronized CompletionStage<List<RecordedSession>> takeOver() {
        List<RecordedSession> taken = List.copyOf(won);
        won.clear();
        return CompletableFuture.completedFuture(taken);
    }

    @Override
    public synchronized void over(SessionId id) {
        RecordedSession struck = sessions.remove(id);
        isBehind |= struck != null && !struck.run().equals(settings.run());
    }

    /** If it comes to life again with another leader (H5), this run still knows it; only a run after a second crash does not. */
    @Override
    public void unknown(SessionId id) {
        over(id);
    }

    /** A member that crashes again and again would otherwise carry all its sessions along. */
    @Override
    public void askedAll(RecordAccess access) {
        boolean isToWrite;
        synchronized (this) {
            isToWrite = isBehind && written.value() == access.ops().sessionId();
        }
        if (isToWrite) {
            var unused = write(access, 1).exceptionally(failure -> null); // the next session writes it anyway
        }
    }

    @Override
    public void closing(RecordAccess access) {
        SessionId id = new SessionId(access.ops().sessionId());
        CompletionStage<?> answered;
        synchronized (this) {
            if (!id.equals(written) || state.isEmpty()) {
                return;
            }
            RecordNode.State before = state.get();
            List<RecordedSession> left = newest().stream()
                    .filter(session -> !session.id().equals(id))
                    .toList();
            written = SessionId.NONE;
            state = Optional.of(left.isEmpty() ? RecordNode.State.ABSENT : before.next());
            answered = left.isEmpty() ? node.delete(access, before) : node.write(access, before, left);
        }
        var unused = answered.whenComplete((done, failure) -> {
            if (failure == null) {
                over(id);
            } else {
                synchronized (this) {
                    state = Optional.empty();
                }
            }
        });
    }
}
