// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.holdfast.error.FencedException;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.grant.GrantState.Ended;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedHoldTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final PlayedGrant grant = new PlayedGrant();
    private final List<SharedHold> released = new ArrayList<>();
    private final SharedHold hold = new SharedHold(grant, Runnable::run, released::add);

    @Test
    void isGivenBackWithItsLastPartInWhateverOrder() {
        Grant first = hold.first();
        Grant second = hold.again().orElseThrow();
        Grant third = hold.again().orElseThrow();

        first.release();
        third.close();
        assertThat(grant.releases()).isZero();
        assertThat(second.isHeld()).isTrue();
        assertThat(hold.isHeld()).isTrue();

        second.release();
        assertThat(grant.releases()).isEqualTo(1);
        assertThat(released).containsExactly(hold);
        assertThat(hold.isHeld()).isFalse();
        assertThat(hold.again()).isEmpty();
    }

    @Test
    void aReleasedPartIsOverForWhoeverHasIt() {
        Grant first = hold.first();
        Grant second = hold.again().orElseThrow();

        second.release();

        assertThat(second.state()).isEqualTo(new Ended(GrantEnd.RELEASED));
        assertThat(second.remaining()).isZero();
        assertThat(second.ended().toCompletableFuture())
                .succeedsWithin(PATIENCE)
                .isEqualTo(GrantEnd.RELEASED);
        assertThatExceptionOfType(FencedException.class).isThrownBy(() -> second.require(Duration.ZERO));
        assertThatExceptionOfType(FencedException.class).isThrownBy(second::transaction);
        assertThatIllegalStateException().isThrownBy(second::release).withMessageContaining("released before");
        second.close();
        assertThat(first.isHeld()).isTrue();
        assertThat(first.remaining()).isPositive();
        first.require(Duration.ZERO);
    }

    @Test
    void allPartsEndWithTheGrant() {
        Grant first = hold.first();
        Grant second = hold.again().orElseThrow();

        grant.ends(GrantEnd.NODE_LOST);

        assertThat(first.ended().toCompletableFuture()).succeedsWithin(PATIENCE).isEqualTo(GrantEnd.NODE_LOST);
        assertThat(second.isHeld()).isFalse();
        assertThat(hold.again()).isEmpty();
        assertThatExceptionOfType(FencedException.class)
                .isThrownBy(second::release)
                .withMessageContaining("lost under a live session");
        assertThatExceptionOfType(FencedException.class).isThrownBy(first::release);
        assertThat(grant.releases()).isEqualTo(1);
    }

    @Test
    void saysWhatTheGrantSays() {
        Grant part = hold.first();

        assertThat(part.path()).isEqualTo(grant.path());
        assertThat(part.holder()).isEqualTo(grant.holder());
        assertThat(part.session()).isEqualTo(grant.session());
        assertThat(part.token()).isEqualTo(grant.token());
    }
}
