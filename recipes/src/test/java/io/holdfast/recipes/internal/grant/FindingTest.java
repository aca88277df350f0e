// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.grant;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.error.OwnershipConflictException;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.RegistrationState;
import io.holdfast.registration.RegistrationState.AwaitingSession;
import io.holdfast.registration.RegistrationState.Closed;
import io.holdfast.registration.RegistrationState.Closing;
import io.holdfast.registration.RegistrationState.Creating;
import io.holdfast.registration.RegistrationState.Failed;
import io.holdfast.registration.RegistrationState.InDoubt;
import io.holdfast.registration.RegistrationState.Lost;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.registration.RegistrationState.Verifying;
import io.holdfast.registration.RegistrationState.Waiting;
import io.holdfast.session.SessionId;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FindingTest {

    private static final SessionId SESSION = new SessionId(7);
    private static final SessionId NEXT_SESSION = new SessionId(8);
    private static final RegisteredNode NODE = new RegisteredNode("/locks/a/lock-0000000001", SESSION, 100);
    private static final RegisteredNode NEWER = new RegisteredNode("/locks/a/lock-0000000001", SESSION, 101);

    private static final boolean SESSION_LIVES = false;
    private static final boolean SESSION_OVER = true;
    private static final boolean IN_TIME = false;
    private static final boolean TOO_LATE = true;

    static Stream<Arguments> findings() {
        return Stream.of(
                row(new Registered(NODE), SESSION_LIVES, IN_TIME, Finding.STANDS),
                row(new Registered(NODE), SESSION_LIVES, TOO_LATE, Finding.DEADLINE_PASSED),
                row(new Registered(NODE), SESSION_OVER, IN_TIME, Finding.SESSION_ENDED),
                row(new Registered(NODE), SESSION_OVER, TOO_LATE, Finding.SESSION_ENDED),
                row(new Registered(NEWER), SESSION_LIVES, IN_TIME, Finding.NODE_LOST),
                row(new InDoubt(NODE), SESSION_LIVES, IN_TIME, Finding.DOUBTFUL),
                row(new InDoubt(NODE), SESSION_LIVES, TOO_LATE, Finding.DEADLINE_PASSED),
                row(new InDoubt(NODE), SESSION_OVER, TOO_LATE, Finding.SESSION_ENDED),
                row(new InDoubt(NEWER), SESSION_LIVES, IN_TIME, Finding.NODE_LOST),
                row(new Verifying(SESSION), SESSION_LIVES, IN_TIME, Finding.DOUBTFUL),
                row(new Verifying(SESSION), SESSION_LIVES, TOO_LATE, Finding.DEADLINE_PASSED),
                row(new Verifying(NEXT_SESSION), SESSION_LIVES, IN_TIME, Finding.NODE_LOST),
                row(new Creating(SESSION), SESSION_LIVES, IN_TIME, Finding.NODE_LOST),
                row(
                        new Waiting(SESSION, "another member's node", Duration.ZERO, Optional.empty()),
                        SESSION_LIVES,
                        IN_TIME,
                        Finding.NODE_LOST),
                row(new Lost(NODE, "the node was deleted"), SESSION_LIVES, IN_TIME, Finding.NODE_LOST),
                row(new Lost(NODE, "its session has ended"), SESSION_OVER, IN_TIME, Finding.SESSION_ENDED),
                row(
                        new Failed(new OwnershipConflictException("/locks/a", 9, "another member")),
                        SESSION_LIVES,
                        IN_TIME,
                        Finding.NODE_LOST),
                row(new AwaitingSession(), SESSION_OVER, IN_TIME, Finding.SESSION_ENDED),
                row(new AwaitingSession(), SESSION_LIVES, IN_TIME, Finding.NODE_LOST),
                row(new Closing(), SESSION_LIVES, IN_TIME, Finding.RELEASED),
                row(new Closed(), SESSION_OVER, TOO_LATE, Finding.CLIENT_CLOSED));
    }

    private static Arguments row(RegistrationState state, boolean isSessionOver, boolean isLate, Finding finding) {
        return Arguments.of(state, isSessionOver, isLate, finding);
    }

    @ParameterizedTest(name = "{0}, session over: {1}, deadline passed: {2}")
    @MethodSource("findings")
    void putsTogetherWhatIsKnown(RegistrationState state, boolean isSessionOver, boolean isLate, Finding finding) {
        assertThat(Finding.of(NODE, state, isSessionOver, isLate)).isEqualTo(finding);
    }
}
