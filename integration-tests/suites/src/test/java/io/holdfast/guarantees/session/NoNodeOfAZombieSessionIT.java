// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.guarantees.support.Evidence;
import io.holdfast.guarantees.support.Member;
import io.holdfast.hazards.WhatServersDid;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Release;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Sighting;
import io.holdfast.testing.peer.OrdinaryClient;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.wire.OpCode;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A leader of 3.5.x forgets a session that works on, so that nobody will ever end it (H13). What forces it is held at the
 * first ephemeral create of the session, which of an ordinary client is its node and of ours is the probe.
 */
class NoNodeOfAZombieSessionIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Ensemble.builder()
            .release(Release.of("3.5.10"))
            .localSessions(true)
            .localSessionsUpgrading(true)
            .byteman(Rules.ZOMBIE_HOLD_CREATE, Rules.ZOMBIE_HOLD_LOCAL_CLOSE));

    private final Ensemble ensemble = SERVERS.ensemble();

    @Test
    void anOrdinaryClientLeavesANodeThatStaysWithAnOwnerTheLeaderDoesNotKnow() throws Exception {
        Server leader = ensemble.leader();
        FaultProxy proxy = leader.proxy();
        String path = "/ordinary";
        proxy.toServer().hold(OpCode.CREATE);
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch(path);
                OrdinaryClient client = OrdinaryClient.connectingTo(proxy.connectString())
                        .registering(path)
                        .sessionTimeout(Member.SESSION_TIMEOUT)
                        .start()) {
            proxy.awaitRequests(OpCode.CREATE, 1, PATIENCE);
            long zombie = client.sessionId();
            Stall stall = new Stall(leader, zombie);
            proxy.toServer().release();
            stall.untilTheLocalCloseIsDecided(proxy::refuse);
            stall.letTheCreateGo();
            observer.awaitOwner(path, zombie, PATIENCE);
            stall.letTheCloseGo();

            awaitForgotten(leader, zombie);
            proxy.accept();
            client.awaitRegisteredAfter(zombie, PATIENCE);
            await().during(Member.GHOST_LIFE).atMost(PATIENCE).untilAsserted(() -> assertThat(
                            observer.ownerNow(path).values())
                    .as(observer.toText())
                    .allMatch(seen -> seen.isOwnedBy(zombie)));
            WhatServersDid.isWrittenDown("zombie-session", "3.5.10", "nodes-stand-unowned");
        }
    }

    @Test
    void oursLeavesNoneWhenTheConnectionIsGoneTheWholeTime() throws Exception {
        Server leader = ensemble.leader();
        stallTheProbe(leader, "/cut", leader.proxy()::refuse);
    }

    /** Our client comes back with the session while its probe is still held, and so takes part in the race to the end. */
    @Test
    void oursLeavesNoneWhenItKeepsComingBackWithTheStalledSession() throws Exception {
        stallTheProbe(ensemble.leader(), "/back", () -> {});
    }

    private void stallTheProbe(Server leader, String path, Runnable meanwhile) throws Exception {
        FaultProxy proxy = leader.proxy();
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch(path);
                Member member = Member.start(proxy.connectString(), "zombie")) {
            await().atMost(PATIENCE).until(() -> member.session() != 0);
            long zombie = member.session();
            Stall stall = new Stall(leader, zombie);
            member.register(path);
            stall.untilTheLocalCloseIsDecided(meanwhile);
            assertThat(proxy.requests())
                    .as("what is held is the probe, asked again whenever the client is back")
                    .filteredOn(request -> request.sessionId() == zombie && request.ephemeral())
                    .isNotEmpty()
                    .allMatch(Evidence::isProbe);
            stall.letTheCreateGo();
            awaitGlobal(ensemble.followers().get(0), zombie);
            stall.letTheCloseGo();
            awaitForgotten(leader, zombie);
            proxy.accept();

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(member.isRegistered() && member.session() != zombie)
                    .as(member.diary().toString())
                    .isTrue());

            observer.awaitOwner(path, member.session(), PATIENCE);
            await().during(Member.GHOST_LIFE).atMost(PATIENCE).untilAsserted(() -> {
                assertThat(observer.everySpanOf(path)).as(observer.toText()).allMatch(span -> span.owner() != zombie);
                assertThat(observer.ownerNow(path).values())
                        .as(observer.toText())
                        .allMatch(seen -> seen.isOwnedBy(member.session()));
            });
            Evidence.requireTruth(member, observer);
            Evidence.nothingIsCreatedUnconfirmed(member, ensemble);
        }
        requireThatNothingIsLeft(path);
    }

    private void requireThatNothingIsLeft(String path) throws InterruptedException {
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch(path)) {
            observer.awaitAbsent(path, PATIENCE);
            assertThat(observer.ownerNow(path).values()).allMatch(seen -> seen.state() == Sighting.State.ABSENT);
        }
    }

    /** By what the server has logged: our client may end the session before anybody can see it in a dump. */
    private static void awaitGlobal(Server follower, long session) {
        await("the probe has made the session global").atMost(PATIENCE).until(() -> follower.logTail(10_000)
                .contains("Adding global session 0x" + Long.toHexString(session)));
    }

    private static void awaitForgotten(Server leader, long session) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(trackedSessions(leader))
                .doesNotContain("0x" + Long.toHexString(session)));
    }

    /** The part of the dump that lists the sessions the tracker will expire, which ends before the ephemerals. */
    private static String trackedSessions(Server leader) throws IOException {
        String dump = leader.fourLetterWord("dump");
        return dump.substring(0, dump.indexOf("ephemeral nodes dump"));
    }

    /** The recipe, for one session. */
    private static final class Stall {

        private final long session;
        private final Gate create;
        private final Gate close;

        Stall(Server leader, long session) {
            this.session = session;
            this.create = leader.gate(Rules.ZOMBIE_HOLD_CREATE);
            this.close = leader.gate(Rules.ZOMBIE_HOLD_LOCAL_CLOSE);
            create.closeFor(session);
            close.closeFor(session);
        }

        void untilTheLocalCloseIsDecided(Runnable meanwhile) throws InterruptedException {
            create.awaitReached(session, PATIENCE);
            meanwhile.run();
            close.awaitReached(session, PATIENCE);
        }

        void letTheCreateGo() {
            create.open();
        }

        void letTheCloseGo() {
            close.open();
        }
    }
}
