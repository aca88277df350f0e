// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import static io.holdfast.internal.registration.RegistrationBench.FOREIGN;
import static io.holdfast.internal.registration.RegistrationBench.S1;
import static io.holdfast.internal.registration.RegistrationBench.S2;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState.Closed;
import io.holdfast.registration.RegistrationState.InDoubt;
import io.holdfast.registration.RegistrationState.Lost;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.session.LittleTree.Call;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A registration that makes its node once: a right that was lost does not come back by itself. */
class RegistrationDriverOnceTest {

    private static final RegistrationOptions ONCE =
            RegistrationOptions.builder().once().build();

    private final RegistrationBench bench = new RegistrationBench();

    @Test
    void isOverWhenItsNodeIsDeleted() {
        bench.confirm(S1);
        Registration registration = bench.register("/a", ONCE);

        bench.tree.remove("/a");
        bench.settle();

        assertThat(registration.state()).isInstanceOf(Lost.class);
        assertThat(registration.ended().toCompletableFuture()).isCompleted();
        assertThat(bench.tree.node("/a")).isEmpty();
    }

    @Test
    void isOverWhenItsSessionEnds() {
        bench.confirm(S1);
        Registration registration = bench.register("/a", ONCE);

        bench.end();
        bench.tree.deleteAllOf(S1);
        bench.confirm(S2);

        assertThat(registration.state()).isInstanceOf(Lost.class);
        assertThat(bench.tree.node("/a")).isEmpty();
    }

    @Test
    void outlivesAReconnectionThatLosesNothing() {
        bench.confirm(S1);
        Registration registration = bench.register("/a", ONCE);
        Registered before = (Registered) registration.state();

        bench.suspend();
        bench.confirm(S1);

        assertThat(registration.state()).isEqualTo(before);
    }

    @Test
    void isInDoubtUntilItCouldBeLookedAtAfterAReconnection() {
        bench.tree.unimplemented(Call.EPHEMERALS); // so that each node is looked at
        bench.confirm(S1);
        Registration registration = bench.register("/a", ONCE);
        Registered before = (Registered) registration.state();

        bench.suspend();
        bench.tree.loseRequest(Call.EXISTS);
        bench.confirm(S1);

        assertThat(registration.state()).isEqualTo(new InDoubt(before.registered()));
        bench.advance(Duration.ofSeconds(1));
        assertThat(registration.state()).isEqualTo(before);
    }

    @Test
    void isOverWhenTheNodeWentDuringAnInterruption() {
        bench.confirm(S1);
        Registration registration = bench.register("/a", ONCE);

        bench.suspend();
        bench.tree.remove("/a");
        bench.put("/a", FOREIGN, "broker-8");
        bench.confirm(S1);

        assertThat(registration.state()).isInstanceOf(Lost.class);
        assertThat(bench.tree.node("/a").orElseThrow().owner()).isEqualTo(FOREIGN);
    }

    @Test
    void isMadeInALaterSessionIfTheFirstHadNone() {
        bench.confirm(S1);
        bench.tree.loseRequest(Call.CREATE);
        Registration registration = bench.register("/a", ONCE);
        bench.end();
        bench.confirm(S2);
        bench.advance(Duration.ofSeconds(1));

        assertThat(registration.state()).isInstanceOf(Registered.class);
    }

    @Test
    void closingItDeletesItsNode() {
        bench.confirm(S1);
        Registration registration = bench.register("/a", ONCE);

        var unused = registration.closeAsync();
        bench.settle();

        assertThat(registration.state()).isEqualTo(new Closed());
        assertThat(bench.tree.node("/a")).isEmpty();
    }

    @Test
    void anUpdateOfALostOneIsRefused() {
        bench.confirm(S1);
        Registration registration = bench.register("/a", ONCE);
        bench.tree.remove("/a");
        bench.settle();

        assertThatIllegalStateException()
                .isThrownBy(() -> registration.update(new byte[0]))
                .withMessageContaining("its node is lost: the node was deleted");
    }
}
