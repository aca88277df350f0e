// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import static io.holdfast.internal.registration.RegistrationBench.FOREIGN;
import static io.holdfast.internal.registration.RegistrationBench.GHOST_LIFE;
import static io.holdfast.internal.registration.RegistrationBench.S1;
import static io.holdfast.internal.registration.RegistrationBench.S2;
import static io.holdfast.internal.registration.RegistrationBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.internal.ownership.ReplicaView;
import io.holdfast.internal.ownership.ReplicaView.Identity;
import io.holdfast.internal.session.EndOutcome;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState;
import io.holdfast.registration.RegistrationState.Closed;
import io.holdfast.registration.RegistrationState.Closing;
import io.holdfast.session.LittleTree.Call;
import io.holdfast.session.SessionId;
import io.holdfast.session.Znode;
import java.time.Duration;
import java.util.Optional;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Closing a registration in every state leaves nothing of its own behind and touches nothing else. */
class RegistrationDriverCloseTest {

    private final RegistrationBench bench = new RegistrationBench();

    @AfterEach
    void nothingGoesOnAfterwards() {
        bench.tree.takeRequests();
        bench.advance(Duration.ofMinutes(1));
        assertThat(bench.tree.takeRequests()).isEmpty();
        assertThat(bench.tree.ephemeralsOf(S1)).isEmpty();
        assertThat(bench.tree.ephemeralsOf(S2)).isEmpty();
    }

    @Test
    void deletesTheNode() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        close(registration);

