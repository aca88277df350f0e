// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FencingTokenTest {

    @Test
    void ordersByTheTransactionThatCreatedTheNode() {
        FencingToken first = new FencingToken(0x1_0000_0007L);
        FencingToken later = new FencingToken(0x2_0000_0001L);

        assertThat(later).isGreaterThan(first);
        assertThat(later.isNewerThan(first)).isTrue();
        assertThat(first.isNewerThan(later)).isFalse();
        assertThat(first.isNewerThan(first)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void refusesWhatNoTransactionCanHave(long value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FencingToken(value))
                .withMessage("token must be greater than 0, but was " + value);
    }

    @Test
    void readsAsZooKeepersToolsPrintIt() {
        assertThat(new FencingToken(0x100000007L)).hasToString("0x100000007");
    }
}
