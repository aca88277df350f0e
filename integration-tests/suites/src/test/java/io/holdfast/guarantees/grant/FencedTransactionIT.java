// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.holdfast.error.FencedException;
import io.holdfast.error.MultiFailedException;
import io.holdfast.error.UnknownOutcomeException;
import io.holdfast.guarantees.support.Member;
import io.holdfast.guarantees.support.Operator;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.recipes.grant.FencedTransaction;
import io.holdfast.recipes.grant.FencingToken;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.grant.GrantState.Ended;
import io.holdfast.recipes.grant.TransactionOutcome;
import io.holdfast.recipes.grant.TransactionOutcome.Committed;
import io.holdfast.recipes.grant.TransactionOutcome.Rejected;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.wire.OpCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.OpResult.CreateResult;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tokens grow, and what is written under a grant is written only while it holds: in the ensemble's eyes, not the holder's. */
class FencedTransactionIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final byte[] DATA = {1, 2, 3};

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Ensemble.builder());

    private final Ensemble ensemble = SERVERS.ensemble();

    /** The old holder talks to the server behind it. */
    private final FaultProxy proxy = ensemble.server(1).proxy();

    private Operator operator;
    private Member old;
    private Member other;

    @BeforeEach
    void start() throws Exception {
        operator = new Operator(ensemble);
        old = Member.start(proxy.connectString(), "old");
        other = Member.start(ensemble.connectString(), "other");
    }

    @AfterEach
    void close() {
        proxy.heal();
        old.close();
        other.close();
        operator.close();
    }

    @Test
    void tokensGrowAlsoWhenEverythingUnderThePathWasDeletedAndOverLeaderChanges() throws Exception {
        List<FencingToken> tokens = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            Member member = round % 2 == 0 ? old : other;
            try (Grant fixed = Grants.atFixedNode(member, "/fixed")) {
                tokens.add(fixed.token());
            }
            deleteFence("/fixed");
            try (Grant unique = Grants.atUniqueNode(member, "/unique")) {
                tokens.add(unique.token());
            }
            operator.delete("/unique");
            if (round == 1) {
                Server leader = ensemble.leader();
                leader.restart();
                ensemble.awaitQuorum(SmallTicks.PATIENCE);
            }
        }

        assertThat(tokens).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void everythingOrNothingIsDoneWhileTheGrantHolds() throws Exception {
        operator.create("/kept");
        try (Grant grant = Grants.atFixedNode(old, "/leader")) {
            TransactionOutcome done = grant.transaction()
                    .setData("/kept", DATA, 0)
                    .create("/made", DATA)
                    .commit();
            TransactionOutcome refused = grant.transaction()
                    .create("/other", DATA)
                    .create("/made", DATA)
                    .delete("/kept")
                    .commit();

            assertThat(done).isInstanceOfSatisfying(Committed.class, committed -> assertThat(committed.results())
                    .hasSize(2)
                    .last()
                    .isEqualTo(new CreateResult("/made")));
            assertThat(refused).isEqualTo(new Rejected(1, "/made", Code.NODEEXISTS));
            assertThat(operator.read("/kept")).isEqualTo(DATA);
            assertThat(operator.exists("/other")).isFalse();
            assertThat(grant.isHeld()).isTrue();
        }
    }

    /** Every node of a path has version 0 when it is new: who compares versions takes the successor's for its own. */
    @Test
    void anOldHolderThatHasHeardNothingIsFencedWhereItsVersionCheckWouldPass() throws Exception {
        Grant grant = Grants.atFixedNode(old, "/aba");
        proxy.toClient().hold();
        operator.delete("/aba");
        Grant newer = Grants.atFixedNode(other, "/aba");
        assertThat(newer.token()).isGreaterThan(grant.token());
        assertThat(operator.stat("/aba").getVersion()).isZero();
        assertThat(grant.isHeld()).as("the old holder has heard nothing").isTrue();

        proxy.resetCounts();
        CompletableFuture<List<OpResult>> naive = old.client()
                .sessions()
                .get(0)
                .ops()
                .multi(List.of(
                        Op.check("/aba", 0), Op.create("/naive", DATA, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT)))
                .toCompletableFuture();
        CompletableFuture<TransactionOutcome> fenced =
                grant.transaction().create("/fenced", DATA).commitAsync().toCompletableFuture();
        proxy.awaitRequests(OpCode.MULTI, 2, PATIENCE);
        proxy.toClient().release();

        assertThat(naive).as("it is needed").succeedsWithin(PATIENCE);
        requireFencedByTheEnsemble(fenced);
        assertThat(operator.exists("/naive")).isTrue();
        assertThat(operator.stat("/fenced")).isNull();
        assertThat(grant.state()).isEqualTo(new Ended(GrantEnd.NODE_LOST));
        assertThat(newer.transaction().create("/by-the-newer", DATA).commit().isCommitted())
                .isTrue();
        newer.release();
    }

    @Test
    void anOldHolderIsFencedAlsoWhenItsFenceWasDeletedAndStandsAgainWhereItStood() throws Exception {
        Grant grant = Grants.atFixedNode(old, "/aba-fence");
        int stood = operator.stat(Grants.fenceOf("/aba-fence")).getVersion();
        proxy.toClient().hold();
        operator.delete("/aba-fence");
        deleteFence("/aba-fence");
        Grant newer = Grants.atFixedNode(other, "/aba-fence");
        assertThat(operator.stat(Grants.fenceOf("/aba-fence")).getVersion()).isEqualTo(stood);
        assertThat(newer.token()).isGreaterThan(grant.token());

        proxy.resetCounts();
        CompletableFuture<TransactionOutcome> fenced =
                grant.transaction().create("/late-too", DATA).commitAsync().toCompletableFuture();
        proxy.awaitRequests(OpCode.MULTI, 1, PATIENCE);
        proxy.toClient().release();

        requireFencedByTheEnsemble(fenced);
        assertThat(operator.stat("/late-too")).isNull();
        newer.release();
    }

    @Test
    void anOldHolderOfAUniqueNodeIsFencedAlsoWhenEverythingWasDeletedAndMadeAgain() throws Exception {
        Grant grant = Grants.atUniqueNode(old, "/line");
        String node = "/line/" + operator.children("/line").get(0);
        proxy.toClient().hold();
        operator.delete(node);
        operator.delete("/line");
        Grant newer = Grants.atUniqueNode(other, "/line");
        assertThat(newer.token()).isGreaterThan(grant.token());
        assertThat(operator.children("/line"))
                .as("the numbers begin anew")
                .singleElement()
                .asString()
                .endsWith("-lock-0000000000");
        assertThat(grant.isHeld()).isTrue();

        proxy.resetCounts();
        CompletableFuture<TransactionOutcome> fenced =
                grant.transaction().create("/late", DATA).commitAsync().toCompletableFuture();
        proxy.awaitRequests(OpCode.MULTI, 1, PATIENCE);
        proxy.toClient().release();

        requireFencedByTheEnsemble(fenced);
        assertThat(operator.stat("/late")).isNull();
        newer.release();
    }

    @Test
    void underAGrantThatIsKnownToBeOverNothingIsSent() throws Exception {
        Grant grant = Grants.atFixedNode(old, "/over");
        FencedTransaction begun = grant.transaction().create("/never", DATA);
        operator.delete("/over");
        await().atMost(PATIENCE).until(() -> !grant.isHeld());
        proxy.resetCounts();

        assertThatExceptionOfType(FencedException.class)
                .isThrownBy(begun::commit)
                .withMessageContaining("/over")
                .withMessageContaining(Long.toString(grant.token().value()));
        assertThat(proxy.count(OpCode.MULTI)).isZero();
    }

    @Test
    void aLostAnswerOfWhatWasDoneIsAnUnknownOutcomeAndTheGrantGoesOn() throws Exception {
        try (Grant grant = Grants.atFixedNode(old, "/lost-answer")) {
            proxy.dropNextReply(OpCode.MULTI);

            assertThatExceptionOfType(UnknownOutcomeException.class)
                    .isThrownBy(() -> grant.transaction().create("/done", DATA).commit())
                    .withMessageContaining("/lost-answer");

            assertThat(operator.stat("/done")).isNotNull();
            requireHeldAgain(grant);
            assertThat(grant.transaction().create("/done", DATA).commit())
                    .isEqualTo(new Rejected(0, "/done", Code.NODEEXISTS));
        }
    }

    @Test
    void aRequestThatNeverArrivedIsAnUnknownOutcomeJustAsWell() throws Exception {
        try (Grant grant = Grants.atFixedNode(old, "/lost-request")) {
            proxy.cutBeforeNext(OpCode.MULTI);

            assertThatExceptionOfType(UnknownOutcomeException.class)
                    .isThrownBy(
                            () -> grant.transaction().create("/not-done", DATA).commit());

            assertThat(operator.stat("/not-done")).isNull();
            requireHeldAgain(grant);
            assertThat(grant.transaction().create("/not-done", DATA).commit().isCommitted())
                    .isTrue();
        }
    }

    /** The client library answers what is outstanding when a handle ends with the words for a server's refusal. */
    @Test
    void whatWasOnItsWayWhenTheHandleEndedIsAnUnknownOutcomeAndNotARefusal() throws Exception {
        Grant grant = Grants.atFixedNode(old, "/on-its-way");
        proxy.toClient().hold();
        CompletableFuture<TransactionOutcome> sent =
                grant.transaction().create("/arrived", DATA).commitAsync().toCompletableFuture();
        await().atMost(PATIENCE).until(() -> operator.exists("/arrived"));

        SmallTicks.declareExpired(old.client());

        assertThat(sent)
                .failsWithin(PATIENCE)
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .isInstanceOf(UnknownOutcomeException.class);
        await().atMost(PATIENCE).until(() -> !grant.isHeld());
    }

    @Test
    void anEndedSessionIsFenced() throws Exception {
        Grant grant = Grants.atFixedNode(old, "/session");
        FencedTransaction begun = grant.transaction().create("/after", DATA);
        SmallTicks.declareExpired(old.client());
        await().atMost(PATIENCE).until(() -> !grant.isHeld());

        assertThatExceptionOfType(FencedException.class).isThrownBy(begun::commit);
        assertThat(operator.stat("/after")).isNull();
    }

    @Test
    void aTransactionThatIsTooLargeIsRefusedBeforeItIsSentAndNoConnectionBreaks() throws Exception {
        try (Grant grant = Grants.atFixedNode(old, "/large")) {
            byte[] half = new byte[600_000];
            proxy.resetCounts();

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> grant.transaction()
                            .create("/large-a", half)
                            .create("/large-b", half)
                            .commit())
                    .withMessageContaining("jute.maxbuffer");

            assertThat(proxy.count(OpCode.MULTI)).isZero();
            assertThat(grant.isHeld()).isTrue();
        }
    }

    @Test
    void pathsAreBelowTheNamespaceAndNewNodesGetTheClientsAcl() throws Exception {
        Function<String, List<ACL>> readable =
                path -> path.equals("/space/only-read") ? Ids.READ_ACL_UNSAFE : Ids.OPEN_ACL_UNSAFE;
        try (Member member = Member.start(ensemble.connectString(), "named", settings -> settings.namespace("space")
                        .aclProvider(readable));
                Grant grant = Grants.atFixedNode(member, "/leader")) {
            TransactionOutcome made = grant.transaction()
                    .create("/only-read", DATA)
                    .create("/job-", DATA, CreateMode.PERSISTENT_SEQUENTIAL)
                    .commit();

            assertThat(made).isInstanceOf(Committed.class);
            String job = ((CreateResult) ((Committed) made).results().get(1)).getPath();
            assertThat(job).matches("/job-\\d{10}");
            assertThat(operator.children("/space")).contains("only-read", job.substring(1));
            assertThat(grant.transaction().setData("/only-read", DATA).commit())
                    .isEqualTo(new Rejected(0, "/only-read", Code.NOAUTH));
        }
    }

    private void deleteFence(String path) throws Exception {
        String fence = Grants.fenceOf(path);
        for (String anchor : operator.children(fence)) {
            operator.delete(fence + "/" + anchor);
        }
        operator.delete(fence);
    }

    private static void requireFencedByTheEnsemble(CompletableFuture<TransactionOutcome> transaction) {
        assertThat(transaction)
                .failsWithin(PATIENCE)
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .isInstanceOf(FencedException.class)
                .havingCause()
                .isInstanceOf(MultiFailedException.class);
    }

    private static void requireHeldAgain(Grant grant) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(grant.state().toString()).isEqualTo("Held[]"));
    }
}
