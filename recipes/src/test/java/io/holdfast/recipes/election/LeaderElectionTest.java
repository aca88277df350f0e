// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.election;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.holdfast.HoldfastClient;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.grant.GrantState;
import io.holdfast.recipes.grant.GrantState.Ended;
import io.holdfast.recipes.grant.TransactionOutcome;
import io.holdfast.testing.recipe.FakeClient;
import io.holdfast.testing.recipe.FakeEnsemble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LeaderElectionTest {

    private static final String PATH = "/leader";

    enum Kind {
        QUEUED {
            @Override
            LeaderElection of(HoldfastClient client) {
                return LeaderElection.queued(client, PATH, client.memberId().getBytes(UTF_8));
            }

            @Override
            String candidates() {
                return PATH;
            }
        },
        AT_NODE {
            @Override
            LeaderElection of(HoldfastClient client) {
                return LeaderElection.atNode(client, PATH, client.memberId().getBytes(UTF_8));
            }

            @Override
            String candidates() {
                return PATH + "-line";
            }
        };

        abstract LeaderElection of(HoldfastClient client);

        abstract String candidates();
    }

    private final FakeEnsemble ensemble = new FakeEnsemble();
    private final FakeClient one = ensemble.client("one");
    private final FakeClient two = ensemble.client("two");

    private CompletableFuture<Grant> campaign(LeaderElection election) {
        CompletableFuture<Grant> term = election.campaignAsync();
        ensemble.runAll();
        return term;
    }

    @ParameterizedTest
    @EnumSource
    void oneLeadsAtATimeAndTheNextOneWithAGreaterToken(Kind kind) {
        CompletableFuture<Grant> first = campaign(kind.of(one));
        CompletableFuture<Grant> second = campaign(kind.of(two));
        assertThat(first).isCompleted();
        assertThat(second).isNotDone();

        one.expire();
        ensemble.runAll();

        assertThat(first.join().state()).isEqualTo(new Ended(GrantEnd.SESSION_ENDED));
        assertThat(second).isCompleted();
        assertThat(second.join().token().value())
                .isGreaterThan(first.join().token().value());
    }

    @ParameterizedTest
    @EnumSource
    void aTermEndsAtItsDeadlineBeforeTheNextOneBegins(Kind kind) {
        CompletableFuture<Grant> first = campaign(kind.of(one));
        CompletableFuture<Grant> second = campaign(kind.of(two));

        one.suspend();
        ensemble.runAll();
        assertThat(first.join().state()).isEqualTo(new GrantState.InDoubt());
        ensemble.advance(Duration.ofSeconds(7));

        assertThat(first.join().state()).isEqualTo(new Ended(GrantEnd.DEADLINE_PASSED));
        assertThat(second).isNotDone();
        one.resume();
        ensemble.runAll();
        assertThat(second).as("the former leader has deleted its nodes").isCompleted();
    }

    @ParameterizedTest
    @EnumSource
    void resigningLeavesNoNodeAndItMayCampaignAgain(Kind kind) {
        LeaderElection election = kind.of(one);
        CompletableFuture<Grant> first = campaign(election);
        assertThatIllegalStateException().isThrownBy(election::campaignAsync).withMessageContaining("leads");

        var unused = election.resignAsync();
        ensemble.runAll();

        assertThat(first.join().state()).isEqualTo(new Ended(GrantEnd.RELEASED));
        assertThat(election.term()).isEmpty();
        assertThat(ensemble.children(kind.candidates())).isEmpty();
        assertThat(ensemble.node(PATH).filter(node -> node.owner() != 0)).isEmpty();
        assertThat(campaign(election)).isCompleted();
    }

    @ParameterizedTest
    @EnumSource
    void givingUpLeavesNoNode(Kind kind) {
        CompletableFuture<Grant> first = campaign(kind.of(one));
        LeaderElection waiting = kind.of(two);
        CompletableFuture<Grant> second = campaign(waiting);
        second.cancel(false);
        ensemble.runAll();
        assertThat(ensemble.children(kind.candidates())).hasSize(1);

        CompletableFuture<Optional<Grant>> limited = waiting.campaignAsync(Duration.ofSeconds(2));
        ensemble.advance(Duration.ofSeconds(2));
        assertThat(limited).isCompletedWithValue(Optional.empty());
        assertThat(ensemble.children(kind.candidates())).hasSize(1);

        CompletableFuture<Grant> third = campaign(waiting);
        waiting.close();
        ensemble.runAll();
        assertThat(third).isCompletedExceptionally();
        assertThat(ensemble.children(kind.candidates())).hasSize(1);
        assertThat(first.join().isHeld()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aTransactionOfAFormerLeaderDoesNothing(Kind kind) {
        var unusedNode = ensemble.create("/data", new byte[] {0});
        CompletableFuture<Grant> term = campaign(kind.of(one));
        CompletableFuture<TransactionOutcome> good = term.join()
                .transaction()
                .setData("/data", new byte[] {1})
                .commitAsync()
                .toCompletableFuture();
        ensemble.runAll();
        assertThat(good.join().isCommitted()).isTrue();

        CompletableFuture<TransactionOutcome> late;
        one.suspend();
        ensemble.expire(one.sessions().get(0).id().value()); // it does not know yet
        one.resume();
        late = term.join()
                .transaction()
                .setData("/data", new byte[] {2})
                .commitAsync()
                .toCompletableFuture();
        ensemble.runAll();

        assertThat(late).isCompletedExceptionally();
        assertThat(ensemble.node("/data").orElseThrow().data()).containsExactly(1);
    }

    @ParameterizedTest
    @EnumSource
    void listenersAndReadersAreToldWhoLeads(Kind kind) throws Exception {
        FakeClient third = ensemble.client("three");
        List<String> told = new ArrayList<>();
        LeaderElection watching = kind.of(third);
        AutoCloseable watch = watching.observe(leader ->
                told.add(leader.map(each -> new String(each.payload(), UTF_8)).orElse("nobody")));
        ensemble.runAll();
        CompletableFuture<Grant> first = campaign(kind.of(one));
        CompletableFuture<Grant> second = campaign(kind.of(two));
        assertThat(watching.participantsAsync().toCompletableFuture()).isNotDone();
        CompletableFuture<List<Participant>> participants =
                watching.participantsAsync().toCompletableFuture();
        ensemble.runAll();
        assertThat(participants.join()).extracting(Participant::isFirst).containsExactly(true, false);

        var unused = first.join().releaseAsync();
        ensemble.runAll();
        assertThat(second).isCompleted();
        watch.close();
        two.expire();
        ensemble.runAll();

        assertThat(told).startsWith("nobody", "one").endsWith("two");
    }

    @Test
    void aFixedNodeOfAnotherClientIsWaitedForAndNotTouched() {
        var unusedNode = ensemble.createEphemeral(PATH, "kafka".getBytes(UTF_8), 0x77);
        CompletableFuture<Grant> term = campaign(Kind.AT_NODE.of(one));
        assertThat(term).isNotDone();
        assertThat(ensemble.node(PATH).orElseThrow().owner()).isEqualTo(0x77);

        ensemble.expire(0x77);
        ensemble.runAll();

        assertThat(term).isCompleted();
        assertThat(ensemble.node(PATH).orElseThrow().owner())
                .isEqualTo(one.sessions().get(0).id().value());
    }

    @Test
    void theTermAtANodeIsBegunAgainIfTheQueueWasLostMeanwhile() {
        var unusedNode = ensemble.createEphemeral(PATH, new byte[0], 0x77);
        CompletableFuture<Grant> term = campaign(Kind.AT_NODE.of(one));

        one.expire();
        ensemble.runAll();
        ensemble.expire(0x77);
        ensemble.runAll();

        assertThat(term).isCompleted();
        assertThat(term.join().session()).isEqualTo(one.sessions().get(0).id());
        assertThat(ensemble.children(PATH + "-line")).hasSize(1);
    }
}
