// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import static io.holdfast.internal.registration.RegistrationBench.FOREIGN;
import static io.holdfast.internal.registration.RegistrationBench.GHOST_LIFE;
import static io.holdfast.internal.registration.RegistrationBench.MEMBER;
import static io.holdfast.internal.registration.RegistrationBench.S1;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.error.HoldfastException;
import io.holdfast.error.OwnershipConflictException;
import io.holdfast.event.HoldfastEvent;
import io.holdfast.internal.ownership.ReplicaView;
import io.holdfast.internal.ownership.ReplicaView.Identity;
import io.holdfast.internal.session.EndOutcome;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState.Failed;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.registration.RegistrationState.Waiting;
import io.holdfast.session.LittleTree.Call;
import io.holdfast.session.SessionId;
import io.holdfast.session.Znode;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a registration does when its create is answered NodeExists, for each owner that the node can have. */
class RegistrationDriverVerdictTest {

    private static final long GHOST = 0x50;
    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final RegistrationOptions WAITING =
            RegistrationOptions.builder().waitForForeign().build();
    private static final RegistrationOptions GUARDED =
            RegistrationOptions.builder().takeOverUnknownGhosts("/guards/a").build();

    private final RegistrationBench bench = new RegistrationBench();

    @Test
    void endsTheSessionOfAKnownGhostInsteadOfWaiting() {
        bench.remember(GHOST);
        bench.put("/a", GHOST, MEMBER);
        bench.endings.put(GHOST, EndOutcome.CLOSED);
        bench.confirm(S1);

        Registration registration = bench.register("/a");

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.ended).containsExactly(new SessionId(GHOST));
        assertThat(bench.time.elapsed()).isZero();
    }

    @Test
    void takesTheNodeOfAnExpiredSessionOverUnderItsMarkerWithoutWaiting() {
        bench.remember(GHOST);
        bench.earlier.marked(new SessionId(GHOST), "/marker");
        bench.put("/marker", GHOST, MEMBER);
        bench.put("/a", GHOST, MEMBER);
        bench.confirm(S1);

        Registration registration = bench.register("/a");

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.ended).isEmpty();
        assertThat(bench.tree.takeRequests()).contains("MULTI /marker,/a,/a");
        assertThat(bench.time.elapsed()).isZero();
    }

    @Test
    void waitsForTheCloseOnceTheMarkerIsGone() {
        bench.remember(GHOST);
        bench.earlier.marked(new SessionId(GHOST), "/marker");
        bench.put("/a", GHOST, MEMBER);
        bench.endings.put(GHOST, EndOutcome.CLOSED);
        bench.confirm(S1);

        Registration registration = bench.register("/a");

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.ended).containsExactly(new SessionId(GHOST));
        assertThat(bench.tree.takeRequests())
                .filteredOn("MULTI /marker,/a,/a"::equals)
                .as("tried once")
                .hasSize(1);
    }

    @Test
    void waitsVisiblyForTheEndOfAGhostThatTheEnsembleCallsExpired() {
        bench.remember(GHOST);
        bench.put("/a", GHOST, MEMBER);
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        bench.advance(Duration.ofSeconds(3));

        assertThat(registration.state()).isInstanceOfSatisfying(Waiting.class, waiting -> {
            assertThat(waiting.what()).contains("0x50");
            assertThat(waiting.until()).contains(GHOST_LIFE);
        });
        bench.tree.deleteAllOf(GHOST);
        bench.settle();
        assertThat(registration.state()).isInstanceOf(Registered.class);
    }

    @Test
    void replacesAnOrphanOnlyWhenItsLifeIsOverAndAllServersWereAsked() {
        bench.remember(GHOST);
        Znode orphan = bench.put("/a", GHOST, MEMBER);
        bench.confirm(S1);
        Registration registration = bench.register("/a");

        bench.advance(GHOST_LIFE.minus(MOMENT));
        assertThat(bench.tree.node("/a")).map(Znode::czxid).contains(orphan.czxid());
        assertThat(bench.tree.count(Call.MULTI)).isZero();
        assertThat(bench.ended).as("attached again and again").hasSizeGreaterThan(3);

        bench.advance(Duration.ofSeconds(2));
        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.tree.node("/a").orElseThrow().owner()).isEqualTo(S1);
    }

    @Test
    void doesNotReplaceWhatChangedHandsBeforeTheTransaction() {
        bench.remember(GHOST);
        bench.put("/a", GHOST, MEMBER);
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        bench.tree.before(Call.MULTI, () -> {
            bench.tree.remove("/a");
            bench.put("/a", FOREIGN, "broker-8");
            bench.tree.overwrite("/a", bench.tree.node("/a").orElseThrow().data());
        });

        bench.advance(GHOST_LIFE.plusSeconds(2));

        assertThat(bench.tree.node("/a").orElseThrow().owner()).isEqualTo(FOREIGN);
        assertThat(error(registration)).isInstanceOf(OwnershipConflictException.class);
    }

    @Test
    void neverReplacesTheNodeOfASessionThatCouldNotBeReached() {
        bench.remember(GHOST);
        bench.put("/a", GHOST, MEMBER);
        bench.endings.put(GHOST, EndOutcome.UNREACHABLE);
        bench.confirm(S1);
        Registration registration = bench.register("/a");

        bench.advance(Duration.ofMinutes(2));

        assertThat(registration.state()).isInstanceOf(Waiting.class);
        assertThat(bench.tree.node("/a").orElseThrow().owner()).isEqualTo(GHOST);
        bench.endings.put(GHOST, EndOutcome.CLOSED);
        bench.advance(Duration.ofSeconds(3));
        assertThat(registration.state()).isInstanceOf(Registered.class);
    }

    @Test
    void waitsForAnUnknownSessionOfItsOwnMemberForAsLongAsItTakes() {
        bench.put("/a", GHOST, MEMBER);
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        bench.advance(Duration.ofMinutes(5));

        assertThat(registration.state()).isInstanceOfSatisfying(Waiting.class, waiting -> {
            assertThat(waiting.what()).contains("broker-7", "0x50", "a second process with the same id");
            assertThat(waiting.until()).isEmpty();
        });
        assertThat(bench.ended).as("somebody else's session").isEmpty();

        bench.tree.deleteAllOf(GHOST);
        bench.settle();
        assertThat(registration.state()).isInstanceOf(Registered.class);
    }

    @Test
    void takesAnUnknownGhostOverUnderItsGuard() {
        bench.put("/a", GHOST, MEMBER);
        bench.confirm(S1);
        Registration registration = bench.register("/a", GUARDED);
        bench.advance(GHOST_LIFE.minus(MOMENT));
        assertThat(registration.state()).isInstanceOf(Waiting.class);

        bench.advance(MOMENT.multipliedBy(2));

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.tree.node("/guards/a").orElseThrow().version()).isEqualTo(1);
        assertThat(bench.tree.node("/guards/a").orElseThrow().owner()).isZero();
    }

    @Test
    void takesNothingOverThatChangedHandsAfterTheGuardWasRead() {
        bench.put("/a", GHOST, MEMBER);
        bench.confirm(S1);
        Registration registration = bench.register("/a", GUARDED);
        bench.tree.before(Call.MULTI, () -> {
            bench.tree.remove("/a");
            bench.put("/a", 0x60, MEMBER);
            bench.tree.overwrite("/guards/a", new byte[0]);
        });

        bench.advance(GHOST_LIFE.plus(MOMENT));

        assertThat(bench.tree.node("/a").orElseThrow().owner()).isEqualTo(0x60);
        assertThat(registration.state()).isInstanceOfSatisfying(Waiting.class, waiting -> assertThat(waiting.waited())
                .as("another node is another encounter")
                .isLessThan(Duration.ofSeconds(1)));
    }

    @Test
    void anotherMembersNodeIsAConflictThatNamesItsOwner() {
        bench.put("/a", FOREIGN, "broker-8");
        bench.confirm(S1);

        assertThat(error(bench.register("/a"))).isInstanceOfSatisfying(OwnershipConflictException.class, conflict -> {
            assertThat(conflict.path()).isEqualTo("/a");
            assertThat(conflict.ownerSessionId()).isEqualTo(FOREIGN);
            assertThat(conflict).hasMessageContaining("broker-8").hasMessageContaining("0x99");
        });
        assertThat(bench.tree.node("/a").orElseThrow().owner()).isEqualTo(FOREIGN);
    }

    @Test
    void waitsForAnotherMemberIfItIsToldTo() {
        bench.put("/a", FOREIGN, "broker-8");
        bench.confirm(S1);
        Registration registration = bench.register("/a", WAITING);
        bench.advance(Duration.ofMinutes(5));
        assertThat(registration.state()).isInstanceOf(Waiting.class);
        assertThat(bench.tree.count(Call.CREATE)).isEqualTo(1);

        bench.tree.remove("/a");
        bench.settle();

        assertThat(registration.state()).isInstanceOf(Registered.class);
    }

    @Test
    void waitsNoLongerThanItsLimit() {
        bench.put("/a", FOREIGN, "broker-8");
        bench.confirm(S1);
        Registration registration = bench.register(
                "/a",
                RegistrationOptions.builder()
                        .waitForForeign()
                        .waitLimit(Duration.ofSeconds(3))
                        .build());
        bench.advance(Duration.ofSeconds(3).minus(MOMENT));
        assertThat(registration.state()).isInstanceOf(Waiting.class);

        bench.advance(MOMENT);

        assertThat(error(registration)).hasMessageContaining("still there after 3000 ms");
    }

    @Test
    void aNodeThatReplacesTheOneWaitedForIsWaitedForAnew() {
        bench.put("/a", FOREIGN, "broker-8");
        bench.confirm(S1);
        Registration registration = bench.register("/a", WAITING);
        bench.advance(Duration.ofSeconds(5));

        bench.tree.remove("/a");
        bench.put("/a", 0x60, "broker-9");
        bench.settle();

        assertThat(registration.state()).isInstanceOfSatisfying(Waiting.class, waiting -> {
            assertThat(waiting.what()).contains("broker-9");
            assertThat(waiting.waited()).isZero();
        });
    }

    @Test
    void aPersistentNodeIsAConflictAndIsNotTouched() {
        Znode persistent = bench.tree.put("/a", new byte[] {7}, 0);
        bench.confirm(S1);

        assertThat(error(bench.register("/a", WAITING)))
                .isInstanceOf(OwnershipConflictException.class)
                .hasMessageContaining("not ephemeral");
        assertThat(bench.tree.node("/a")).map(Znode::czxid).contains(persistent.czxid());
    }

    @Test
    void aNodeThatAnotherUserOfTheSessionMadeIsAConflict() {
        bench.put("/a", S1, MEMBER);
        bench.confirm(S1);

        assertThat(error(bench.register("/a", WAITING)))
                .isInstanceOf(OwnershipConflictException.class)
                .hasMessageContaining("this very session 0x51");
    }

    @Test
    void clearsAPathThatServersDisagreeAboutAndReportsEachThatDiffers() {
        Znode stale = bench.put("/a", FOREIGN, "broker-8");
        Identity seen = new Identity(new SessionId(FOREIGN), stale.czxid(), 0);
        bench.replicas(
                new ReplicaView("zk1:2181", true, Optional.of(seen)),
                new ReplicaView("zk2:2181", true, Optional.empty()),
                new ReplicaView("zk3:2181", false, Optional.empty()));
        bench.tree.before(Call.MULTI, () -> bench.tree.remove("/a")); // the leader does not hold it
        bench.confirm(S1);

        Registration registration = bench.register("/a");
        bench.advance(Duration.ofSeconds(1));

        assertThat(registration.state()).isInstanceOf(Registered.class);
        assertThat(bench.events(HoldfastEvent.ReplicasDiverge.class))
                .singleElement()
                .matches(event -> event.server().equals("zk1:2181")
                        && event.servers().contains("zk2:2181: absent")
                        && event.servers().contains("zk3:2181: no answer"));
    }

    @Test
    void deletesItsOwnNodeOnTheOtherServersBeforeItClearsThePath() {
        Znode stale = bench.put("/a", FOREIGN, "broker-8");
        bench.replicas(
                new ReplicaView("zk1:2181", true, Optional.of(new Identity(new SessionId(FOREIGN), stale.czxid(), 0))),
                new ReplicaView("zk2:2181", true, Optional.of(new Identity(new SessionId(S1), 0x777, 0))));
        bench.confirm(S1);
        bench.register("/a");

        assertThat(bench.tree.takeRequests()).containsSubsequence("DELETE /a", "MULTI /a,/a");
    }

    @Test
    void healsADivergenceThatStaysWithGrowingPauses() {
        Znode stale = bench.put("/a", FOREIGN, "broker-8");
        bench.replicas(
                new ReplicaView("zk1:2181", true, Optional.of(new Identity(new SessionId(FOREIGN), stale.czxid(), 0))),
                new ReplicaView("zk2:2181", true, Optional.empty()));
        bench.confirm(S1);
        Registration registration = bench.register("/a");
        bench.advance(Duration.ofMinutes(1));

        assertThat(bench.tree.count(Call.MULTI)).isBetween(10L, 22L);
        assertThat(registration.state()).isNotInstanceOf(Failed.class);
    }

    private static HoldfastException error(Registration registration) {
        assertThat(registration.state()).isInstanceOf(Failed.class);
        return ((Failed) registration.state()).error();
    }
}
