// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.event.HoldfastEvent.GrantChanged;
import io.holdfast.event.HoldfastEvent.WaitingInQueue;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.grant.GrantState;
import io.holdfast.recipes.grant.GrantState.Ended;
import io.holdfast.testing.recipe.FakeClient;
import io.holdfast.testing.recipe.FakeEnsemble;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FencedLockTest {

    private final FakeEnsemble ensemble = new FakeEnsemble();
    private final FakeClient one = ensemble.client("one");
    private final FakeClient two = ensemble.client("two");
    private final CompletableFuture<Grant> first = FencedLock.at(one, "/lock").acquireAsync();

    private CompletableFuture<Grant> second() {
        ensemble.runAll();
        CompletableFuture<Grant> second = FencedLock.at(two, "/lock").acquireAsync();
        ensemble.runAll();
        return second;
    }

    @Test
    void isGivenToOneAtATimeInTheOrderOfTheNodesWithGrowingTokens() {
        CompletableFuture<Grant> second = second();
        assertThat(first).isCompleted();
        assertThat(second).isNotDone();
        assertThat(two.events()).singleElement().isInstanceOf(WaitingInQueue.class);

        CompletableFuture<Void> released = first.join().releaseAsync().toCompletableFuture();
        assertThat(second).isNotDone();
        ensemble.runAll();

        assertThat(released).isCompleted();
        assertThat(second).isCompleted();
        assertThat(second.join().token().value())
                .isGreaterThan(first.join().token().value());
        assertThat(ensemble.children("/lock")).hasSize(1);
    }

    @Test
    void isInDoubtWithoutAConnectionAndGoneAtTheDeadline() {
        ensemble.runAll();
        Grant grant = first.join();

        one.suspend();
        assertThat(grant.state()).isEqualTo(new GrantState.InDoubt());
        ensemble.advance(Duration.ofSeconds(6));
        assertThat(grant.remaining()).isEqualTo(Duration.ofSeconds(1));
        one.resume();
        ensemble.runAll();
        assertThat(grant.state()).isEqualTo(new GrantState.Held());

        one.suspend();
        CompletableFuture<GrantEnd> ended = grant.ended().toCompletableFuture();
        ensemble.advance(Duration.ofSeconds(7));
        assertThat(ended).isCompletedWithValue(GrantEnd.DEADLINE_PASSED);
    }

    @Test
    void isGivenToTheNextOneWhenTheSessionExpiresAndTheHolderEndedBefore() {
        CompletableFuture<Grant> second = second();

        one.suspend();
        ensemble.advance(Duration.ofSeconds(7));
        assertThat(first.join().state()).isEqualTo(new Ended(GrantEnd.DEADLINE_PASSED));
        assertThat(second).isNotDone();
        one.expire();
        ensemble.runAll();

        assertThat(second).isCompleted();
    }

    @Test
    void endsWhenItsNodeIsDeletedOrItsSessionExpires() {
        CompletableFuture<Grant> second = second();
        ensemble.delete("/lock/"
                + ensemble.children("/lock").stream()
                        .filter(name -> name.endsWith("0"))
                        .findFirst()
                        .orElseThrow());
        ensemble.runAll();
        assertThat(first.join().state()).isEqualTo(new Ended(GrantEnd.NODE_LOST));

        assertThat(second.join().isHeld()).isTrue();
        two.expire();
        assertThat(second.join().state()).isEqualTo(new Ended(GrantEnd.SESSION_ENDED));
    }

    @Test
    void whoWaitsThroughALostSessionStartsOverAtTheEnd() {
        CompletableFuture<Grant> second = second();

        two.expire();
        ensemble.runAll();
        assertThat(second).isNotDone();
        assertThat(ensemble.children("/lock")).hasSize(2);
        var unused = first.join().releaseAsync();
        ensemble.runAll();

        assertThat(second).isCompleted();
        assertThat(second.join().session()).isEqualTo(two.sessions().get(0).id());
    }

    @Test
    void whoWaitsWithoutAConnectionGoesOnWhenItIsBack() {
        CompletableFuture<Grant> second = second();
        two.suspend();
        var unused = first.join().releaseAsync();
        ensemble.runAll();
        assertThat(second).isNotDone();

        two.resume();
        ensemble.advance(Duration.ofSeconds(5));

        assertThat(second).isCompleted();
    }

    @Test
    void aLostAnswerToTheLastCheckIsAskedForAgain() {
        CompletableFuture<Grant> second = second();
        two.loseNextAnswer();

        var unused = first.join().releaseAsync();
        ensemble.advance(Duration.ofSeconds(5));

        assertThat(second).isCompleted();
    }

    @Test
    void givingUpLeavesNoNode() {
        CompletableFuture<Grant> second = second();

        second.cancel(false);
        CompletableFuture<Optional<Grant>> ifFree = FencedLock.at(two, "/lock").tryAcquireAsync(Duration.ZERO);
        CompletableFuture<Optional<Grant>> limited = FencedLock.at(two, "/lock").tryAcquireAsync(Duration.ofSeconds(3));
        ensemble.runAll();
        assertThat(ifFree).isCompletedWithValue(Optional.empty());
        assertThat(limited).isNotDone();
        ensemble.advance(Duration.ofSeconds(3));

        assertThat(limited).isCompletedWithValue(Optional.empty());
        assertThat(ensemble.children("/lock")).hasSize(1);
    }

    @Test
    void theObserverIsToldEachChangeOfAGrant() {
        ensemble.runAll();
        var unused = first.join().releaseAsync();
        ensemble.runAll();

        assertThat(one.events())
                .extracting(event -> ((GrantChanged) event).from() + ">" + ((GrantChanged) event).to())
                .containsExactly(">Held", "Held>Ended");
    }
}
