// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.event.HoldfastEvent.SessionChanged;
import io.holdfast.guarantees.support.Member;
import io.holdfast.guarantees.support.Operator;
import io.holdfast.recipes.lock.FencedLock;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A list that is larger than jute.maxbuffer breaks the connection: it is refused, and everybody else is left in peace. */
class ListThatIsTooLongIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CHILDREN = 30_000;

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().servers(1));

    private final Ensemble ensemble = SERVERS.ensemble();

    @Test
    void whoWantsTheLockIsToldAndTheOthersAreDisturbedTwiceAtMost() throws Exception {
        try (Operator operator = new Operator(ensemble);
                Member member = Member.start(ensemble.connectString(), "disturbed")) {
            operator.create("/crowded");
            operator.createAll(IntStream.range(0, CHILDREN)
                    .mapToObj(number -> "/crowded/_c_" + UUID.randomUUID() + "-lock-%010d".formatted(number))
                    .toList());
            member.register("/other");
            member.awaitRegistered(PATIENCE);
            long before = suspensions(member);

            long begun = System.nanoTime();
            assertThatExceptionOfType(RefusedByEnsembleException.class)
                    .isThrownBy(() -> FencedLock.at(member.client(), "/crowded").tryAcquire(PATIENCE))
                    .withMessageContainingAll("/crowded", String.valueOf(CHILDREN + 1), "jute.maxbuffer");
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(PATIENCE.dividedBy(2));
            assertThat(suspensions(member) - before).isLessThanOrEqualTo(2);

            // another one is told at once, and disturbs nobody
            assertThatExceptionOfType(RefusedByEnsembleException.class)
                    .isThrownBy(() -> FencedLock.at(member.client(), "/crowded").tryAcquire(PATIENCE));
            assertThat(suspensions(member) - before).isLessThanOrEqualTo(2);
            member.awaitRegistered(PATIENCE);
        }
    }

    private static long suspensions(Member member) {
        return member.diary().events(SessionChanged.class).stream()
                .filter(change -> change.to().equals("Suspended"))
                .count();
    }
}
