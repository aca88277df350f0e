// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.cost;

import static io.holdfast.guarantees.support.SmallTicks.PATIENCE;
import static io.holdfast.guarantees.support.SmallTicks.SESSION_TIMEOUT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.HoldfastClient;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.recipes.broker.BrokerRegistration;
import io.holdfast.recipes.broker.BrokerRegistry;
import io.holdfast.recipes.election.LeaderElection;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.group.Group;
import io.holdfast.recipes.group.Member;
import io.holdfast.recipes.group.Membership;
import io.holdfast.recipes.lock.Acquirable;
import io.holdfast.recipes.lock.FencedLock;
import io.holdfast.recipes.lock.FencedReadWriteLock;
import io.holdfast.recipes.lock.FencedSemaphore;
import io.holdfast.recipes.lock.ReentrantFencedLock;
import io.holdfast.recipes.view.LiveView;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.proxy.RecordedRequest;
import io.holdfast.testing.wire.OpCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What each recipe costs the ensemble, counted at the network; heartbeats are counted by {@link CostsOnTheWireIT}. */
class RecipesOnTheWireIT {

    private static final byte[] DATA = "a:1".getBytes(UTF_8);

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().servers(1));

    private final FaultProxy proxy = SERVERS.ensemble().server(1).proxy();

    /** Nothing of the others' goes through the proxy. */
    private HoldfastClient other;

    private HoldfastClient client;

    @BeforeEach
    void start() throws InterruptedException {
        other = SmallTicks.member(SERVERS.ensemble().connectString(), "other")
                .build()
                .start();
        client = SmallTicks.member(proxy.connectString(), "counted")
                .withoutSessionMarkers()
                .build()
                .start();
        client.awaitConfirmed(PATIENCE);
        other.awaitConfirmed(PATIENCE);
    }

    @AfterEach
    void close() {
        client.close();
        other.close();
    }

    @Test
    void aFreeLockCostsACreateAListAndAWatchAndItsReleaseADelete() throws Exception {
        FencedLock.at(client, "/free").acquire().release(); // makes the parent
        measureFree(FencedLock.at(client, "/free"));
        FencedReadWriteLock both = FencedReadWriteLock.at(client, "/free-both");
        both.readLock().acquire().release();
        measureFree(both.readLock());
        measureFree(both.writeLock());
    }

    private void measureFree(Acquirable lock) throws InterruptedException {
        proxy.resetCounts();
        Grant grant = lock.acquire();
        awaitSent(OpCode.CREATE2, OpCode.EXISTS, OpCode.GET_CHILDREN);
        grant.release();
        awaitSent(OpCode.CREATE2, OpCode.EXISTS, OpCode.GET_CHILDREN, OpCode.DELETE);
    }

    @Test
    void aLockThatIsWaitedForCostsAWatchMoreAndWhenItsTurnComesAListAndAProof() throws Exception {
        Grant first = FencedLock.at(other, "/waited-for").acquire();
        proxy.resetCounts();

        CompletableFuture<Grant> waiting = FencedLock.at(client, "/waited-for").acquireAsync();
        awaitSent(OpCode.CREATE2, OpCode.EXISTS, OpCode.EXISTS, OpCode.GET_CHILDREN);
        proxy.resetCounts();
        first.release();

        waiting.get(30, TimeUnit.SECONDS);
        awaitSent(OpCode.GET_CHILDREN, OpCode.MULTI);
    }

    @Test
    void aWaitThatIsGivenUpCostsADelete() throws Exception {
        Grant first = FencedLock.at(other, "/given-up").acquire();
        FencedLock lock = FencedLock.at(client, "/given-up");
        proxy.resetCounts();
        CompletableFuture<Grant> waiting = lock.acquireAsync();
        awaitSent(OpCode.CREATE2, OpCode.EXISTS, OpCode.EXISTS, OpCode.GET_CHILDREN);
        proxy.resetCounts();

        waiting.cancel(true);

        awaitSent(OpCode.DELETE);
        first.release();
    }

    @Test
    void aThreadThatHoldsTheLockTakesItAgainForNothing() throws Exception {
        ReentrantFencedLock lock = FencedLock.at(client, "/again").reentrant();
        try (Grant outer = lock.acquire()) {
            proxy.resetCounts();
            try (Grant inner = lock.acquire()) {
                assertThat(inner.token()).isEqualTo(outer.token());
            }
            assertThat(sent()).isEmpty();
        }
    }

    @Test
    void aFreePermitCostsTwoQueueEntries() throws Exception {
        FencedSemaphore semaphore = FencedSemaphore.at(client, "/permits", 2);
        semaphore.acquire().release();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(proxy.count(OpCode.DELETE)).isEqualTo(2));
        proxy.resetCounts();

        Grant permit = semaphore.acquire();

        awaitSent(
                OpCode.CREATE2,
                OpCode.CREATE2,
                OpCode.DELETE,
                OpCode.EXISTS,
                OpCode.EXISTS,
                OpCode.GET_CHILDREN,
                OpCode.GET_CHILDREN);
        permit.release();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(proxy.count(OpCode.DELETE)).isEqualTo(2));
    }

    @Test
    void aQueuedTermCostsWhatALockCosts() throws Exception {
        try (LeaderElection election = LeaderElection.queued(client, "/leading", DATA)) {
            election.campaign();
            election.resign();
            proxy.resetCounts();

            election.campaign();
            awaitSent(OpCode.CREATE2, OpCode.EXISTS, OpCode.GET_CHILDREN);
            election.resign();
            awaitSent(OpCode.CREATE2, OpCode.EXISTS, OpCode.GET_CHILDREN, OpCode.DELETE);
        }
    }

    @Test
    void aTermAtANodeCostsAQueueEntryAndAnEpoch() throws Exception {
        try (LeaderElection election = LeaderElection.atNode(client, "/controller", DATA)) {
            election.campaign();
            election.resign();
            proxy.resetCounts();

            election.campaign();
            awaitSent(
                    OpCode.CREATE2,
                    OpCode.EXISTS,
                    OpCode.EXISTS,
                    OpCode.GET_CHILDREN,
                    OpCode.GET_CHILDREN,
                    OpCode.MULTI);
            proxy.resetCounts();
            election.resign();
            awaitSent(OpCode.DELETE, OpCode.DELETE);
        }
    }

    @Test
    void aBrokerCostsAListATransactionAndAWatch() throws Exception {
        BrokerRegistry registry = BrokerRegistry.at(client, "/brokers/ids");
        BrokerRegistration first = registry.register(7, DATA);
        first.awaitRegistered(PATIENCE);
        first.close();
        proxy.resetCounts();

        BrokerRegistration broker = registry.register(7, DATA);
        broker.awaitRegistered(PATIENCE);
        awaitSent(OpCode.EXISTS, OpCode.GET_CHILDREN, OpCode.MULTI); // the list is of the fence's anchor
        proxy.resetCounts();
        broker.update("b:2".getBytes(UTF_8), PATIENCE);
        awaitSent(OpCode.SET_DATA, OpCode.EXISTS); // the write fires the watch
        proxy.resetCounts();
        broker.close();
        awaitSent(OpCode.DELETE);
    }

    @Test
    void aMemberCostsAWriteAndAWatchAndAViewALookAtEachMember() throws Exception {
        Group here = Group.at(client, "/group");
        Group there = Group.at(other, "/group");
        there.join("one", DATA).awaitJoined(PATIENCE);
        there.join("two", DATA).awaitJoined(PATIENCE);
        proxy.resetCounts();

        Membership own = here.join("own", DATA);
        own.awaitJoined(PATIENCE);
        awaitSent(OpCode.CREATE2, OpCode.EXISTS);
        proxy.resetCounts();
        try (LiveView<String, Member> view = here.watch()) {
            assertThat(view.awaitCurrent(PATIENCE)).isTrue();
            assertThat(view.entries()).hasSize(3);
            awaitSent(
                    OpCode.SYNC,
                    OpCode.GET_CHILDREN,
                    OpCode.EXISTS,
                    OpCode.EXISTS,
                    OpCode.EXISTS,
                    OpCode.GET_DATA,
                    OpCode.GET_DATA,
                    OpCode.GET_DATA);
            proxy.resetCounts();
            there.join("three", DATA).awaitJoined(PATIENCE);
            await().atMost(PATIENCE).until(() -> view.entries().size() == 4);
            awaitSent(OpCode.GET_CHILDREN, OpCode.EXISTS, OpCode.GET_DATA);
        }
    }

    @Test
    void grantsAreKeptByTheHeartbeatsOfTheirClientAndNothingElse() throws Exception {
        Grant one = FencedLock.at(client, "/kept-1").acquire();
        Grant two = FencedLock.at(client, "/kept-2").acquire();
        proxy.resetCounts();

        await().during(SESSION_TIMEOUT).atMost(PATIENCE).untilAsserted(() -> assertThat(sent())
                .isEmpty());
        assertThat(proxy.count(OpCode.CREATE))
                .as("one each sixth of the timeout")
                .isBetween(4, 8);
        assertThat(one.isHeld()).isTrue();
        assertThat(two.isHeld()).isTrue();
    }

    private void awaitSent(OpCode... expected) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(sent()).containsExactlyInAnyOrder(expected));
    }

    /** Everything but heartbeats of either kind. */
    private List<OpCode> sent() {
        return proxy.requests().stream()
                .map(RecordedRequest::opCode)
                .filter(opCode -> opCode != OpCode.PING && opCode != OpCode.CREATE)
                .toList();
    }
}
