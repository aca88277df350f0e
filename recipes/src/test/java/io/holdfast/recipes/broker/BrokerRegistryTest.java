// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.holdfast.error.OwnershipConflictException;
import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.view.LiveView;
import io.holdfast.registration.RegistrationState;
import io.holdfast.testing.recipe.FakeClient;
import io.holdfast.testing.recipe.FakeEnsemble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class BrokerRegistryTest implements EpochListener {

    private static final String IDS = "/brokers/ids";
    private static final String NODE = IDS + "/7";

    private final FakeEnsemble ensemble = new FakeEnsemble();
    private final FakeClient client = ensemble.client("me");
    private final BrokerRegistration broker = BrokerRegistry.at(client, IDS).register(7, "first".getBytes(UTF_8));
    private final List<String> told = new ArrayList<>();

    @Override
    public void began(Grant epoch) {
        told.add("began " + epoch.token().value());
    }

    @Override
    public void ended(Grant epoch, GrantEnd why) {
        told.add("ended " + epoch.token().value() + " " + why);
    }

    private Grant registered() {
        broker.onEpoch(this);
        ensemble.runAll();
        return broker.current().orElseThrow();
    }

    /** The connection is down until the epoch is over, and its node still exists. */
    private void passDeadline() {
        client.suspend();
        ensemble.advance(Duration.ofSeconds(7));
    }

    private String data() {
        return new String(ensemble.node(NODE).orElseThrow().data(), UTF_8);
    }

    @Test
    void eachNodeIsAnEpochAndTheSameNodeAfterADoubtIsTheSame() {
        Grant first = registered();
        client.suspend();
        ensemble.runAll();
        client.resume();
        ensemble.runAll();
        assertThat(broker.current()).containsSame(first);

        ensemble.delete(NODE);
        ensemble.runAll();

        Grant second = broker.current().orElseThrow();
        assertThat(second.token().value())
                .isEqualTo(ensemble.node(NODE).orElseThrow().czxid());
        assertThat(told)
                .containsExactly(
                        "began " + first.token().value(),
                        "ended " + first.token().value() + " NODE_LOST",
                        "began " + second.token().value());
    }

    @Test
    void theNodeOfAnEpochThatHasEndedIsDeletedAndMadeAnew() {
        Grant first = registered();
        passDeadline();
        assertThat(broker.current()).isEmpty();
        assertThat(broker.state()).isInstanceOf(RegistrationState.InDoubt.class);
        assertThat(ensemble.node(NODE).orElseThrow().czxid())
                .isEqualTo(first.token().value());
        assertThatExceptionOfType(SessionNotConfirmedException.class)
                .isThrownBy(() -> broker.awaitRegistered(Duration.ZERO));

        client.resume();
        ensemble.runAll();

        Grant second = broker.current().orElseThrow();
        assertThat(second.token().value()).isGreaterThan(first.token().value());
        assertThat(told)
                .containsExactly(
                        "began " + first.token().value(),
                        "ended " + first.token().value() + " DEADLINE_PASSED",
                        "began " + second.token().value());
    }

    @Test
    void whileTheNodeIsMadeAnewItSaysSoAndTheNextOneHasTheNewestPayload() {
        Grant first = registered();
        passDeadline();
        client.resume();
        while (!(broker.state() instanceof RegistrationState.Waiting)) {
            assertThat(ensemble.runOne()).isTrue();
        }
        assertThat(((RegistrationState.Waiting) broker.state()).what()).contains("epoch has ended");

        CompletableFuture<Void> updated =
                broker.updateAsync("second".getBytes(UTF_8)).toCompletableFuture();
        assertThat(updated).isNotDone();
        ensemble.runAll();

        assertThat(updated).isCompleted();
        assertThat(broker.current().orElseThrow().token().value())
                .isGreaterThan(first.token().value());
        assertThat(data()).isEqualTo("second");
    }

    @Test
    void closingWhileTheNodeIsMadeAnewLeavesNone() {
        registered();
        passDeadline();
        client.resume();
        while (!(broker.state() instanceof RegistrationState.Waiting)) {
            assertThat(ensemble.runOne()).isTrue();
        }
        CompletionStage<Grant> waiting = broker.registered();

        CompletionStage<Void> closed = broker.closeAsync();
        ensemble.runAll();

        assertThat(closed.toCompletableFuture()).isCompleted();
        assertThat(waiting.toCompletableFuture()).isCompletedExceptionally();
        assertThat(ensemble.node(NODE)).isEmpty();
        assertThat(broker.state()).isInstanceOf(RegistrationState.Closed.class);
    }

    @Test
    void aConflictIsTheEndAndIsToldToWhoWaits() {
        registered();
        FakeClient other = ensemble.client("other");
        BrokerRegistration second = BrokerRegistry.at(other, IDS)
                .register(7, new byte[0], new DuplicateId.WaitAtMost(Duration.ofSeconds(3)));
        CompletableFuture<Grant> waiting = second.registered().toCompletableFuture();
        ensemble.runAll();
        assertThat(second.state()).isInstanceOf(RegistrationState.Waiting.class);

        ensemble.advance(Duration.ofSeconds(3));

        assertThat(waiting).isCompletedExceptionally();
        assertThat(second.ended().toCompletableFuture()).isCompleted();
        assertThatExceptionOfType(OwnershipConflictException.class)
                .isThrownBy(() -> second.awaitRegistered(Duration.ofSeconds(1)));
        assertThat(second.state()).isInstanceOf(RegistrationState.Failed.class);
    }

    @Test
    void aReleasedEpochEndsTheRegistration() {
        Grant epoch = registered();

        CompletableFuture<Void> released = epoch.releaseAsync().toCompletableFuture();
        assertThat(released).isNotDone();
        ensemble.runAll();

        assertThat(released).isCompleted();
        assertThat(broker.ended().toCompletableFuture()).isCompleted();
        assertThat(ensemble.node(NODE)).isEmpty();
        assertThat(told).hasSize(2).last().isEqualTo("ended " + epoch.token().value() + " RELEASED");
    }

    @Test
    void closingEndsTheEpochBeforeTheNodeIsGone() {
        Grant epoch = registered();

        CompletionStage<Void> closed = broker.closeAsync();
        assertThat(epoch.isHeld()).isFalse();
        assertThat(ensemble.node(NODE)).isPresent();
        ensemble.runAll();

        assertThat(closed.toCompletableFuture()).isCompleted();
        assertThat(broker.closeAsync().toCompletableFuture()).isCompleted();
        assertThat(ensemble.node(NODE)).isEmpty();
    }

    @Test
    void aListenerThatComesLateIsToldTheEpochAtHand() {
        ensemble.runAll();
        broker.onEpoch(epoch -> {
            throw new IllegalStateException("a listener that fails");
        });
        Grant epoch = registered();

        assertThat(told).containsExactly("began " + epoch.token().value());
    }

    @Test
    void whatCannotBeHandedOverIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> broker.handOverAsync(Duration.ZERO))
                .withMessageContaining("atMost");
        assertThatIllegalStateException()
                .isThrownBy(() -> broker.handOverAsync(Duration.ofSeconds(1)))
                .withMessageContaining("no epoch");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> broker.awaitRegistered(Duration.ofMillis(-1)))
                .withMessageContaining("atMost");
    }

    @Test
    void handsOverToTheOneThatWaitsAndSaysWhenNobodyCame() {
        registered();
        FakeClient other = ensemble.client("other");
        BrokerRegistration successor =
                BrokerRegistry.at(other, IDS).register(7, "next".getBytes(UTF_8), new DuplicateId.WaitForever());
        ensemble.runAll();

        CompletableFuture<HandOver> handedOver =
                broker.handOverAsync(Duration.ofSeconds(5)).toCompletableFuture();
        ensemble.runAll();
        assertThat(handedOver.join()).isInstanceOf(HandOver.Taken.class);
        CompletableFuture<HandOver> last =
                successor.handOverAsync(Duration.ofSeconds(5)).toCompletableFuture();
        ensemble.advance(Duration.ofSeconds(5));

        assertThat(last.join()).isInstanceOf(HandOver.Vacant.class);
    }

    @Test
    void theViewShowsWhoIsThere() {
        LiveView<Integer, Broker> view = BrokerRegistry.at(client, IDS).watch();
        registered();
        assertThat(view.entries()).containsOnlyKeys(7);
        assertThat(view.isCurrent()).isTrue();

        client.expire();
        assertThat(view.isCurrent()).isFalse();
        ensemble.runAll();

        assertThat(view.entries().get(7).session())
                .isEqualTo(client.sessions().get(0).id());
    }
}
