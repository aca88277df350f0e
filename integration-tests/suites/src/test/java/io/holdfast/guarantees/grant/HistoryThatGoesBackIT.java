// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.error.HistoryWentBackException;
import io.holdfast.event.HoldfastEvent.HistoryWentBack;
import io.holdfast.guarantees.support.Member;
import io.holdfast.recipes.broker.BrokerRegistration;
import io.holdfast.recipes.broker.BrokerRegistry;
import io.holdfast.recipes.election.LeaderElection;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.lock.FencedLock;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.testing.ensemble.Ensemble;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An ensemble that has lost its data hands out old transaction ids again: no grant is made of them unless somebody accepts it. */
class HistoryThatGoesBackIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Ensemble ensemble;

    @BeforeEach
    void startOneServer() throws Exception {
        ensemble = Ensemble.builder().servers(1).start();
    }

    @AfterEach
    void stopIt() {
        ensemble.close();
    }

    @Test
    void grantsAreRefusedUntilItIsAcceptedAndRegistrationsGoOn() throws Exception {
        try (Member member = Member.start(ensemble.connectString(), "history");
                LeaderElection election = LeaderElection.queued(member.client(), "/election", new byte[0]);
                BrokerRegistration broker =
                        BrokerRegistry.at(member.client(), "/brokers").register(1, new byte[0])) {
            member.register("/node");
            member.awaitRegistered(PATIENCE);
            long epoch = broker.awaitRegistered(PATIENCE).token().value();
            long token;
            try (Grant grant = FencedLock.at(member.client(), "/lock").acquire()) {
                token = grant.token().value();
            }
            Grant term = election.campaign();
            long old = member.session();

            ensemble.server(1).restartWithoutData();

            await().atMost(PATIENCE).until(() -> member.session() != old && member.isRegistered());
            assertThat(term.isHeld()).isFalse();
            HistoryWentBack event = member.diary().events(HistoryWentBack.class).get(0);
            assertThat(event.highestZxid()).isGreaterThanOrEqualTo(token);
            assertThat(event.zxid()).isLessThan(event.highestZxid());
            assertThatExceptionOfType(HistoryWentBackException.class)
                    .isThrownBy(() -> FencedLock.at(member.client(), "/lock").acquire())
                    .withMessageContaining(Long.toHexString(event.highestZxid()))
                    .withMessageContaining("acceptHistory()");
            assertThatExceptionOfType(HistoryWentBackException.class).isThrownBy(election::campaign);
            await().atMost(PATIENCE).until(() -> broker.state() instanceof Registered);
            assertThat(broker.current()).isEmpty();

            member.client().acceptHistory();

            try (Grant grant = FencedLock.at(member.client(), "/lock").acquire()) {
                assertThat(grant.isHeld()).isTrue();
            }
            assertThat(broker.awaitRegistered(PATIENCE).token().value()).isNotEqualTo(epoch);
            assertThat(member.diary().events(HistoryWentBack.class)).hasSize(1);
        }
    }

    @Test
    void whoeverWaitsForAGrantIsToldToo() throws Exception {
        try (Member one = Member.start(ensemble.connectString(), "holds");
                Member two = Member.start(ensemble.connectString(), "waits")) {
            Grant held = FencedLock.at(one.client(), "/lock").acquire();
            CompletableFuture<Grant> waiting =
                    FencedLock.at(two.client(), "/lock").acquireAsync();

            ensemble.server(1).restartWithoutData();

            assertThat(waiting)
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withCauseInstanceOf(HistoryWentBackException.class);
            assertThat(held.isHeld()).isFalse();
        }
    }

    @Test
    void aRestartOfTheProcessIsNoWayAroundIt(@TempDir Path directory) throws Exception {
        Path journal = directory.resolve("journal");
        try (Member first = journaled(journal);
                Grant grant = FencedLock.at(first.client(), "/lock").acquire()) {
            assertThat(grant.isHeld()).isTrue();
        }

        ensemble.server(1).restartWithoutData();

        for (int run = 0; run < 2; run++) {
            try (Member next = journaled(journal)) {
                next.client().awaitConfirmed(PATIENCE);
                assertThatExceptionOfType(HistoryWentBackException.class)
                        .isThrownBy(() -> FencedLock.at(next.client(), "/lock").acquire());
            }
        }
        try (Member accepting = journaled(journal)) {
            accepting.client().awaitConfirmed(PATIENCE);
            accepting.client().acceptHistory();
        }
        try (Member last = journaled(journal);
                Grant grant = FencedLock.at(last.client(), "/lock").acquire()) {
            assertThat(grant.isHeld()).isTrue();
        }
    }

    private Member journaled(Path journal) {
        return Member.start(ensemble.connectString(), "journaled", settings -> settings.journal(journal));
    }
}
