// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.guarantees.support.Evidence;
import io.holdfast.guarantees.support.Member;
import io.holdfast.registration.Registration;
import io.holdfast.session.PaceSettings;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.proxy.RecordedRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two of three servers stand still and the third does not know: it goes on granting local sessions, none of which can be
 * confirmed.
 */
class OutageEndsInAnErrorInTimeIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Duration OUTAGE = Duration.ofSeconds(10);
    private static final int MEMBERS = 4;

    /** So short that a client which asked again at once would ask for 25 sessions in the outage. */
    private static final Duration CONFIRM_TIMEOUT = Duration.ofMillis(400);

    /** The default but for its longest pauses, which a test cannot wait for. */
    private static final PaceSettings PACE =
            new PaceSettings(Duration.ofMillis(250), Duration.ofSeconds(4), 0.5, 6, Duration.ofSeconds(4));

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(
            Ensemble.builder().syncLimit(60).localSessions(true).localSessionsUpgrading(true));

    private final Ensemble ensemble = SERVERS.ensemble();

    @Test
    void nothingHangsFewSessionsAreOpenedAndAllIsWellAfterwards(TestReporter reporter) throws InterruptedException {
        Server third = ensemble.followers().get(0);
        FaultProxy proxy = third.proxy();
        List<Member> members = new ArrayList<>();
        try (OwnerObserver observer = OwnerObserver.of(ensemble)) {
            pauseAllBut(third);
            long began = System.nanoTime();
            for (int i = 0; i < MEMBERS; i++) {
                observer.watch("/outage-" + i);
                members.add(Member.start(
                        proxy.connectString(), "outage-" + i, settings -> settings.confirmTimeout(CONFIRM_TIMEOUT)
                                .pace(PACE)));
            }
            Member one = members.get(0);
            failsIn(Duration.ofSeconds(3), () -> one.client().awaitConfirmed(Duration.ofSeconds(3)))
                    .hasMessageContaining("3000 ms")
                    .hasMessageContaining(proxy.connectString())
                    .hasMessageContaining("keeps trying");
            Registration registration = one.register("/outage-0");
            failsIn(Duration.ofSeconds(1), () -> registration.awaitRegistered(Duration.ofSeconds(1)))
                    .hasMessageContaining("/outage-0");
            for (int i = 1; i < MEMBERS; i++) {
                members.get(i).register("/outage-" + i);
            }
            await().pollDelay(OUTAGE.minusNanos(System.nanoTime() - began))
                    .atMost(PATIENCE)
                    .until(() -> true);

            List<Integer> opened =
                    members.stream().map(member -> sessionsOf(member, proxy)).toList();
            reporter.publishEntry("sessions opened by each client in " + OUTAGE, String.valueOf(opened));
            assertThat(opened)
                    .as("without a growing pause it would be one every " + CONFIRM_TIMEOUT)
                    .allMatch(number -> number >= 2 && number <= 10);
            resumeAll();

            for (int i = 0; i < MEMBERS; i++) {
                members.get(i).awaitRegistered(PATIENCE);
                observer.awaitOwner("/outage-" + i, members.get(i).session(), PATIENCE);
                Evidence.requireTruth(members.get(i), observer);
                Evidence.nothingIsCreatedUnconfirmed(members.get(i), ensemble);
            }
        } finally {
            members.forEach(Member::close);
        }
    }

    @Test
    void aRegisteredNodeIsKeptOrCreatedAgainAfterTheOutage() throws InterruptedException {
        Server third = ensemble.followers().get(0);
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/through");
                Member member = Member.start(ensemble.proxiedConnectString(), "through")) {
            Registration registration = member.register("/through");
            member.awaitRegistered(PATIENCE);
            pauseAllBut(third);
            ensemble.proxies().forEach(FaultProxy::cut);

            await().pollDelay(Member.GHOST_LIFE).atMost(PATIENCE).until(() -> true);
            failsIn(Duration.ofSeconds(1), () -> registration.awaitRegistered(Duration.ofSeconds(1)))
                    .hasMessageContaining("/through");
            resumeAll();

            member.awaitRegistered(PATIENCE);
            observer.awaitOwner("/through", member.session(), PATIENCE);
            await().during(Member.GHOST_LIFE).atMost(PATIENCE).untilAsserted(() -> assertThat(
                            observer.ownerNow("/through").values())
                    .as(observer.toText())
                    .allMatch(seen -> seen.isOwnedBy(member.session())));
            Evidence.requireTruth(member, observer);
        }
    }

    @Test
    void anEnsembleThatCannotBeReachedIsNamedInTheError() throws InterruptedException {
        ensemble.proxies().forEach(FaultProxy::refuse);
        try (Member member = Member.start(ensemble.proxiedConnectString(), "unreachable")) {
            failsIn(Duration.ofSeconds(1), () -> member.client().awaitConfirmed(Duration.ofSeconds(1)))
                    .hasMessageContaining(ensemble.proxiedConnectString())
                    .hasMessageContaining("no server answers");
            ensemble.proxies().forEach(FaultProxy::accept);

            assertThat(member.client().awaitConfirmed(PATIENCE).id().value()).isEqualTo(member.session());
        }
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> failsIn(Duration limit, ThrowingCallable call) {
        long began = System.nanoTime();
        AbstractThrowableAssert<?, ? extends Throwable> failure =
                assertThatThrownBy(call).isInstanceOf(SessionNotConfirmedException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(limit, limit.plusMillis(700));
        return failure;
    }

    private static int sessionsOf(Member member, FaultProxy proxy) {
        long onTheWire = proxy.requests().stream()
                .map(RecordedRequest::sessionId)
                .filter(member.diary().sessions()::contains)
                .distinct()
                .count();
        assertThat(member.diary().sessions()).hasSize((int) onTheWire);
        return (int) onTheWire;
    }

    private void pauseAllBut(Server third) {
        ensemble.servers().stream().filter(server -> server != third).forEach(Server::pause);
    }

    private void resumeAll() {
        ensemble.servers().forEach(Server::resume);
    }
}
