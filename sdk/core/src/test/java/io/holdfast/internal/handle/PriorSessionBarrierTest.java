// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.internal.session.EarlierSessions;
import io.holdfast.internal.session.EndOutcome;
import io.holdfast.internal.session.SessionCredentials;
import io.holdfast.internal.time.SteppedTime;
import io.holdfast.session.LittleTree;
import io.holdfast.session.LittleTree.Call;
import io.holdfast.session.SessionId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The barrier between two sessions: what users made in the one is gone before users of the next look. */
class PriorSessionBarrierTest {

    private static final long OLD = 0x50;
    private static final long NEW = 0x51;
    private static final long OTHER = 0x99;
    private static final Duration TIMEOUT = Duration.ofSeconds(6);
    private static final Duration GHOST_LIFE = Duration.ofSeconds(10);

    private final SteppedTime time = new SteppedTime();
    private final LittleTree tree = new LittleTree();
    private final EphemeralLedger ledger = new EphemeralLedger();
    private final EarlierSessions earlier = new EarlierSessions(this::attachAndClose, event -> {}, time);
    private final PriorSessionBarrier drain = new PriorSessionBarrier(earlier, time, time);
    private EndOutcome outcome = EndOutcome.EXPIRED;

    @Test
    void isDoneAtOnceIfNothingWasMade() {
        drain.add(new SessionId(OLD), ledger, TIMEOUT, GHOST_LIFE);

        assertThat(drain.isDone()).isTrue();
        assertThat(drain()).isCompleted();
        assertThat(tree.takeRequests()).isEmpty();
    }

    @Test
    void waitsUntilTheLastNodeOfTheOldSessionIsGone() {
        leave("/a");
        leave("/b");
        CompletionStage<Void> drained = drain();
        assertThat(drained.toCompletableFuture()).isNotDone();
        assertThat(drain.isDone()).isFalse();

        tree.remove("/a");
        settle();
        assertThat(drained.toCompletableFuture()).isNotDone();
        tree.remove("/b");
        settle();

        assertThat(drained).isCompleted();
        assertThat(drain.isDone()).isTrue();
        assertThat(time.elapsed()).as("its watches told it").isZero();
    }

    @Test
    void endsTheOldSessionToHaveItDone() {
        leave("/a");
        outcome = EndOutcome.CLOSED;

        assertThat(drain()).isCompleted();
        assertThat(tree.node("/a")).isEmpty();
    }

    @Test
    void doesNotWaitForNodesThatAreNotTheOldSessions() {
        leave("/a");
        tree.remove("/a");
        tree.put("/a", new byte[0], OTHER);

        assertThat(drain()).isCompleted();
    }

    @Test
    void waitsForCreatesWhoseOutcomeNeverBecameKnown() {
        ledger.begin("/a", false);
        tree.put("/a", new byte[0], OLD);
        CompletionStage<Void> drained = drainOf(OLD);
        assertThat(drained.toCompletableFuture()).isNotDone();

        tree.remove("/a");
        settle();

        assertThat(drained).isCompleted();
    }

    @Test
    void looksForSequentialNodesOfUnknownNameByTheirPrefix() {
        tree.put("/locks", new byte[0], 0);
        ledger.begin("/locks/x-", true);
        tree.put("/locks/x-0000000003", new byte[0], OTHER);
        tree.put("/locks/x-0000000004", new byte[0], OLD);
        CompletionStage<Void> drained = drainOf(OLD);
        assertThat(drained.toCompletableFuture()).isNotDone();

        tree.remove("/locks/x-0000000004");
        settle();

        assertThat(drained).isCompleted();
    }

    @Test
    void deletesAnOrphanWhenTheOldSessionCannotLiveAnyMore() {
        leave("/a");
        CompletionStage<Void> drained = drain();
        time.advance(GHOST_LIFE.minusMillis(1), this::deliver);
        assertThat(tree.node("/a")).isPresent();

        time.advance(Duration.ofMillis(2), this::deliver);

        assertThat(drained).isCompleted();
        assertThat(tree.node("/a")).isEmpty();
    }

