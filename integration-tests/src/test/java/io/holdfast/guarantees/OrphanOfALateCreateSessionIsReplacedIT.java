// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.ephemeral.Registration;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Release;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.peer.OrdinaryClient;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.wire.OpCode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The first original report step by step, on a release whose leader puts a session back into its tracker when it applies
 * createSession, however late (H1, before 3.4.4). The leader answers probes before it has applied what they prove, so no
 * client can prevent the orphan; ours replaces it.
 */
class OrphanOfALateCreateSessionIsReplacedIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String APPLY_CREATE = "apply-create";
    private static final String APPLY_CLOSE = "apply-close";

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Ensemble.builder()
            .release(Release.of("3.3.4"))
            .syncLimit(60)
            .byteman(Rules.DROP_TOUCHES)
            .byteman(apply(APPLY_CREATE, -10), apply(APPLY_CLOSE, -11)));

    private final Ensemble ensemble = SERVERS.ensemble();

    @Test
    void anOrdinaryClientLeavesTheOrphanForGood() throws InterruptedException {
        String path = "/ordinary";
        FaultProxy proxy = ensemble.followers().get(0).proxy();
        proxy.toServer().hold(OpCode.CREATE);
        Gate late = ensemble.leader().gate(APPLY_CREATE);
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
            await().during(Member.GHOST_LIFE.multipliedBy(2)).atMost(PATIENCE).untilAsserted(() -> assertThat(
                            observer.ownerNow(path).values())
                    .as(observer.toText())
                    .allMatch(seen -> seen.isOwnedBy(orphaned)));
        }
    }

    @Test
    void oursReplacesItWhenItIsOverdue() throws InterruptedException {
        String path = "/holdfast";
        FaultProxy proxy = ensemble.followers().get(0).proxy();
        Gate late = ensemble.leader().gate(APPLY_CREATE);
        late.close();
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch(path);
                Member member =
                        Member.start(proxy.connectString(), "late", settings -> settings.serversBefore34(true))) {
            member.client().awaitConfirmed(PATIENCE);
            long orphaned = member.session();
            proxy.toServer().hold(OpCode.CREATE);
            int probes = proxy.count(OpCode.CREATE);
            Registration registration = member.register(path);
            proxy.awaitRequests(OpCode.CREATE, probes + 1, PATIENCE);

            createBetweenTheCloseAndItsCommit(orphaned, late, path, observer);
            observer.awaitOwner(path, orphaned, PATIENCE);
            long seen = System.nanoTime();

            registration.awaitRegistered(PATIENCE);
            observer.awaitOwner(path, member.session(), PATIENCE);
            assertThat(member.session()).isNotEqualTo(orphaned);
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

    /** Steps 2 to 7 of the report; the create waits in the proxy. */
    private void createBetweenTheCloseAndItsCommit(long session, Gate late, String path, OwnerObserver observer)
            throws InterruptedException {
        Server leader = ensemble.leader();
        Gate closeAtLeader = leader.gate(APPLY_CLOSE);
        Gate closeAtFollower = ensemble.followers().get(0).gate(APPLY_CLOSE);
        closeAtLeader.closeFor(session);
        closeAtFollower.closeFor(session);
        Gate touches = ensemble.gate(Rules.DROP_TOUCHES);
        touches.closeFor(session);
        closeAtFollower.awaitReached(session, PATIENCE);
        late.open();
        closeAtLeader.awaitReached(session, PATIENCE);
        ensemble.followers().get(0).proxy().toServer().release();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(observer.ownerNow(path).values())
                        .as("the third server, which nothing holds, has applied the close and the create behind it")
                        .anyMatch(seen -> seen.isOwnedBy(session)));
        closeAtLeader.open();
        closeAtFollower.open();
        touches.open();
    }

    /** Before 3.5 a request has a field where later ones have a method. */
    private static String apply(String gate, int type) {
        return """
                RULE %s
                CLASS org.apache.zookeeper.server.FinalRequestProcessor
                METHOD processRequest(Request)
                HELPER io.holdfast.testing.gate.ServerGate
                AT ENTRY
                IF $1.type == %d && $1.hdr != null
                DO pass("%s", $1.sessionId)
                ENDRULE
                """.formatted(gate, type, gate);
    }
}
