// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.holdfast.tag.EphemeralTag;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdentifiersTest {

    @Test
    void makesTokensThatItAcceptsAndNeverTheSameTwice() {
        Set<String> tokens = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            tokens.add(EphemeralTag.requireToken("nonce", Identifiers.randomToken()));
        }
        assertThat(tokens).hasSize(1_000);
    }

    @Test
    void namesTheTokenThatItRefuses() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EphemeralTag.requireToken("incarnation", "ABC"))
                .withMessage("incarnation must be 16 characters of 0-9 a-f, but was \"ABC\"");
    }

    @Test
    void namesWhatIsMissing() {
        assertThatNullPointerException()
                .isThrownBy(() -> EphemeralTag.requireMemberId(null))
                .withMessage("memberId");
        assertThatNullPointerException()
                .isThrownBy(() -> EphemeralTag.requireToken("incarnation", null))
                .withMessage("incarnation");
    }
}
