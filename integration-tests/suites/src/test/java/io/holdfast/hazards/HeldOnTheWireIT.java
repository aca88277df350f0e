// SPDX-License-Identifier: Apache-2.0
package io.holdfast.hazards;

import static io.holdfast.hazards.PlainHandle.PATIENCE;
import static io.holdfast.hazards.PlainHandle.isAnswered;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.event.HoldfastEvent.Judged;
import io.holdfast.guarantees.support.Member;
import io.holdfast.guarantees.support.Operator;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.Session;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Release;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.proxy.RecordedRequest;
import io.holdfast.testing.wire.OpCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryForever;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.KeeperException.ConnectionLossException;
import org.apache.zookeeper.KeeperException.SessionExpiredException;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A request, or its answer, that is held between client and server until the world has changed: a lost answer (H6), a write of
 * the session before (H8), a deletion that was decided about another node.
 */
class HeldOnTheWireIT {

    private static final String CURRENT = Release.current().version();
    private static final byte[] LATE = "late".getBytes(UTF_8);

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().servers(1));

    private final Ensemble ensemble = SERVERS.ensemble();
    private final FaultProxy proxy = ensemble.server(1).proxy();

    /** What ours makes of it is in LostAnswerIsFoundOutIT. */
    @Test
    void aLostConnectionSaysNothingOfWhetherTheNodeWasMade() throws Exception {
        try (PlainHandle plain = PlainHandle.connect(proxy.connectString())) {
            proxy.dropNextReply(OpCode.CREATE);
            isAnswered(plain.create("/done"), Code.CONNECTIONLOSS);
            await().atMost(PATIENCE).until(() -> plain.connections() == 2);
            assertThat(plain.look("/done")).hasValueSatisfying(seen -> assertThat(seen.getEphemeralOwner())
                    .isEqualTo(plain.session()));
            WhatServersDid.isWrittenDown("lost-answer-done", CURRENT, "connection-loss-and-stands");

            proxy.cutBeforeNext(OpCode.CREATE);
            isAnswered(plain.create("/not-done"), Code.CONNECTIONLOSS);
            await().atMost(PATIENCE).until(() -> plain.connections() == 3);
            assertThat(plain.look("/not-done")).isEmpty();
            WhatServersDid.isWrittenDown("lost-answer-not-done", CURRENT, "connection-loss-and-absent");
        }
    }

    /** It was the leader when it decided, and writes when it is not: over what its successor has written. */
    @Test
    void aClientThatTriesAgainSendsUnderItsNextSessionWhatItDecidedInTheOneBefore() throws Exception {
        try (Operator operator = new Operator(ensemble);
                PlainHandle successor = PlainHandle.connect(ensemble.server(1).connectString());
                CuratorFramework curator = CuratorFrameworkFactory.builder()
                        .connectString(proxy.connectString())
                        .sessionTimeoutMs((int) Member.SESSION_TIMEOUT.toMillis())
                        .connectionTimeoutMs((int) Member.SESSION_TIMEOUT.toMillis())
                        .ensembleTracker(false)
                        .retryPolicy(new RetryForever(100))
                        .build()) {
            operator.create("/decided");
            curator.start();
            assertThat(curator.blockUntilConnected((int) PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            long decidedIn = curator.getZookeeperClient().getZooKeeper().getSessionId();
            proxy.refuse();
            curator.setData().inBackground().forPath("/decided", LATE);
            awaitEndOf(decidedIn);
            isAnswered(successor.setData("/decided"), Code.OK);

            proxy.accept();

            await().atMost(PATIENCE).until(() -> operator.stat("/decided").getVersion() == 2);
            assertThat(operator.read("/decided"))
                    .as("what its successor wrote is lost")
                    .isEqualTo(LATE);
            assertThat(proxy.requests())
                    .filteredOn(request -> request.opCode() == OpCode.SET_DATA)
                    .extracting(RecordedRequest::sessionId)
                    .doesNotContain(decidedIn);
        }
    }

    @Test
    void whatWasDecidedInOneOfOurSessionsIsSentInNoOther() throws Exception {
        try (Operator operator = new Operator(ensemble);
                PlainHandle successor = PlainHandle.connect(ensemble.server(1).connectString());
                Member member = Member.start(proxy.connectString(), "decides")) {
            operator.create("/ours-decided");
            Session before = member.client().awaitConfirmed(PATIENCE);
            member.register("/decides").awaitRegistered(PATIENCE);
            proxy.refuse();
            CompletionStage<?> during = before.ops().setData("/ours-decided", LATE, -1);
            awaitEndOf(before.id().value());
            isAnswered(successor.setData("/ours-decided"), Code.OK);

            proxy.accept();

            await().atMost(PATIENCE)
                    .until(() -> member.isRegistered()
                            && member.session() != before.id().value());
            CompletionStage<?> afterwards = before.ops().setData("/ours-decided", LATE, -1);
            assertThat(during)
                    .failsWithin(PATIENCE)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(ConnectionLossException.class);
            assertThat(afterwards)
                    .failsWithin(PATIENCE)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(SessionExpiredException.class);
            member.register("/behind-it").awaitRegistered(PATIENCE);
            assertThat(operator.stat("/ours-decided").getVersion())
                    .as("what its successor wrote is the last word")
                    .isEqualTo(1);
            assertThat(proxy.count(OpCode.SET_DATA)).isZero();
        }
    }

    /** Every fresh ephemeral has version 0. */
    @Test
    void aDeletionGuardedByTheVersionAloneHitsTheNextNode() throws Exception {
        try (PlainHandle judge = PlainHandle.connect(proxy.connectString());
                PlainHandle owner = PlainHandle.connect(ensemble.server(1).connectString());
                PlainHandle neighbour = PlainHandle.connect(ensemble.server(1).connectString())) {
            isAnswered(owner.create("/guarded"), Code.OK);
            int version = judge.look("/guarded").orElseThrow().getVersion();
            proxy.toServer().hold(OpCode.DELETE);
            CompletableFuture<Code> deletion = judge.delete("/guarded", version);
            proxy.awaitRequests(OpCode.DELETE, 1, PATIENCE);
            owner.endSession();
            isAnswered(neighbour.create("/guarded"), Code.OK);

            proxy.toServer().release();

            isAnswered(deletion, Code.OK);
            assertThat(neighbour.look("/guarded"))
                    .as("its node is gone and its session lives")
                    .isEmpty();
            WhatServersDid.isWrittenDown("version-guard-hits-fresh-node", CURRENT, "deleted");
        }
    }

    /** Two of three processes of one member take over at once; the transaction of one is held until the other's is done. */
    @Test
    void ourTakeOverLeavesTheNodeOfWhoeverTookOverFirst() throws Exception {
        RegistrationOptions takingOver =
                RegistrationOptions.builder().takeOverUnknownGhosts("/guard").build();
        try (Operator operator = new Operator(ensemble);
                Member older = Member.start(ensemble.connectString(), "same");
                Member held = Member.start(proxy.connectString(), "same");
                Member faster = Member.start(ensemble.connectString(), "same")) {
            older.register("/ours-guarded").awaitRegistered(PATIENCE);
            proxy.toServer().hold(OpCode.MULTI);
            Registration late = held.register("/ours-guarded", takingOver);
            Registration first = faster.register("/ours-guarded", takingOver);
            proxy.awaitRequests(OpCode.MULTI, 1, PATIENCE);
            RegisteredNode taken = first.awaitRegistered(PATIENCE);

            proxy.toServer().release();

            assertThat(held.client().sessions().get(0).ops().sync("/"))
                    .as("what is sent behind the transaction is answered")
                    .succeedsWithin(PATIENCE);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(held.diary().events(Judged.class))
                    .as(held.diary().toString())
                    .anyMatch(judged -> judged.ownerSessionId() == faster.session()));
            Stat now = operator.stat("/ours-guarded");
            assertThat(now.getCzxid()).isEqualTo(taken.czxid());
            assertThat(now.getEphemeralOwner()).isEqualTo(faster.session());
            late.close();
        }
    }

    private void awaitEndOf(long session) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(ensemble.server(1).fourLetterWord("dump"))
                        .doesNotContain("0x" + Long.toHexString(session)));
    }
}
