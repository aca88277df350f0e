// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.grant;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.grant.GrantState;
import io.holdfast.recipes.grant.GrantState.Ended;
import io.holdfast.recipes.grant.GrantState.Held;
import io.holdfast.recipes.grant.GrantState.InDoubt;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class GrantStateTest {

    private static final GrantState HELD = new Held();
    private static final GrantState IN_DOUBT = new InDoubt();
    private static final GrantState LOST = new Ended(GrantEnd.NODE_LOST);

    static Stream<Arguments> moves() {
        return Stream.of(
                row("held + suspended", HELD, GrantState::suspended, IN_DOUBT),
                row("held + resumed", HELD, GrantState::resumed, HELD),
                row("held + lost", HELD, s -> s.ended(GrantEnd.NODE_LOST), LOST),
                row("in doubt + suspended", IN_DOUBT, GrantState::suspended, IN_DOUBT),
                row("in doubt + resumed", IN_DOUBT, GrantState::resumed, HELD),
                row("in doubt + lost", IN_DOUBT, s -> s.ended(GrantEnd.NODE_LOST), LOST),
                row("ended + suspended", LOST, GrantState::suspended, LOST),
                row("ended + resumed", LOST, GrantState::resumed, LOST),
                row("ended + ended otherwise", LOST, s -> s.ended(GrantEnd.SESSION_ENDED), LOST));
    }

    private static Arguments row(String name, GrantState from, UnaryOperator<GrantState> step, GrantState to) {
        return Arguments.of(name, from, step, to);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("moves")
    void movesToTheNextState(String name, GrantState from, UnaryOperator<GrantState> step, GrantState to) {
        assertThat(step.apply(from)).isEqualTo(to);
    }

    @ParameterizedTest
    @EnumSource
    void theFirstReasonIsTheReason(GrantEnd why) {
        GrantState over = HELD.ended(why);

        assertThat(over).isEqualTo(new Ended(why));
        assertThat(over.isOver()).isTrue();
        for (GrantEnd later : GrantEnd.values()) {
            assertThat(over.ended(later)).isSameAs(over);
        }
        for (Finding finding : Finding.values()) {
            assertThat(finding.applyTo(over)).isSameAs(over);
        }
    }
}