    @Test
    void leavesToTheNextHandleWhatTheConnectionInterrupted() {
        leave("/a");
        tree.loseRequest(Call.EXISTS);
        CompletionStage<Void> first = drain();
        assertThat(first).isCompletedExceptionally();
        assertThat(drain.isDone()).isFalse();

        tree.remove("/a");

        assertThat(drain()).isCompleted();
    }

    @Test
    void anOrphanWhoseDeletionWasNotAnsweredIsNotTakenForGone() {
        leave("/a");
        CompletionStage<Void> first = drain();
        tree.loseRequest(Call.DELETE);
        time.advance(GHOST_LIFE.plusSeconds(1), this::deliver);
        assertThat(first).isCompletedExceptionally();
        assertThat(drain.isDone()).isFalse();

        assertThat(drain()).isCompleted();
        assertThat(tree.node("/a")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"NONODE", "BADVERSION", "NOAUTH"})
    void anOrphanThatCannotBeDeletedHoldsNobodyUp(Code code) {
        leave("/a");
        CompletionStage<Void> drained = drain();
        tree.answer(Call.DELETE, code);
        time.advance(GHOST_LIFE.plusSeconds(1), this::deliver);

        assertThat(drained).isCompleted();
    }

    /** Any failure but that of the connection refuses the whole session. */
    @ParameterizedTest
    @EnumSource(names = {"NONODE", "NOAUTH"})
    void aDirectoryThatVanishesOrMayNotBeListedIsNoFailure(Code code) {
        tree.put("/locks", new byte[0], 0);
        ledger.begin("/locks/x-", true);
        tree.answer(Call.CHILDREN, code);

        assertThat(drainOf(OLD)).isCompleted();
    }

    @Test
    void aDirectoryThatDoesNotExistHoldsNothing() {
        ledger.begin("/locks/x-", true);

        assertThat(drainOf(OLD)).isCompleted();
    }

    @Test
    void drainsTheSessionsOneAfterTheOther() {
        leave("/a");
        EphemeralLedger later = new EphemeralLedger();
        later.answered(later.begin("/b", false), Code.OK, "/b");
        tree.put("/b", new byte[0], OTHER);
        earlier.remember(credentials(OTHER));
        drain.add(new SessionId(OTHER), later, TIMEOUT, GHOST_LIFE);
        CompletionStage<Void> drained = drain();

        tree.remove("/a");
        settle();
        assertThat(drained.toCompletableFuture()).isNotDone();
        tree.remove("/b");
        settle();

        assertThat(drained).isCompleted();
    }

    @Test
    void failsWithWhatTheHandleSays() {
        leave("/a");
        tree.loseAnswer(Call.EXISTS);

        assertThat(drain())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(KeeperException.ConnectionLossException.class);
    }

    private void leave(String path) {
        ledger.answered(ledger.begin(path, false), Code.OK, path);
        tree.put(path, new byte[0], OLD);
        if (drain.isDone()) {
            earlier.remember(credentials(OLD));
            drain.add(new SessionId(OLD), ledger, TIMEOUT, GHOST_LIFE);
        }
    }

    private CompletionStage<Void> drainOf(long session) {
        earlier.remember(credentials(session));
        drain.add(new SessionId(session), ledger, TIMEOUT, GHOST_LIFE);
        return drain();
    }

    private CompletionStage<Void> drain() {
        CompletionStage<Void> drained = drain.drain(tree.ops(NEW));
        settle();
        return drained;
    }

    private void settle() {
        do {
            time.runDue();
        } while (tree.deliver());
    }

    private void deliver() {
        while (tree.deliver()) {
            time.runDue();
        }
    }

    private CompletionStage<EndOutcome> attachAndClose(SessionCredentials credentials) {
        if (outcome == EndOutcome.CLOSED) {
            tree.deleteAllOf(credentials.sessionId());
        }
        return CompletableFuture.completedFuture(outcome);
    }

    private static SessionCredentials credentials(long session) {
        return new SessionCredentials(session, new byte[] {1}, TIMEOUT);
    }
}
