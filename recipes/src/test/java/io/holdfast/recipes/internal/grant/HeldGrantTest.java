// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.holdfast.error.FencedException;
import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.event.HoldfastEvent.GrantChanged;
import io.holdfast.recipes.grant.FencedTransaction;
import io.holdfast.recipes.grant.FencingToken;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.grant.GrantState;
import io.holdfast.recipes.grant.GrantState.Ended;
import io.holdfast.recipes.grant.GrantState.Held;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState.Lost;
import io.holdfast.session.Session;
import io.holdfast.spi.RecipeSupport;
import io.holdfast.testing.recipe.FakeClient;
import io.holdfast.testing.recipe.FakeEnsemble;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A grant over a registration of a fake client's. */
class HeldGrantTest {

    private static final Duration CERTAIN = Duration.ofSeconds(7);

    private final FakeEnsemble ensemble = new FakeEnsemble();
    private final FakeClient client = ensemble.client("me");
    private final AtomicInteger releases = new AtomicInteger();
    private final Session session = client.sessions().get(0);
    private final Registration registration = client.register(
            "/locks/a/node", new byte[0], RegistrationOptions.builder().once().build());
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    private RegisteredNode node;

    @BeforeEach
    void register() throws InterruptedException {
        node = registration.awaitRegistered(Duration.ZERO);
    }

    private void deleteNode() {
        ensemble.delete(node.path());
        ensemble.runAll();
    }

    /** Lets the connection be down until only so much is certain. */
    private void leave(Duration certain) {
        client.suspend();
        ensemble.advance(CERTAIN.minus(certain));
    }

    private HeldGrant grant() {
        return HeldGrant.over(
                client.unwrap(RecipeSupport.class),
                session,
                registration,
                node,
                node.checks(),
                () -> {
                    releases.incrementAndGet();
                    return gone;
                },
                "/locks/a");
    }

    @Test
    void saysWhoHoldsWhatInWhichSessionUnderWhichToken() {
        Grant grant = grant();

        assertThat(grant.path()).isEqualTo("/locks/a");
        assertThat(grant.holder()).isEqualTo("me");
        assertThat(grant.session()).isEqualTo(node.session());
        assertThat(grant.token()).isEqualTo(new FencingToken(node.czxid()));
        assertThat(grant.state()).isEqualTo(new Held());
        assertThat(grant.isHeld()).isTrue();
        assertThat(grant.remaining()).isEqualTo(CERTAIN);
        assertThat(ended(grant)).isNotDone();
        grant.require(CERTAIN);
    }

    @Test
    void isInDoubtWhileTheConnectionIsDownAndHeldAgainAfterwards() {
        Grant grant = grant();

        client.suspend();
        assertThat(grant.state()).isEqualTo(new GrantState.InDoubt());
        assertThat(grant.isHeld()).isTrue();

        ensemble.runAll();
        client.resume();
        ensemble.runAll();
        assertThat(grant.state()).isEqualTo(new Held());
        assertThat(changes()).containsExactly(" Held", "Held InDoubt", "InDoubt Held");
    }

    @Test
    void endsAtOnceWithItsNode() {
        Grant grant = grant();

        deleteNode();

        assertThat(ended(grant)).isCompletedWithValue(GrantEnd.NODE_LOST);
        assertThat(grant.isHeld()).isFalse();
        assertThat(grant.remaining()).isZero();
        assertThat(releases).hasValue(1);
    }

    @Test
    void isNotHeldFromTheMomentTheNodeIsLostAlthoughNobodyWasToldYet() {
        Grant grant = grant();

        ensemble.delete(node.path());
        while (!(registration.state() instanceof Lost)) {
            assertThat(ensemble.runOne()).isTrue();
        }

        assertThat(grant.state()).isEqualTo(new Ended(GrantEnd.NODE_LOST));
    }

    @Test
    void endsWithItsSession() {
        Grant grant = grant();

        client.expire();
        ensemble.runAll();

        assertThat(ended(grant)).isCompletedWithValue(GrantEnd.SESSION_ENDED);
    }

    @Test
    void endsWithItsClient() {
        Grant grant = grant();

        client.close();

        assertThat(ended(grant)).isCompletedWithValue(GrantEnd.CLIENT_CLOSED);
    }

    @Test
    void endsAtItsDeadlineWhenNobodyAsks() {
        Grant grant = grant();
        CompletableFuture<GrantEnd> ended = grant.ended().toCompletableFuture();
        leave(Duration.ofMillis(1));
        assertThat(ended).isNotDone();
        ensemble.advance(Duration.ofMillis(1));

        assertThat(ended).isCompletedWithValue(GrantEnd.DEADLINE_PASSED);
        assertThat(releases).as("the node is given back").hasValue(1);
    }

