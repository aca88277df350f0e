// SPDX-License-Identifier: Apache-2.0
package io.holdfast.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EphemeralTagTest {
    private static final String TOKEN = "0123456789abcdef";
    private static final Duration TIMEOUT = Duration.ofSeconds(6);

    @ParameterizedTest
    @ValueSource(strings = {"7", "broker-7", "a.b_c-D", "10.0.0.1", "x"})
    void takesAMemberIdThatNeedsNoQuotingAnywhere(String memberId) {
        assertThat(EphemeralTag.requireMemberId(memberId)).isEqualTo(memberId);
    }

    @Test
    void takesAMemberIdOf128Characters() {
        assertThat(EphemeralTag.requireMemberId("m".repeat(128))).hasSize(128);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "a/b", "/a", ".", "..", ".a", "-a", "_a", "a b", "a\n", "a=b", "host:9092", "é", "a\0"})
    void refusesAnyOtherMemberIdAndSaysWhatIsAllowed(String memberId) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EphemeralTag.requireMemberId(memberId))
                .withMessageContaining("memberId")
                .withMessageContaining('"' + memberId + '"')
                .withMessageContaining("1 to 128 characters of A-Z a-z 0-9 . _ -");
    }

    @Test
    void refusesAMemberIdOf129Characters() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EphemeralTag.requireMemberId("m".repeat(129)))
                .withMessageContaining("1 to 128");
    }

    static Stream<Arguments> wrongComponents() {
        return Stream.of(
                wrong("memberId", "a/b", TOKEN, 1, TOKEN, TIMEOUT),
                wrong("incarnation", "m", "", 1, TOKEN, TIMEOUT),
                wrong("incarnation", "m", "0123456789ABCDEF", 1, TOKEN, TIMEOUT),
                wrong("incarnation", "m", "0123456789abcde", 1, TOKEN, TIMEOUT),
                wrong("incarnation", "m", "0123456789abcdef0", 1, TOKEN, TIMEOUT),
                wrong("sessionId", "m", TOKEN, 0, TOKEN, TIMEOUT),
                wrong("nonce", "m", TOKEN, 1, "nonce", TIMEOUT),
                wrong("nonce", "m", TOKEN, 1, "0123456789abcdeg", TIMEOUT),
                wrong("sessionTimeout", "m", TOKEN, 1, TOKEN, Duration.ZERO),
                wrong("sessionTimeout", "m", TOKEN, 1, TOKEN, Duration.ofMillis(-1)),
                wrong("sessionTimeout", "m", TOKEN, 1, TOKEN, Duration.ofNanos(999_999)),
                wrong("sessionTimeout", "m", TOKEN, 1, TOKEN, Duration.ofNanos(1_000_001)),
                wrong("sessionTimeout", "m", TOKEN, 1, TOKEN, Duration.ofMillis(Integer.MAX_VALUE + 1L)),
                wrong("sessionTimeout", "m", TOKEN, 1, TOKEN, Duration.ofSeconds(Long.MAX_VALUE)));
    }

    private static Arguments wrong(
            String component, String memberId, String incarnation, long sessionId, String nonce, Duration timeout) {
        return Arguments.of(component, memberId, incarnation, sessionId, nonce, timeout);
    }

    @ParameterizedTest
    @MethodSource("wrongComponents")
    void refusesAWrongComponentByName(
            String component, String memberId, String incarnation, long sessionId, String nonce, Duration timeout) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EphemeralTag(memberId, incarnation, sessionId, nonce, timeout))
                .withMessageStartingWith(component + " must ");
    }

    @Test
    void printsTheLineThatANodeCarries() {
        EphemeralTag tag = new EphemeralTag("broker-7", TOKEN, 0x1000a2b3c4d0001L, "fedcba9876543210", TIMEOUT);

        assertThat(tag)
                .hasToString("holdfast/1 member=broker-7 incarnation=0123456789abcdef session=0x1000a2b3c4d0001"
                        + " nonce=fedcba9876543210 timeout-ms=6000");
    }
}
