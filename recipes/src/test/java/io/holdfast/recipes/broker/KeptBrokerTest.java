// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.holdfast.error.OwnershipConflictException;
import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.recipes.broker.PlayedBrokerNode.PlayedRegistration;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.RegistrationState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class KeptBrokerTest implements EpochListener {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final PlayedBrokerNode node = new PlayedBrokerNode();
    private final KeptBroker broker = KeptBroker.start(node, "first".getBytes(UTF_8));
    private final List<String> told = new CopyOnWriteArrayList<>();

    @Override
    public void began(Grant epoch) {
        told.add("began " + epoch.token().value());
    }

    @Override
    public void ended(Grant epoch, GrantEnd why) {
        told.add("ended " + epoch.token().value() + " " + why);
    }

    @Test
    void eachNodeIsAnEpochAndTheSameNodeAfterADoubtIsTheSame() throws Exception {
        broker.onEpoch(this);
        registration(0).registered(1);
        Grant first = broker.awaitRegistered(PATIENCE);
        registration(0)
                .moves(new RegistrationState.InDoubt(
                        new RegisteredNode("/brokers/ids/7", PlayedBrokerNode.SESSION, 1, Optional.empty())));
        registration(0).registered(1);
        assertThat(broker.awaitRegistered(PATIENCE)).isSameAs(first);

        registration(0).moves(new RegistrationState.Creating(PlayedBrokerNode.SESSION));
        node.grants.get(0).ends(GrantEnd.NODE_LOST);
        registration(0).registered(2);

        assertThat(broker.awaitRegistered(PATIENCE).token().value()).isEqualTo(2);
        awaitTold("began 1", "ended 1 NODE_LOST", "began 2");
        assertThat(node.registrations).hasSize(1);
    }

    @Test
    void theNodeOfAnEpochThatHasEndedIsDeletedAndMadeAnew() throws Exception {
        broker.onEpoch(this);
        registration(0).registered(1);
        broker.awaitRegistered(PATIENCE);
        node.grants.get(0).ends(GrantEnd.DEADLINE_PASSED);

        await().atMost(PATIENCE).until(() -> registration(0).state() instanceof RegistrationState.Closing);
        assertThat(broker.current()).isEmpty();
        assertThat(broker.state()).isInstanceOf(RegistrationState.Waiting.class);
        assertThatExceptionOfType(SessionNotConfirmedException.class)
                .isThrownBy(() -> broker.awaitRegistered(Duration.ZERO))
                .withMessageContaining("epoch has ended");
        assertThat(node.registrations).hasSize(1);
        registration(0).moves(new RegistrationState.Closed());
        await().atMost(PATIENCE).until(() -> node.registrations.size() == 2);
        registration(1).registered(2);

        assertThat(broker.awaitRegistered(PATIENCE).token().value()).isEqualTo(2);
        awaitTold("began 1", "ended 1 DEADLINE_PASSED", "began 2");
    }

    @Test
    void anEpochPastItsDeadlineWhoseConnectionIsStillDownIsDealtWithWhenItsNodeIsSeenAgain() throws Exception {
        RegisteredNode stands = new RegisteredNode("/brokers/ids/7", PlayedBrokerNode.SESSION, 1, Optional.empty());
        registration(0).registered(1);
        broker.awaitRegistered(PATIENCE);
        registration(0).moves(new RegistrationState.InDoubt(stands));
        node.grants.get(0).ends(GrantEnd.DEADLINE_PASSED);
        broker.onEpoch(this);
        assertThat(registration(0).state()).isInstanceOf(RegistrationState.InDoubt.class);

        registration(0).registered(1);

        await().atMost(PATIENCE).until(() -> registration(0).state() instanceof RegistrationState.Closing);
    }

    @Test
    void aPayloadThatIsReplacedWhileTheNodeIsMadeAnewStandsInTheNextOne() throws Exception {
        registration(0).registered(1);
        broker.awaitRegistered(PATIENCE);
        node.grants.get(0).ends(GrantEnd.DEADLINE_PASSED);
        await().atMost(PATIENCE).until(() -> registration(0).state() instanceof RegistrationState.Closing);

        CompletionStage<Void> updated = broker.updateAsync("second".getBytes(UTF_8));
        registration(0).moves(new RegistrationState.Closed());
        await().atMost(PATIENCE).until(() -> node.registrations.size() == 2);
        assertThat(updated.toCompletableFuture()).isNotDone();
        registration(1).registered(2);

        assertThat(updated).succeedsWithin(PATIENCE);
        assertThat(registration(1).payload).isEqualTo("second".getBytes(UTF_8));
    }

    @Test
    void closingWhileTheNodeIsMadeAnewLeavesIt() throws Exception {
        registration(0).registered(1);
        broker.awaitRegistered(PATIENCE);
        node.grants.get(0).ends(GrantEnd.DEADLINE_PASSED);
        await().atMost(PATIENCE).until(() -> registration(0).state() instanceof RegistrationState.Closing);
        CompletionStage<Grant> waiting = broker.registered();

        CompletionStage<Void> closed = broker.closeAsync();
        registration(0).moves(new RegistrationState.Closed());

        assertThat(closed).succeedsWithin(PATIENCE);
        assertThat(waiting).failsWithin(PATIENCE);
        assertThat(node.registrations).hasSize(1);
        assertThat(broker.state()).isInstanceOf(RegistrationState.Closed.class);
    }

    @Test
    void aConflictIsTheEndAndIsToldToWhoWaits() {
        CompletableFuture<Grant> waiting = broker.registered().toCompletableFuture();
        registration(0)
                .moves(new RegistrationState.Failed(
                        new OwnershipConflictException("/brokers/ids/7", 9, "somebody else")));

        assertThat(waiting)
                .failsWithin(PATIENCE)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(OwnershipConflictException.class);
        assertThat(broker.ended()).succeedsWithin(PATIENCE);
        assertThatExceptionOfType(OwnershipConflictException.class).isThrownBy(() -> broker.awaitRegistered(PATIENCE));
        assertThat(broker.state()).isInstanceOf(RegistrationState.Failed.class);
    }

    @Test
    void aReleasedEpochEndsTheRegistration() throws Exception {
        broker.onEpoch(this);
        registration(0).registered(1);

        CompletionStage<Void> released = broker.awaitRegistered(PATIENCE).releaseAsync();
        await().atMost(PATIENCE).until(() -> registration(0).state() instanceof RegistrationState.Closing);
        assertThat(released.toCompletableFuture()).isNotDone();
        registration(0).moves(new RegistrationState.Closed());

        assertThat(released).succeedsWithin(PATIENCE);
        assertThat(broker.ended()).succeedsWithin(PATIENCE);
        awaitTold("began 1", "ended 1 RELEASED");
    }

    @Test
    void closingEndsTheEpochBeforeTheNodeIsGone() throws Exception {
        registration(0).registered(1);
        Grant epoch = broker.awaitRegistered(PATIENCE);

        CompletionStage<Void> closed = broker.closeAsync();

        assertThat(epoch.isHeld()).isFalse();
        assertThat(closed.toCompletableFuture()).isNotDone();
        registration(0).moves(new RegistrationState.Closed());
        assertThat(closed).succeedsWithin(PATIENCE);
        assertThat(broker.closeAsync()).succeedsWithin(PATIENCE);
    }

    @Test
    void aListenerThatComesLateIsToldTheEpochAtHand() throws Exception {
        registration(0).registered(1);
        broker.awaitRegistered(PATIENCE);
        broker.onEpoch(epoch -> {
            throw new IllegalStateException("a listener that fails");
        });
        broker.onEpoch(this);
        awaitTold("began 1");
    }

    @Test
    void whatCannotBeHandedOverIsRefused() throws Exception {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> broker.handOverAsync(Duration.ZERO))
                .withMessageContaining("atMost");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> broker.handOverAsync(PATIENCE))
                .withMessageContaining("no epoch");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> broker.awaitRegistered(Duration.ofMillis(-1)))
                .withMessageContaining("atMost");
    }

    private PlayedRegistration registration(int index) {
        return node.registrations.get(index);
    }

    private void awaitTold(String... expected) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(told).containsExactly(expected));
    }
}
