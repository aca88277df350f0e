// SPDX-License-Identifier: Apache-2.0
package io.holdfast.hazards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.guarantees.support.Evidence;
import io.holdfast.guarantees.support.Member;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.registration.Registration;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.peer.Belief;
import io.holdfast.testing.peer.OrdinaryClient;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.wire.OpCode;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The first original report step by step, on releases whose leader puts a session back into its tracker when it applies
 * createSession, however late (H1, before 3.4.4), and on one whose leader does not. Theirs answers probes before it has applied
 * what they prove, so no client can prevent the orphan; ours replaces it.
 */
@ParameterizedClass(name = "ZooKeeper {0}")
@ValueSource(strings = {"3.3.4", "3.4.3", "3.4.5", "3.4.14"})
class OrphanOfALateCreateSessionIsReplacedIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static Ensemble ensemble;

    @Parameter
    String release;

    @BeforeParameterizedClassInvocation
    static void start(String release) throws InterruptedException {
        ensemble = Places.ensembleOf(release)
                .byteman(
                        Rules.DROP_TOUCHES,
                        Places.CREATE_PREPARED,
                        Places.applyOfCreateSession(release),
                        Places.applyOfCloseSession(release))
                .start();
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        ensemble.close();
    }

    @BeforeEach
    void heal() throws InterruptedException {
        ensemble.heal();
        ensemble.proxies().forEach(FaultProxy::resetCounts);
    }

    @Test
    void anOrdinaryClientLeavesTheOrphanForGoodWhereThereIsOne() throws InterruptedException {
        String path = "/ordinary";
        FaultProxy proxy = ensemble.followers().get(0).proxy();
        proxy.toServer().hold(OpCode.CREATE);
        Gate late = ensemble.leader().gate(Places.applyOfCreateSession(release));
        late.close();
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch(path);
                OrdinaryClient client = OrdinaryClient.connectingTo(proxy.connectString())
                        .registering(path)
                        .sessionTimeout(Member.SESSION_TIMEOUT)
                        .start()) {
            proxy.awaitRequests(OpCode.CREATE, 1, PATIENCE);
            long orphaned = client.sessionId();

            createBetweenTheCloseAndItsCommit(orphaned, late, path, observer);

            client.awaitRegisteredAfter(orphaned, PATIENCE);
            long owner = leaks() ? orphaned : client.sessionId();
            observer.awaitOwner(path, owner, PATIENCE);
            await().during(Member.GHOST_LIFE).atMost(PATIENCE).untilAsserted(() -> assertThat(
                            observer.ownerNow(path).values())
                    .as(observer.toText())
                    .allMatch(seen -> seen.isOwnedBy(owner)));
            WhatServersDid.isWrittenDown("create-after-close-prepared", release, outcome());
        }
    }

    @Test
    void oursReplacesItWhenItIsOverdueAndHasNothingToReplaceOtherwise() throws InterruptedException {
        String path = "/holdfast";
        FaultProxy proxy = ensemble.followers().get(0).proxy();
        Gate late = ensemble.leader().gate(Places.applyOfCreateSession(release));
        late.close();
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch(path);
                Member member =
                        Member.start(proxy.connectString(), "late", settings -> settings.legacyServers(isSilent()))) {
            member.register("/before").awaitRegistered(PATIENCE);
            assertThat(late.waiting())
                    .as("the leader has yet to apply what both probes have proven")
                    .isNotEmpty();
            WhatServersDid.isWrittenDown("response-before-leader-applied", release, "answered");
            long orphaned = member.session();
            proxy.toServer().hold(OpCode.CREATE);
            int probes = proxy.count(OpCode.CREATE);
            Registration registration = member.register(path);
            proxy.awaitRequests(OpCode.CREATE, probes + 1, PATIENCE);

            createBetweenTheCloseAndItsCommit(orphaned, late, path, observer);
            if (leaks()) {
                observer.awaitOwner(path, orphaned, PATIENCE);
            }
            long seen = System.nanoTime();

            await().atMost(PATIENCE).until(() -> member.isRegistered() && member.session() != orphaned);
            assertThat(registration.awaitRegistered(PATIENCE).session().value()).isEqualTo(member.session());
            observer.awaitOwner(path, member.session(), PATIENCE);
            assertThat(observer.everySpanOf(path).stream().anyMatch(span -> span.owner() == orphaned))
                    .as(observer.toText())
                    .isEqualTo(leaks());
            WhatServersDid.isWrittenDown("confirmed-twice-and-orphaned", release, outcome());
            assertThat(Duration.ofNanos(System.nanoTime() - seen))
                    .as(member.diary().toString())
                    .isLessThan(Member.GHOST_LIFE.plusSeconds(5));
            await().during(Member.GHOST_LIFE).atMost(PATIENCE).untilAsserted(() -> assertThat(
                            observer.ownerNow(path).values())
                    .as(observer.toText())
                    .allMatch(now -> now.isOwnedBy(member.session())));
            Evidence.claimsAreTrue(member, observer);
        }
    }

    /** The second report, of which every release is capable: a client goes on while its old session still lives. */
    @Test
    void anOrdinaryClientLosesTheNodeThatItMetForGoodAndOursEndsTheSessionFirst() throws InterruptedException {
        FaultProxy proxy = ensemble.followers().get(0).proxy();
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/met").watch("/ours-met");
                OrdinaryClient client = OrdinaryClient.connectingTo(proxy.connectString())
                        .registering("/met")
                        .sessionTimeout(Member.SESSION_TIMEOUT)
                        .start();
                Member member =
                        Member.start(proxy.connectString(), "met", settings -> settings.legacyServers(isSilent()))) {
            client.awaitRegistered(PATIENCE);
            member.register("/ours-met").awaitRegistered(PATIENCE);
            long old = client.sessionId();
            long ours = member.session();

            client.declareExpired();
            SmallTicks.declareExpired(member.client());

            client.awaitRegisteredAfter(old, PATIENCE);
            assertThat(client.belief("/met")).map(Belief::foundExisting).contains(true);
            observer.awaitAbsent("/met", PATIENCE);
            assertThat(client.belief("/met")).as("it does not know").isPresent();
            WhatServersDid.isWrittenDown("adopted-node-deleted-by-close", release, "gone");
            await().atMost(PATIENCE).until(() -> member.isRegistered() && member.session() != ours);
            observer.awaitOwner("/ours-met", member.session(), PATIENCE);
            Evidence.claimsAreTrue(member, observer);
        }
    }

    /** Steps 2 to 7 of the report; the create waits in the proxy. */
    private void createBetweenTheCloseAndItsCommit(long session, Gate late, String path, OwnerObserver observer)
            throws InterruptedException {
        Server leader = ensemble.leader();
        Gate closeAtLeader = leader.gate(Places.applyOfCloseSession(release));
        Gate closeAtFollower = ensemble.followers().get(0).gate(Places.applyOfCloseSession(release));
        closeAtLeader.closeFor(session);
        closeAtFollower.closeFor(session);
        Gate touches = ensemble.gate(Rules.DROP_TOUCHES);
        touches.closeFor(session);
        closeAtFollower.awaitReached(session, PATIENCE);
        late.open();
        closeAtLeader.awaitReached(session, PATIENCE);
        Gate prepared = leader.gate(Places.CREATE_PREPARED);
        prepared.closeFor(session);
        ensemble.followers().get(0).proxy().toServer().release();
        prepared.awaitReached(session, PATIENCE);
        if (leaks()) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(observer.ownerNow(path).values())
                            .as("the third server, which nothing holds, has applied the close and the create behind it")
                            .anyMatch(seen -> seen.isOwnedBy(session)));
        }
        closeAtLeader.open();
        closeAtFollower.open();
        touches.open();
    }

    /** Before 3.4.4. */
    private boolean leaks() {
        return release.equals("3.3.4") || release.equals("3.4.3");
    }

    /** Up to 3.4.5 servers leave what they do not know without an answer. */
    private boolean isSilent() {
        return !release.equals("3.4.14");
    }

    private String outcome() {
        return leaks() ? "orphan" : "refused";
    }
}
