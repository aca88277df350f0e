// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.event.HoldfastEvent.SessionChanged;
import io.holdfast.guarantees.support.Evidence;
import io.holdfast.guarantees.support.Member;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.OwnerObserver;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A client comes back with its session to a server that has not applied the session's createSession: it is let in, and all
 * it asks is dropped without an answer (H10).
 */
class SilentServerIsLeftIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Long enough that a machine which stands still for some seconds does not end the session before its client does. */
    private static final Duration SESSION_TIMEOUT = Member.SESSION_TIMEOUT.multipliedBy(3);

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Ensemble.builder()
            .syncLimit(60)
            .localSessions(true)
            .localSessionsUpgrading(true)
            .byteman(Rules.HOLD_APPLY_OF_CREATE_SESSION));

    private final Ensemble ensemble = SERVERS.ensemble();

    @Test
    void theClientTakesAFreshHandleAndRegistersWhereItIsAnswered() throws InterruptedException {
        Server leader = ensemble.leader();
        Server first = ensemble.followers().get(0);
        Server silent = ensemble.followers().get(1);
        leader.proxy().refuse();
        silent.proxy().refuse();
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/silent");
                Member member = Member.start(
                        ensemble.proxiedConnectString(), "silent", with -> with.sessionTimeout(SESSION_TIMEOUT))) {
            await().atMost(PATIENCE).until(() -> member.session() != 0);
            long session = member.session();
            first.gate(Rules.HOLD_APPLY_OF_CREATE_SESSION).closeFor(session);
            silent.gate(Rules.HOLD_APPLY_OF_CREATE_SESSION).closeFor(session);
            member.register("/silent");
            first.gate(Rules.HOLD_APPLY_OF_CREATE_SESSION).awaitReached(session, PATIENCE);
            silent.gate(Rules.HOLD_APPLY_OF_CREATE_SESSION).awaitReached(session, PATIENCE);
            await("the leader, which is asked when the client moves, has the session")
                    .atMost(PATIENCE)
                    .until(() -> leader.fourLetterWord("dump").contains(Long.toHexString(session)));

            silent.proxy().accept();
            first.proxy().refuse();
            await().atMost(PATIENCE).until(() -> isAskedBy(silent, session));
            long asked = System.nanoTime();
            await().atMost(PATIENCE).until(() -> member.diary().endOf(session).isPresent());

            assertThat(Duration.ofNanos(member.diary().endOf(session).getAsLong() - asked))
                    .as("it waits for an answer for two thirds of the timeout at most\n" + member.diary())
                    .isLessThan(SESSION_TIMEOUT);
            assertThat(member.diary().events(SessionChanged.class))
                    .anyMatch(change ->
                            change.sessionId() == session && change.cause().contains("not answered"));
            leader.proxy().accept();
            silent.proxy().refuse();
            member.awaitRegistered(PATIENCE);
            assertThat(member.session()).isNotEqualTo(session);
            assertThat(silent.gate(Rules.HOLD_APPLY_OF_CREATE_SESSION).waiting())
                    .as("the others are still behind")
                    .contains(session);
            first.gate(Rules.HOLD_APPLY_OF_CREATE_SESSION).open();
            silent.gate(Rules.HOLD_APPLY_OF_CREATE_SESSION).open();

            observer.awaitOwner("/silent", member.session(), PATIENCE);
            await().during(SESSION_TIMEOUT.plus(Member.TICK.multipliedBy(2)))
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(observer.ownerNow("/silent").values())
                            .as(observer.toText())
                            .allMatch(seen -> seen.isOwnedBy(member.session())));
            Evidence.requireTruth(member, observer);
            Evidence.nothingIsCreatedUnconfirmed(member, ensemble);
        }
    }

    private static boolean isAskedBy(Server server, long session) {
        return server.proxy().requests().stream()
                .anyMatch(request -> request.sessionId() == session && Evidence.isProbe(request));
    }
}