    @Test
    void doesNotComeBackOnceItsDeadlineWasSeenToBePast() {
        Grant grant = grant();
        leave(Duration.ZERO);
        assertThat(grant.isHeld()).isFalse();

        client.resume();
        ensemble.runAll();

        assertThat(grant.state()).isEqualTo(new Ended(GrantEnd.DEADLINE_PASSED));
        assertThat(grant.remaining()).isZero();
    }

    @Test
    void mayHaveEndedByTheTimeItIsMade() {
        deleteNode();

        assertThat(grant().isHeld()).isFalse();
    }

    @Test
    void isNotGivenUnderAClosedClient() {
        client.close();

        assertThatIllegalStateException().isThrownBy(this::grant).withMessageContaining("closed");
    }

    @Test
    void requiresAsMuchTimeAsTheWorkNeeds() {
        Grant grant = grant();
        leave(Duration.ofSeconds(2));

        grant.require(Duration.ofSeconds(2));
        assertThatExceptionOfType(SessionNotConfirmedException.class)
                .isThrownBy(() -> grant.require(Duration.ofMillis(2001)))
                .withMessageContaining("2000 ms more, but 2001 ms are needed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> grant.require(Duration.ofMillis(-1)))
                .withMessage("needed must be zero or more, but was PT-0.001S");
    }

    @Test
    void requiresNothingOfAGrantThatIsOver() {
        Grant grant = grant();
        deleteNode();

        assertThatExceptionOfType(FencedException.class)
                .isThrownBy(() -> grant.require(Duration.ZERO))
                .withMessageContaining("/locks/a")
                .withMessageContaining("lost under a live session")
                .satisfies(e -> assertThat(e.token()).isEqualTo(node.czxid()));
    }

    @Test
    void sendsNoTransactionOnceItIsOver() {
        Grant grant = grant();
        FencedTransaction transaction = grant.transaction().setData("/data", new byte[] {1});
        client.expire();
        ensemble.runAll();

        assertThatExceptionOfType(FencedException.class)
                .isThrownBy(transaction::commit)
                .withMessageContaining("its session has ended; nothing was sent");
    }

    @Test
    void isReleasedOnce() {
        Grant grant = grant();
        CompletableFuture<Void> released = grant.releaseAsync().toCompletableFuture();

        assertThat(grant.state()).isEqualTo(new Ended(GrantEnd.RELEASED));
        assertThat(released).as("the node still exists").isNotDone();
        gone.complete(null);
        ensemble.runAll();
        assertThat(released).isCompleted();
        assertThat(ended(grant)).isCompletedWithValue(GrantEnd.RELEASED);
        assertThatIllegalStateException().isThrownBy(grant::release).withMessageContaining("released before");
        assertThatIllegalStateException().isThrownBy(grant::releaseAsync).withMessageContaining("close()");
        grant.close();
        assertThat(releases).hasValue(1);
    }

    @Test
    void tellsWhoReleasesItThatItHadEndedBefore() {
        Grant grant = grant();
        client.expire();
        ensemble.runAll();

        assertThatExceptionOfType(FencedException.class)
                .isThrownBy(grant::release)
                .withMessageContaining("its session has ended");
    }

    @Test
    void closesSilentlyAsOftenAsOneLikes() {
        gone.complete(null);
        Grant ended = grant();
        client.expire();
        ensemble.runAll();

        ended.close();
        ended.close();

        assertThat(releases).hasValue(1);
    }

    @Test
    void closesWithinTheTimeItCouldHaveLasted() {
        Grant grant = grant();
        leave(Duration.ofMillis(20));

        grant.close();

        assertThat(gone).isNotDone();
        assertThat(grant.state()).isEqualTo(new Ended(GrantEnd.RELEASED));
    }

    @Test
    void goesOnAfterAReleaseThatFails() {
        gone.completeExceptionally(new IllegalArgumentException("scripted"));
        Grant grant = grant();

        grant.release();

        assertThat(grant.state()).isEqualTo(new Ended(GrantEnd.RELEASED));
    }

    @Test
    void keepsTheInterruptFlagOfAThreadThatReleasesIt() {
        Grant grant = grant();
        Thread.currentThread().interrupt();

        grant.close();

        assertThat(Thread.interrupted()).isTrue();
    }

    private CompletableFuture<GrantEnd> ended(Grant grant) {
        CompletableFuture<GrantEnd> ended = grant.ended().toCompletableFuture();
        ensemble.runAll();
        return ended;
    }

    private List<String> changes() {
        return client.events().stream()
                .filter(GrantChanged.class::isInstance)
                .map(GrantChanged.class::cast)
                .map(change -> change.from() + " " + change.to())
                .toList();
    }
}
