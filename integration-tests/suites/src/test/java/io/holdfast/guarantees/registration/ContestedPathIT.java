// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.error.OwnershipConflictException;
import io.holdfast.guarantees.support.Member;
import io.holdfast.guarantees.support.Operator;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.registration.RegistrationState.Waiting;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.wire.OpCode;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody else has the path: nothing of theirs is taken, touched or deleted, and whoever waits is seen to wait. */
class ContestedPathIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().localSessions(true).localSessionsUpgrading(true));

    private final Ensemble ensemble = SERVERS.ensemble();
    private final FaultProxy proxy = ensemble.server(1).proxy();

    private Operator operator;

    @BeforeEach
    void callTheOperator() throws Exception {
        operator = new Operator(ensemble);
    }

    @AfterEach
    void dismissTheOperator() {
        operator.close();
    }

    @Test
    void aNodeOfAnotherMemberIsAConflictAndStaysAsItWas() throws Exception {
        try (Member owner = Member.start(ensemble.connectString(), "owner")) {
            RegisteredNode node = owner.register("/contested/one").awaitRegistered(PATIENCE);
            Stat before = operator.stat("/contested/one");

            try (Member rival = Member.start(ensemble.connectString(), "rival")) {
                Registration refused = rival.register("/contested/one");

                assertThatExceptionOfType(OwnershipConflictException.class)
                        .isThrownBy(() -> refused.awaitRegistered(PATIENCE))
                        .withMessageContaining("/contested/one")
                        .withMessageContaining("member owner")
                        .satisfies(conflict -> assertThat(conflict.ownerSessionId())
                                .isEqualTo(node.session().value()));
                assertThat(refused.closeAsync()).succeedsWithin(PATIENCE);
            }

            assertThat(operator.stat("/contested/one")).isEqualTo(before);
        }
    }

    @Test
    void whoWaitsIsSeenToWaitAndGetsThePathWhenItsOwnerLeaves() throws Exception {
        RegistrationOptions patient =
                RegistrationOptions.builder().waitForForeign().build();
        try (Member owner = Member.start(ensemble.connectString(), "owner");
                Member heir = Member.start(ensemble.connectString(), "heir")) {
            Registration first = owner.register("/contested/two");
            long token = first.awaitRegistered(PATIENCE).czxid();
            Registration next = heir.register("/contested/two", patient);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(next.state())
                    .isInstanceOfSatisfying(
                            Waiting.class, waiting -> assertThat(waiting.what()).contains("member owner")));

            assertThat(first.closeAsync()).succeedsWithin(PATIENCE);

            assertThat(next.awaitRegistered(PATIENCE).czxid()).isGreaterThan(token);
        }
    }

    @Test
    void aNodeThatIsNotEphemeralIsAConflictAndStays() throws Exception {
        operator.create("/persistent");
        try (Member member = Member.start(ensemble.connectString(), "member")) {
            assertThatExceptionOfType(OwnershipConflictException.class)
                    .isThrownBy(() -> member.register("/persistent").awaitRegistered(PATIENCE))
                    .withMessageContaining("not ephemeral")
                    .satisfies(conflict -> assertThat(conflict.ownerSessionId()).isZero());
        }
        assertThat(operator.exists("/persistent")).isTrue();
    }

    @Test
    void aNodeThatAnotherUserOfTheSameSessionMadeIsAConflict() throws Exception {
        try (Member member = Member.start(ensemble.connectString(), "member")) {
            member.client()
                    .unwrap(CuratorFramework.class)
                    .create()
                    .withMode(CreateMode.EPHEMERAL)
                    .forPath("/shared");

            assertThatExceptionOfType(OwnershipConflictException.class)
                    .isThrownBy(() -> member.register("/shared").awaitRegistered(PATIENCE))
                    .withMessageContaining("this very session");
            assertThat(operator.exists("/shared")).isTrue();
        }
    }

    @Test
    void aSecondRegistrationOfTheSamePathIsRefusedBeforeAnythingIsSent() throws Exception {
        try (Member member = Member.start(proxy.connectString(), "member")) {
            Registration first = member.register("/contested/three");
            RegisteredNode node = first.awaitRegistered(PATIENCE);
            proxy.resetCounts();

            assertThatExceptionOfType(OwnershipConflictException.class)
                    .isThrownBy(() -> member.register("/contested/three"))
                    .withMessageContaining("/contested/three")
                    .withMessageContaining("close that one first");

            assertThat(proxy.count(OpCode.CREATE, OpCode.CREATE2, OpCode.EXISTS, OpCode.GET_DATA))
                    .isZero();
            assertThat(first.state()).isEqualTo(new Registered(node));
            assertThat(first.closeAsync()).succeedsWithin(PATIENCE);
            assertThat(member.register("/contested/three")
                            .awaitRegistered(PATIENCE)
                            .czxid())
                    .isGreaterThan(node.czxid());
        }
    }

    @Test
    void closingWhileTheCreateIsUnderWayLeavesNothing() throws Exception {
        operator.create("/closing");
        try (Member member = Member.start(proxy.connectString(), "member")) {
            member.client().awaitConfirmed(PATIENCE);
            proxy.toServer().hold(OpCode.CREATE2);
            Registration registration = member.register("/closing/node");
            await().atMost(PATIENCE).until(() -> registration.state() instanceof RegistrationState.Creating);

            CompletionStage<Void> closed = registration.closeAsync();
            proxy.toServer().release();

            assertThat(closed).succeedsWithin(PATIENCE);
            assertThat(operator.children("/closing")).isEmpty();
        }
    }

    /** Two processes of one member at once are a mistake that only its owner can judge: by default the second one waits. */
    @Test
    void aSecondProcessOfTheSameMemberWaitsUnlessItIsToldToTakeOver() throws Exception {
        RegistrationOptions takingOver = RegistrationOptions.builder()
                .takeOverUnknownGhosts("/guards/member")
                .build();
        try (Member older = Member.start(ensemble.connectString(), "member");
                Member waiter = Member.start(ensemble.connectString(), "member");
                Member newer = Member.start(ensemble.connectString(), "member")) {
            long first =
                    older.register("/contested/four").awaitRegistered(PATIENCE).czxid();
            Registration waiting = waiter.register("/contested/four");
            Registration taking = newer.register("/contested/four", takingOver);

            RegisteredNode node = taking.awaitRegistered(PATIENCE);

            assertThat(node.czxid()).isGreaterThan(first);
            assertThat(operator.stat("/contested/four").getEphemeralOwner()).isEqualTo(newer.session());
            assertThat(operator.stat("/guards/member").getVersion())
                    .as("the guard moves with each take-over")
                    .isEqualTo(1);
            await("it has seen the change of hands, and waits again")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(waiting.state())
                            .isInstanceOfSatisfying(Waiting.class, state -> assertThat(state.what())
                                    .contains("same id")));
            assertThat(taking.state()).isEqualTo(new Registered(node));
        }
    }
}
