// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SessionCredentialsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(6);

    @Test
    void showsTheIdAndNeverThePassword() {
        assertThat(new SessionCredentials(0x1000a2b3c4d0001L, "s3cret".getBytes(US_ASCII), TIMEOUT))
                .hasToString("0x1000a2b3c4d0001");
        assertThat(new SessionCredentials(-1, "s3cret".getBytes(US_ASCII), TIMEOUT))
                .hasToString("0xffffffffffffffff");
    }

    @Test
    void keepsThePasswordFromBeingChanged() {
        byte[] password = {1, 2, 3};
        SessionCredentials credentials = new SessionCredentials(1, password, TIMEOUT);

        password[0] = 9;
        credentials.password()[1] = 9;

        assertThat(credentials.password()).containsExactly(1, 2, 3);
    }

    @Test
    void isTheSameByIdAndPassword() {
        SessionCredentials credentials = new SessionCredentials(1, new byte[] {1}, TIMEOUT);

        assertThat(credentials)
                .isEqualTo(new SessionCredentials(1, new byte[] {1}, TIMEOUT.plusSeconds(1)))
                .hasSameHashCodeAs(new SessionCredentials(1, new byte[] {1}, TIMEOUT.plusSeconds(1)))
                .isNotEqualTo(new SessionCredentials(2, new byte[] {1}, TIMEOUT))
                .isNotEqualTo(new SessionCredentials(1, new byte[] {2}, TIMEOUT))
                .isNotEqualTo("0x1");
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("sessionId", 0L, 16, TIMEOUT),
                Arguments.of("password", 1L, 0, TIMEOUT),
                Arguments.of("password", 1L, 1025, TIMEOUT),
                Arguments.of("sessionTimeout", 1L, 16, Duration.ZERO),
                Arguments.of("sessionTimeout", 1L, 16, Duration.ofSeconds(-1)),
                Arguments.of("sessionTimeout", 1L, 16, Duration.ofNanos(1_500_000)),
                Arguments.of("sessionTimeout", 1L, 16, Duration.ofMillis(1L << 31)));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void refusesWhatNoEnsembleGives(String component, long sessionId, int passwordBytes, Duration timeout) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SessionCredentials(sessionId, new byte[passwordBytes], timeout))
                .withMessageStartingWith(component + " must ");
    }
}
