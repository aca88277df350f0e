// SPDX-License-Identifier: Apache-2.0
package io.holdfast.ephemeral;

import static io.holdfast.ephemeral.KeeperBench.GHOST_LIFE;
import static io.holdfast.ephemeral.KeeperBench.S1;
import static io.holdfast.ephemeral.KeeperBench.S2;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ephemeral.RegistrationState.Registered;
import io.holdfast.zookeeper.LittleTree.Call;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A fence moves with every node that is created under it, so that no two of them are alike. */
class KeeperFenceTest {

    private static final RegistrationOptions FENCED =
            RegistrationOptions.builder().fence("/fences/a").build();

    private final KeeperBench bench = new KeeperBench();

    @Test
    void isMadeWhenItIsMissing() {
        bench.confirm(S1);
        Registration registration = bench.register("/a", FENCED);

        assertThat(fenceOf(registration)).isEqualTo(new FenceVersion("/fences/a", 1));
        assertThat(bench.tree.node("/fences/a").orElseThrow().version()).isEqualTo(1);
    }

    @Test
    void movesInTheVeryTransactionThatCreatesTheNode() {
        bench.confirm(S1);
        bench.register("/a", FENCED).closeAsync();
        bench.settle();
        bench.tree.takeRequests();

        Registration registration = bench.register("/a", FENCED);

        assertThat(bench.tree.takeRequests()).containsExactly("MULTI /a,/fences/a", "EXISTS /a");
        assertThat(fenceOf(registration).version()).isEqualTo(2);
    }

    @Test
    void movesAgainWhenADeletedNodeIsPutBack() {
        bench.confirm(S1);
        Registration registration = bench.register("/a", FENCED);

        bench.tree.remove("/a");
        bench.settle();

        assertThat(fenceOf(registration).version()).isEqualTo(2);
    }

    @Test
    void isLookedUpWhenTheAnswerWasLost() {
        bench.confirm(S1);
        bench.register("/a", FENCED).closeAsync();
        bench.settle();
        bench.tree.loseAnswer(Call.MULTI);

        Registration registration = bench.register("/a", FENCED);
        bench.advance(Duration.ofSeconds(1));

        assertThat(fenceOf(registration))
                .isEqualTo(new FenceVersion(
                        "/fences/a", bench.tree.node("/fences/a").orElseThrow().version()));
    }

    @Test
    void staysAsItIsWhenAnInterruptionLosesNothing() {
        bench.confirm(S1);
        Registration registration = bench.register("/a", FENCED);
        FenceVersion before = fenceOf(registration);

        bench.suspend();
        bench.confirm(S1);

        assertThat(fenceOf(registration)).isEqualTo(before);
    }

    @Test
    void isMadeAgainIfAnOperatorDeletesItBeforeItCouldBeLookedUp() {
        bench.confirm(S1);
        bench.register("/a", FENCED).closeAsync();
        bench.settle();
        bench.tree.loseAnswer(Call.MULTI);
        bench.tree.after(Call.EXISTS, () -> bench.tree.remove("/fences/a"));

        Registration registration = bench.register("/a", FENCED);
        bench.advance(Duration.ofSeconds(1));

        assertThat(fenceOf(registration)).isEqualTo(new FenceVersion("/fences/a", 0));
    }

    @Test
    void movesWhenAnOrphanIsReplaced() {
        bench.confirm(S1);
        Registration registration = bench.register("/a", FENCED);
        int before = fenceOf(registration).version();

        bench.end();
        bench.confirm(S2);
        bench.advance(GHOST_LIFE.plus(Duration.ofSeconds(5)));

        assertThat(fenceOf(registration).version()).isEqualTo(before + 1);
        assertThat(bench.tree.node("/a").orElseThrow().owner()).isEqualTo(S2);
    }

    private static FenceVersion fenceOf(Registration registration) {
        return ((Registered) registration.state()).registered().fence().orElseThrow();
    }
}
