// SPDX-License-Identifier: Apache-2.0
package io.holdfast.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HoldfastExceptionTest {

    static Stream<Arguments> messages() {
        Throwable cause = new IllegalStateException("cause");
        return Stream.of(
                Arguments.of(new CapacityExceededException("too much"), "too much", null),
                Arguments.of(
                        new FencedException("/locks/a", 17, "its node is gone", null),
                        "The grant of /locks/a with token 17 is over: its node is gone; stop what it allowed, and ask for a new one",
                        null),
                Arguments.of(new UnknownOutcomeException("done or not", null), "done or not", null),
                Arguments.of(new OwnershipConflictException("/a", -2, "member b"), "/a is held by member b", null),
                Arguments.of(
                        new HistoryWentBackException("A grant", 0x20, 0x5),
                        "A grant is refused: the history of the ensemble went back, from transaction 0x20 to 0x5, so that tokens"
                                + " repeat; see to what remembers tokens, then call acceptHistory()",
                        null),
                Arguments.of(new RefusedByEnsembleException("no", cause), "no", cause),
                Arguments.of(new SessionNotConfirmedException("wait", cause), "wait", cause));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void saysWhatHappenedAndKeepsTheCause(HoldfastException exception, String message, Throwable cause) {
        assertThat(exception).hasMessage(message);
        assertThat(exception.getCause()).isSameAs(cause);
    }

    /** Whoever handles them all handles each: the family is sealed and this table has all of it. */
    @Test
    void theTableHasTheWholeFamily() {
        Set<Object> family = messages().map(row -> row.get()[0].getClass()).collect(Collectors.toSet());

        assertThat(family).isEqualTo(Set.of((Object[]) HoldfastException.class.getPermittedSubclasses()));
    }

    @Test
    void carriesWhatTheCallerNeedsForTheNextStep() {
        OwnershipConflictException conflict = new OwnershipConflictException("/a", 7, "member b");

        assertThat(conflict.path()).isEqualTo("/a");
        assertThat(conflict.ownerSessionId()).isEqualTo(7);
    }
}
