// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.holdfast.HoldfastClient;
import io.holdfast.error.FencedException;
import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.event.HoldfastEvent;
import io.holdfast.event.HoldfastEvent.GrantChanged;
import io.holdfast.recipes.grant.FencedTransaction;
import io.holdfast.recipes.grant.FencingToken;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.grant.GrantState;
import io.holdfast.recipes.grant.GrantState.Ended;
import io.holdfast.recipes.grant.GrantState.Held;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.RegistrationState.Closed;
import io.holdfast.registration.RegistrationState.InDoubt;
import io.holdfast.registration.RegistrationState.Lost;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.session.SessionId;
import io.holdfast.spi.RecipeSupport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.Op;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A grant over a registration and a session that the test plays; its client is a real one without an ensemble. */
class HeldGrantTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final RegisteredNode NODE =
            new RegisteredNode("/locks/a/_c_x-lock-0000000001", new SessionId(7), 100);

    private final List<HoldfastEvent> events = new CopyOnWriteArrayList<>();
    private final AtomicInteger releases = new AtomicInteger();
    private final PlayedSession session = new PlayedSession(NODE.session());
    private final PlayedRegistration registration = new PlayedRegistration(new Registered(NODE));
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    private HoldfastClient client;

    @BeforeEach
    void startClient() {
        client = HoldfastClient.builder()
                .connectString("127.0.0.1:1")
                .memberId("me")
                .observer(events::add)
                .build()
                .start();
        session.lasts(LONG);
    }

    @AfterEach
    void closeClient() {
        client.close();
    }

    private HeldGrant grant() {
        return HeldGrant.over(
                client.unwrap(RecipeSupport.class),
                session,
                registration,
                NODE,
                List.of(Op.check(NODE.path(), -1)),
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
        assertThat(grant.session()).isEqualTo(NODE.session());
        assertThat(grant.token()).isEqualTo(new FencingToken(100));
        assertThat(grant.state()).isEqualTo(new Held());
        assertThat(grant.isHeld()).isTrue();
        assertThat(grant.remaining()).isEqualTo(LONG);
        assertThat(grant.ended().toCompletableFuture()).isNotDone();
        grant.require(LONG);
    }

    @Test
    void isInDoubtWhileTheConnectionIsDownAndHeldAgainAfterwards() {
        Grant grant = grant();

        registration.moves(new InDoubt(NODE));
        assertThat(grant.state()).isEqualTo(new GrantState.InDoubt());
        assertThat(grant.isHeld()).isTrue();

        registration.moves(new Registered(NODE));
        assertThat(grant.state()).isEqualTo(new Held());
        assertThat(changes()).containsExactly(" Held", "Held InDoubt", "InDoubt Held");
    }

    @Test
    void endsAtOnceWithItsNode() {
        Grant grant = grant();

        registration.moves(new Lost(NODE, "the node was deleted"));

        assertThat(grant.ended().toCompletableFuture()).succeedsWithin(PATIENCE).isEqualTo(GrantEnd.NODE_LOST);
        assertThat(grant.isHeld()).isFalse();
        assertThat(grant.remaining()).isZero();
        assertThat(releases).hasValue(1);
        assertThat(registration.isListenedTo()).isFalse();
    }

    @Test
    void isNotHeldFromTheMomentTheNodeIsLostAlthoughNobodyWasToldYet() {
        Grant grant = grant();

        registration.movesInSilence(new Lost(NODE, "the node was deleted"));

        assertThat(grant.state()).isEqualTo(new Ended(GrantEnd.NODE_LOST));
    }

    @Test
    void endsWithItsSession() {
        Grant grant = grant();

        session.ends();

        assertThat(grant.ended().toCompletableFuture()).succeedsWithin(PATIENCE).isEqualTo(GrantEnd.SESSION_ENDED);
    }

    @Test
    void endsWithItsClient() {
        Grant grant = grant();

        registration.moves(new Closed());

        assertThat(grant.ended().toCompletableFuture()).succeedsWithin(PATIENCE).isEqualTo(GrantEnd.CLIENT_CLOSED);
    }

    @Test
    void endsAtItsDeadlineWhenNobodyAsks() {
        session.lasts(Duration.ofMillis(50));

        Grant grant = grant();
        CompletableFuture<GrantEnd> ended = grant.ended().toCompletableFuture();
        session.lasts(Duration.ZERO);

        assertThat(ended).succeedsWithin(PATIENCE).isEqualTo(GrantEnd.DEADLINE_PASSED);
        assertThat(releases).as("the node is given back").hasValue(1);
    }

    @Test
    void doesNotComeBackOnceItsDeadlineWasSeenToBePast() {
        Grant grant = grant();
        session.lasts(Duration.ZERO);
        assertThat(grant.isHeld()).isFalse();

        session.lasts(LONG);

        assertThat(grant.state()).isEqualTo(new Ended(GrantEnd.DEADLINE_PASSED));
        assertThat(grant.remaining()).isZero();
    }

    @Test
    void mayHaveEndedByTheTimeItIsMade() {
        registration.movesInSilence(new Lost(NODE, "the node was deleted"));

        assertThat(grant().isHeld()).isFalse();
    }

    @Test
    void isNotGivenUnderAClosedClient() {
        session.clientCloses();

        assertThatIllegalStateException().isThrownBy(this::grant).withMessageContaining("closed");
    }

    @Test
    void requiresAsMuchTimeAsTheWorkNeeds() {
        Grant grant = grant();
        session.lasts(Duration.ofSeconds(2));

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
        registration.moves(new Lost(NODE, "the node was deleted"));

        assertThatExceptionOfType(FencedException.class)
                .isThrownBy(() -> grant.require(Duration.ZERO))
                .withMessageContaining("/locks/a")
                .withMessageContaining("lost under a live session")
                .satisfies(e -> assertThat(e.token()).isEqualTo(100));
    }

    @Test
    void sendsNoTransactionOnceItIsOver() {
        Grant grant = grant();
        FencedTransaction transaction = grant.transaction().setData("/data", new byte[] {1});
        session.ends();

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
        assertThat(released).succeedsWithin(PATIENCE);
        assertThat(grant.ended().toCompletableFuture()).succeedsWithin(PATIENCE).isEqualTo(GrantEnd.RELEASED);
        assertThatIllegalStateException().isThrownBy(grant::release).withMessageContaining("released before");
        assertThatIllegalStateException().isThrownBy(grant::releaseAsync).withMessageContaining("close()");
        grant.close();
        assertThat(releases).hasValue(1);
    }

    @Test
    void tellsWhoReleasesItThatItHadEndedBefore() {
        Grant grant = grant();
        session.ends();

        assertThatExceptionOfType(FencedException.class)
                .isThrownBy(grant::release)
                .withMessageContaining("its session has ended");
    }

    @Test
    void closesSilentlyAsOftenAsOneLikes() {
        gone.complete(null);
        Grant ended = grant();
        session.ends();

        ended.close();
        ended.close();

        assertThat(releases).hasValue(1);
    }

    @Test
    void closesWithinTheTimeItCouldHaveLasted() {
        Grant grant = grant();
        session.lasts(Duration.ofMillis(20));

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

    private List<String> changes() {
        return events.stream()
                .filter(GrantChanged.class::isInstance)
                .map(GrantChanged.class::cast)
                .map(change -> change.from() + " " + change.to())
                .toList();
    }
}
