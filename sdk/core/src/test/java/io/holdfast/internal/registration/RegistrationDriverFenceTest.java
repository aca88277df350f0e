// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import static io.holdfast.internal.registration.RegistrationBench.GHOST_LIFE;
import static io.holdfast.internal.registration.RegistrationBench.S1;
import static io.holdfast.internal.registration.RegistrationBench.S2;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.registration.FenceVersion;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.session.LittleTree.Call;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A fence moves with every node that is created under it, so that no two of them are alike. */
class RegistrationDriverFenceTest {

    private static final RegistrationOptions FENCED =
            RegistrationOptions.builder().fence("/fences/a").build();

    private final RegistrationBench bench = new RegistrationBench();

    @Test
    void isMadeWhenItIsMissing() {
        bench.confirm(S1);
        Registration registration = bench.register("/a", FENCED);

        assertThat(fenceOf(registration)).isEqualTo(new FenceVersion("/fences/a", 1, anchor()));
        assertThat(bench.tree.node("/fences/a").orElseThrow().version()).isEqualTo(1);
    }

    @Test
    void movesInTheVeryTransactionThatCreatesTheNode() {
        bench.confirm(S1);
        bench.register("/a", FENCED).closeAsync();
        bench.settle();
        bench.tree.takeRequests();

        Registration registration = bench.register("/a", FENCED);

        List<String> requests = bench.tree.takeRequests();
        assertThat(requests).containsExactly("CHILDREN /fences/a", "MULTI /a,/fences/a," + anchor(), "EXISTS /a");
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
                        "/fences/a", bench.tree.node("/fences/a").orElseThrow().version(), anchor()));
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
        bench.tree.after(Call.EXISTS, this::deleteTheFence);

        Registration registration = bench.register("/a", FENCED);
        bench.advance(Duration.ofSeconds(1));

        assertThat(fenceOf(registration)).isEqualTo(new FenceVersion("/fences/a", 0, anchor()));
    }

    @Test
    void isNotTakenForOneThatWasDeletedEvenIfItStandsWhereThatStood() {
        bench.confirm(S1);
        Registration registration = bench.register("/a", FENCED);
        RegisteredNode old = ((Registered) registration.state()).registered();

        deleteTheFence();
        bench.tree.remove("/a");
        bench.settle();

        RegisteredNode now = ((Registered) registration.state()).registered();
        assertThat(now.czxid()).isGreaterThan(old.czxid());
        assertThat(fenceOf(registration).version())
                .isEqualTo(old.fence().orElseThrow().version());
        assertThat(bench.tree.ops(S2).multi(now.checks()).toCompletableFuture()).isNotCompletedExceptionally();
        CompletableFuture<?> late = bench.tree.ops(S2).multi(old.checks()).toCompletableFuture();
        bench.settle();
        assertThat(late).isCompletedExceptionally();
    }

    @Test
    void isAnchoredAgainIfOnlyItsAnchorIsDeleted() {
        bench.confirm(S1);
        Registration registration = bench.register("/a", FENCED);
        String before = anchor();

        bench.tree.remove(before);
        bench.tree.remove("/a");
        bench.settle();

        assertThat(anchor()).isNotEqualTo(before);
        assertThat(fenceOf(registration)).isEqualTo(new FenceVersion("/fences/a", 2, anchor()));
    }

    @Test
    void oneThatSomebodyElseHasMadeIsAnchoredWhenItIsFirstUsed() {
        bench.tree.put("/fences", new byte[0], 0);
        bench.tree.put("/fences/a", "an epoch of old".getBytes(StandardCharsets.UTF_8), 0);
        bench.confirm(S1);

        Registration registration = bench.register("/a", FENCED);

        assertThat(fenceOf(registration)).isEqualTo(new FenceVersion("/fences/a", 1, anchor()));
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

    /** Returns the fence's only child. */
    private String anchor() {
        CompletableFuture<List<String>> names =
                bench.tree.ops(S2).children("/fences/a", null).toCompletableFuture();
        bench.settle();
        bench.tree.takeRequests();
        assertThat(names.join()).hasSize(1);
        return "/fences/a/" + names.join().get(0);
    }

    private void deleteTheFence() {
        bench.tree.remove(anchor());
        bench.tree.remove("/fences/a");
    }

    private static FenceVersion fenceOf(Registration registration) {
        return ((Registered) registration.state()).registered().fence().orElseThrow();
    }
}
