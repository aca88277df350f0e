// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.session;

import static io.holdfast.guarantees.support.SmallTicks.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.HoldfastClient;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.session.Safety;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Sighting;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A follower tells the leader of its clients only when the leader asks, each half tick. If it stops right after it has
 * answered a write, the leader counts the session from what it was told before.
 */
class DeadlineHoldsWhenAServerStopsIT {

    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(9);

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Ensemble.builder());

    private final Ensemble ensemble = SERVERS.ensemble();

    @Test
    void theLeaderExpiresNoSessionThatIsStillSafe(TestReporter reporter) throws Exception {
        Server follower = ensemble.followers().get(0);
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/deadline");
                HoldfastClient client = SmallTicks.member(follower.connectString(), "deadline")
                        .sessionTimeout(SESSION_TIMEOUT)
                        .build()
                        .start();
                Safety safety = client.awaitConfirmed(PATIENCE).safety()) {
            client.register("/deadline", new byte[0]).awaitRegistered(PATIENCE);
            observer.awaitOwner("/deadline", SmallTicks.session(client), PATIENCE);
            awaitAnsweredHeartbeat(safety);
            awaitAnsweredHeartbeat(safety);

            follower.pause();
            long safeUntil = System.nanoTime() + safety.remaining().toNanos();

            observer.awaitAbsent("/deadline", PATIENCE);
            long expired = observer.history("/deadline").stream()
                    .filter(seen -> seen.state() == Sighting.State.ABSENT)
                    .mapToLong(Sighting::nanoTime)
                    .max()
                    .orElseThrow();
            reporter.publishEntry(
                    "its nodes went",
                    Duration.ofNanos(expired - safeUntil).toMillis() + " ms after the client had stopped to be safe");
            assertThat(expired - safeUntil)
                    .as("nodes deleted after the deadline\n%s", observer.toText())
                    .isPositive();
        } finally {
            ensemble.heal();
        }
    }

    /** Returns right after the deadline has moved on. */
    private static void awaitAnsweredHeartbeat(Safety safety) {
        Duration[] last = {safety.remaining()};
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(PATIENCE)
                .until(() -> {
                    Duration now = safety.remaining();
                    boolean hasMoved = now.compareTo(last[0]) > 0;
                    last[0] = now;
                    return hasMoved;
                });
    }
}
