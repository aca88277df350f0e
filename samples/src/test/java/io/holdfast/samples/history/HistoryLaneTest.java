// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testing.observer.Span;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class HistoryLaneTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final OwnershipClaim SILENT = OwnershipClaim.notRegistered("nothing");

    @Test
    void a_claim_under_an_owned_node_is_true() {
        HistoryLane lane = lane(List.of(claim(1, 2, 8)), List.of(session(1, 0, 10)), List.of(owner(1, 1, 10)));

        assertThat(lane.falseClaims()).isEmpty();
        assertThat(lane.isRegisteredAt(5 * SECOND)).isTrue();
        assertThat(lane.isOnlyBelievedAt(5 * SECOND)).isFalse();
    }

    @Test
    void a_claim_is_false_while_another_session_owns_the_node_and_while_nobody_does() {
        HistoryLane lane =
                lane(List.of(claim(2, 3, 10)), List.of(session(1, 0, 3), session(2, 3, 10)), List.of(owner(1, 1, 6)));

        assertThat(lane.longestFalseClaim()).isEqualTo(Duration.ofSeconds(7));
        assertThat(lane.isOnlyBelievedAt(5 * SECOND)).isTrue();
        assertThat(lane.isOnlyBelievedAt(8 * SECOND)).isTrue();
    }

    @Test
    void a_claim_that_outlasts_its_node_is_false_from_then_on() {
        HistoryLane lane =
                lane(List.of(claim(1, 2, 10)), List.of(session(1, 0, 10)), List.of(owner(1, 2, 4), owner(1, 5, 7)));

        assertThat(lane.falseClaims())
                .containsExactly(
                        new HistoryLane.FalseClaim(4 * SECOND, 5 * SECOND),
                        new HistoryLane.FalseClaim(7 * SECOND, 10 * SECOND));
    }

    @Test
    void a_client_that_says_nothing_is_neither_registered_nor_mistaken() {
        HistoryLane lane = lane(List.of(new ClaimSpan(SILENT, 0, 10 * SECOND)), List.of(), List.of(owner(1, 0, 10)));

        assertThat(lane.isRegisteredAt(5 * SECOND)).isFalse();
        assertThat(lane.isOnlyBelievedAt(5 * SECOND)).isFalse();
        assertThat(lane.longestFalseClaim()).isZero();
    }

    @Test
    void a_node_that_was_born_after_its_session_had_been_given_up_is_stray() {
        HistoryLane lane = lane(List.of(), List.of(session(1, 0, 3), session(2, 3, 10)), List.of(owner(1, 5, 9)));

        assertThat(lane.strays()).hasSize(1);
        assertThat(lane.bornAfterEnd(lane.strays().get(0))).contains(Duration.ofSeconds(2));
    }

    @Test
    void a_node_of_a_session_that_the_client_never_had_is_stray() {
        HistoryLane lane = lane(List.of(), List.of(session(2, 3, 10)), List.of(owner(1, 5, 9)));

        assertThat(lane.strays()).hasSize(1);
        assertThat(lane.bornAfterEnd(lane.strays().get(0))).isEmpty();
    }

    @Test
    void a_node_that_outlives_the_session_it_was_born_in_is_not_stray() {
        HistoryLane lane = lane(List.of(), List.of(session(1, 0, 3)), List.of(owner(1, 1, 9)));

        assertThat(lane.strays()).isEmpty();
    }

    @Test
    void what_several_servers_say_of_one_creation_becomes_one_span() {
        List<Span> seen = List.of(
                new Span(1, "/n", 7, 100, 12, OptionalLong.of(20)),
                new Span(2, "/n", 7, 100, 11, OptionalLong.of(15)),
                new Span(3, "/n", 7, 101, 21, OptionalLong.empty()));

        assertThat(OwnerSpan.merge(seen, 10, 30))
                .containsExactly(new OwnerSpan(7, 100, 1, 10), new OwnerSpan(7, 101, 11, 30));
    }

    private static HistoryLane lane(List<ClaimSpan> claims, List<SessionSpan> sessions, List<OwnerSpan> owners) {
        return new HistoryLane(Party.ORDINARY, "node", claims, sessions, owners);
    }

    private static ClaimSpan claim(long session, long from, long to) {
        return new ClaimSpan(OwnershipClaim.registered(session, "registered"), from * SECOND, to * SECOND);
    }

    private static SessionSpan session(long session, long from, long to) {
        return new SessionSpan(session, from * SECOND, to * SECOND);
    }

    private static OwnerSpan owner(long session, long from, long to) {
        return new OwnerSpan(session, from, from * SECOND, to * SECOND);
    }
}