        assertThat(registration.state()).isEqualTo(new Closed());
        assertThat(registration.ended()).isCompleted();
        assertThat(bench.tree.node("/a")).isEmpty();
        assertThat(bench.tree.count(Call.CREATE))
                .as("its deletion is not taken for a loss")
                .isEqualTo(1);
    }

    @Test
    void sendsNothingIfNothingWasEverSent() {
        Registration registration = bench.register("/a");
        close(registration);

        assertThat(registration.state()).isEqualTo(new Closed());
        assertThat(bench.tree.takeRequests()).isEmpty();
        bench.confirm(S1);
        assertThat(bench.tree.takeRequests()).isEmpty();
    }

    @Test
    void deletesTheNodeOfACreateThatIsUnderWay() {
        bench.confirm(S1);
        Runnable release = bench.tree.holdAnswers();
        Registration registration = bench.register("/a");
        close(registration);
        assertThat(registration.state()).isEqualTo(new Closing());

        release.run();
        bench.settle();

        assertThat(registration.state()).isEqualTo(new Closed());
        assertThat(bench.tree.node("/a")).isEmpty();
    }

    @Test
    void createsNothingMoreIfItsPayloadIsStillBeingMade() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        bench.holdSuppliers();
        bench.tree.remove("/a");
        bench.settle();
        close(registration);
        assertThat(registration.state()).isEqualTo(new Closed());

        bench.releaseSuppliers();

        assertThat(bench.tree.count(Call.CREATE)).isEqualTo(1);
        assertThat(bench.tree.node("/a")).isEmpty();
    }

    @Test
    void deletesTheNodeOfACreateWhoseAnswerWasLost() {
        bench.confirm(S1);
        bench.tree.loseAnswer(Call.CREATE);
        Registration registration = bench.register("/a");
        bench.suspend();
        close(registration);
        assertThat(registration.state()).isEqualTo(new Closing());

        bench.confirm(S1);

        assertThat(registration.state()).isEqualTo(new Closed());
        assertThat(bench.tree.node("/a")).isEmpty();
    }

    @Test
    void deletesTheNodeAfterAReconnection() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        bench.suspend();
        close(registration);
        bench.confirm(S1);

        assertThat(registration.state()).isEqualTo(new Closed());
    }

    @ParameterizedTest
    @EnumSource(names = {"CONNECTIONLOSS", "THROTTLEDOP", "NOAUTH"})
    void triesAgainIfTheDeletionIsNotAnswered(Code code) {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        bench.tree.answer(Call.DELETE, code);
        close(registration);
        assertThat(registration.state()).isEqualTo(new Closing());

        bench.advance(Duration.ofSeconds(1));

        assertThat(registration.state()).isEqualTo(new Closed());
    }

    @Test
    void isSatisfiedIfSomebodyElseDeletedIt() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        bench.tree.before(Call.DELETE, () -> bench.tree.remove("/a"));
        close(registration);

        assertThat(registration.state()).isEqualTo(new Closed());
    }

    @Test
    void deletesANodeWhoseDataChangedMeanwhile() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        bench.tree.before(Call.DELETE, () -> bench.tree.overwrite("/a", bytes("edited")));
        close(registration);
        bench.advance(Duration.ofSeconds(1));

        assertThat(registration.state()).isEqualTo(new Closed());
        assertThat(bench.tree.node("/a")).isEmpty();
    }

    @Test
    void deletesTheNodeAlsoWhileAnUpdateIsUnderWay() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        Runnable release = bench.tree.holdAnswers();
        var unused = registration.update(bytes("v1"));
        var unusedToo = registration.update(bytes("v2"));
        bench.settle();
        close(registration);
        release.run();
        bench.advance(Duration.ofSeconds(1));

        assertThat(registration.state()).isEqualTo(new Closed());
        assertThat(bench.tree.node("/a")).isEmpty();
    }

    @Test
    void leavesAForeignNodeAlone() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        bench.suspend();
        bench.tree.remove("/a");
        bench.put("/a", FOREIGN, "broker-8");
        close(registration);
        bench.confirm(S1);

        assertThat(registration.state()).isEqualTo(new Closed());
        assertThat(bench.tree.node("/a").orElseThrow().owner()).isEqualTo(FOREIGN);
    }

    @Test
    void stopsWaitingForANodeInTheWay() {
        bench.put("/a", FOREIGN, "broker-8");
        bench.confirm(S1);
        Registration registration = bench.register(
                "/a", RegistrationOptions.builder().waitForForeign().build());
        close(registration);

        assertThat(registration.state()).isEqualTo(new Closed());
        assertThat(bench.tree.node("/a")).isPresent();
    }

    /** The foreign node's version may well be the one that ours had: each fresh ephemeral has version 0. */
    @Test
    void leavesTheForeignNodeAloneThatStandsInThePlaceOfItsFormerOne() {
        bench.confirm(S1);
        Registration registration = bench.register(
                "/a", RegistrationOptions.builder().waitForForeign().build());
        bench.suspend();
        bench.tree.remove("/a");
        bench.put("/a", FOREIGN, "broker-8");
        bench.confirm(S1);
        assertThat(registration.state()).isInstanceOf(RegistrationState.Waiting.class);
        close(registration);

        assertThat(registration.state()).isEqualTo(new Closed());
        assertThat(bench.tree.node("/a")).isPresent();
    }

    @Test
    void deletesASequentialNodeWhoseAnswerWasLostAfterItsFormerOneHadVanished() {
        bench.tree.put("/q", new byte[0], 0);
        bench.confirm(S1);
        Registration registration = bench.register(
                "/q/n-", RegistrationOptions.builder().sequential().build());
        bench.suspend();
        bench.tree.remove("/q/n-0000000000");
        bench.tree.loseAnswer(Call.CREATE);
        bench.confirm(S1);
        assertThat(bench.tree.node("/q/n-0000000001")).isPresent();
        close(registration);
        bench.advance(Duration.ofSeconds(1));

        assertThat(registration.state()).isEqualTo(new Closed());
        assertThat(bench.tree.node("/q/n-0000000001")).isEmpty();
    }

    @Test
    void makesSureInTheNextSessionThatTheFormerOneLeftNothing() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        bench.end();
        close(registration);
        assertThat(registration.state()).isEqualTo(new Closing());
        bench.endings.put(S1, EndOutcome.CLOSED);
        bench.confirm(S2);
        bench.advance(Duration.ofSeconds(3));

        assertThat(registration.state()).isEqualTo(new Closed());
        assertThat(bench.tree.node("/a")).isEmpty();
    }

    @Test
    void deletesAnOrphanOfItsFormerSession() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        bench.end();
        close(registration);
        bench.confirm(S2);
        bench.advance(GHOST_LIFE.minusMillis(1));
        assertThat(bench.tree.node("/a")).isPresent();

        bench.advance(Duration.ofSeconds(3));

        assertThat(registration.state()).isEqualTo(new Closed());
        assertThat(bench.tree.node("/a")).isEmpty();
    }

    @Test
    void closingTwiceIsClosingOnce() {
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        var unused = registration.closeAsync();
        close(registration);
        close(registration);

        assertThat(registration.state()).isEqualTo(new Closed());
        assertThat(bench.tree.count(Call.DELETE)).isEqualTo(1);
    }

    @Test
    void aRegistrationThatFailedStaysFailed() {
        bench.put("/a", FOREIGN, "broker-8");
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        RegistrationState failed = registration.state();
        close(registration);

        assertThat(registration.state()).isEqualTo(failed);
        assertThat(registration.ended()).isCompleted();
    }

    /** Found by the explorer: our server shows somebody's old node, all others hold the one that our create has made. */
    @Test
    void deletesItsOwnNodeOnTheOtherServersIfItsOwnServerShowsAnother() {
        Znode stale = bench.put("/a", FOREIGN, "broker-8");
        bench.replicas(
                new ReplicaView("zk1:2181", true, Optional.of(new Identity(new SessionId(FOREIGN), stale.czxid(), 0))),
                new ReplicaView("zk2:2181", true, Optional.of(new Identity(new SessionId(S1), 0x777, 0))));
        bench.confirm(S1);
        Registration registration =
                bench.registrations.register("/a", () -> bytes("v0"), RegistrationOptions.defaults(), Runnable::run);
        bench.time.runDue(); // the create is under way
        close(registration);
        bench.advance(Duration.ofSeconds(1));

        assertThat(bench.tree.takeRequests()).containsSubsequence("CREATE /a", "DELETE /a", "MULTI /a,/a");
        assertThat(registration.state()).isEqualTo(new Closed());
    }

    @Test
    void leavesAnothersNodeAloneOnceEveryServerHasShownIt() {
        Znode foreign = bench.put("/a", FOREIGN, "broker-8");
        Identity held = new Identity(new SessionId(FOREIGN), foreign.czxid(), 0);
        bench.replicas(
                new ReplicaView("zk1:2181", true, Optional.of(held)),
                new ReplicaView("zk2:2181", true, Optional.of(held)));
        bench.confirm(S1);
        Registration registration = bench.register(
                "/a", RegistrationOptions.builder().waitForForeign().build());
        close(registration);

        assertThat(registration.state()).isEqualTo(new Closed());
        assertThat(bench.tree.node("/a").map(Znode::czxid)).contains(foreign.czxid());
    }

    /** Found by the explorer: a take-over takes several round trips, and the look for what is left overtakes the last. */
    @Test
    void endsATakeOverThatIsUnderWay() {
        bench.put("/a", FOREIGN, RegistrationBench.MEMBER);
        bench.tree.put("/guard", new byte[0], 0);
        bench.confirm(S1);
        Registration registration = bench.register(
                "/a",
                RegistrationOptions.builder().takeOverUnknownGhosts("/guard").build());
        bench.tree.pass(Call.EXISTS); // of the node when its time is up, and when every server was asked
        bench.tree.pass(Call.EXISTS);
        bench.tree.after(Call.EXISTS, () -> {
            var unused = registration.closeAsync(); // while the guard is read
        });
        bench.advance(GHOST_LIFE.plusSeconds(1));

        assertThat(registration.state()).isEqualTo(new Closed());
        assertThat(bench.tree.node("/a").map(Znode::owner)).contains(FOREIGN);
    }

    private void close(Registration registration) {
        var unused = registration.closeAsync();
        bench.settle();
    }
}
