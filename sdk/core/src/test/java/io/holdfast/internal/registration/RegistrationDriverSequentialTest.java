// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import static io.holdfast.internal.registration.RegistrationBench.FOREIGN;
import static io.holdfast.internal.registration.RegistrationBench.S1;
import static io.holdfast.internal.registration.RegistrationBench.S2;
import static io.holdfast.internal.registration.RegistrationBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.registration.RegistrationState.Closed;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.session.LittleTree.Call;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sequential nodes: the server chooses the name, so a lost answer takes the name with it. */
class RegistrationDriverSequentialTest {

    private static final RegistrationOptions SEQUENTIAL =
            RegistrationOptions.builder().sequential().build();

    private final RegistrationBench bench = new RegistrationBench();

    @BeforeEach
    void open() {
        bench.tree.put("/q", new byte[0], 0);
        bench.confirm(S1);
    }

    @Test
    void isRegisteredUnderTheNameThatTheServerChose() {
        Registration registration = bench.register("/q/n-", SEQUENTIAL);

        assertThat(path(registration)).isEqualTo("/q/n-0000000000");
        assertThat(registration.path()).isEqualTo("/q/n-");
    }

    @Test
    void severalMayHaveTheSamePrefix() {
        assertThat(path(bench.register("/q/n-", SEQUENTIAL))).isEqualTo("/q/n-0000000000");
        assertThat(path(bench.register("/q/n-", SEQUENTIAL))).isEqualTo("/q/n-0000000001");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void findsItsNodeByTheNonceAfterALostAnswer(boolean hasList) {
        if (!hasList) {
            bench.tree.unimplemented(Call.EPHEMERALS);
        }
        bench.register("/q/n-", SEQUENTIAL);
        bench.put("/q/n-0000000777", FOREIGN, "broker-8");
        bench.tree.put("/q/n-suffix", bytes(""), S1);
        bench.tree.loseAnswer(Call.CREATE);
        Registration registration = bench.register("/q/n-", SEQUENTIAL);
        bench.advance(Duration.ofSeconds(1));

        assertThat(path(registration)).isEqualTo("/q/n-0000000001");
        assertThat(bench.tree.count(Call.CREATE)).isEqualTo(2);
        bench.tree.remove("/q/n-0000000001");
        bench.settle();
        assertThat(path(registration)).as("and its watch stood").isEqualTo("/q/n-0000000002");
    }

    @Test
    void findsItsNodeBelowTheRoot() {
        bench.tree.unimplemented(Call.EPHEMERALS);
        bench.tree.put("/", new byte[0], 0);
        bench.tree.loseAnswer(Call.CREATE);
        Registration registration = bench.register("/n-", SEQUENTIAL);
        bench.advance(Duration.ofSeconds(1));

        assertThat(path(registration)).startsWith("/n-");
        assertThat(bench.tree.ephemeralsOf(S1)).hasSize(1);
    }

    @Test
    void createsAgainIfTheRequestWasLost() {
        bench.tree.loseRequest(Call.CREATE);
        Registration registration = bench.register("/q/n-", SEQUENTIAL);
        bench.advance(Duration.ofSeconds(1));

        assertThat(path(registration)).isEqualTo("/q/n-0000000000");
    }

    @Test
    void theDirectoryMayVanishWithTheLostRequest() {
        bench.tree.unimplemented(Call.EPHEMERALS);
        bench.tree.loseRequest(Call.CREATE);
        Registration registration = bench.register("/q/n-", SEQUENTIAL);
        bench.tree.remove("/q");
        bench.advance(Duration.ofSeconds(1));

        assertThat(registration.state()).isInstanceOf(Registered.class);
    }

    @Test
    void aDeletedNodeIsPutBackUnderANewNumber() {
        Registration registration = bench.register("/q/n-", SEQUENTIAL);
        bench.tree.remove("/q/n-0000000000");
        bench.settle();

        assertThat(path(registration)).isEqualTo("/q/n-0000000001");
    }

    @Test
    void keepsItsNameOverABlip() {
        Registration registration = bench.register("/q/n-", SEQUENTIAL);
        bench.suspend();
        bench.confirm(S1);

        assertThat(path(registration)).isEqualTo("/q/n-0000000000");
        assertThat(bench.tree.count(Call.CREATE)).isEqualTo(1);
    }

    @Test
    void isCreatedOnceAlthoughTheAnswerThatFollowsALossIsLost() {
        Registration registration = bench.register("/q/n-", SEQUENTIAL);
        bench.suspend();
        bench.tree.remove("/q/n-0000000000");
        bench.tree.loseAnswer(Call.CREATE);
        bench.confirm(S1);
        bench.advance(Duration.ofSeconds(1));

        assertThat(path(registration)).isEqualTo("/q/n-0000000001");
        assertThat(bench.tree.ephemeralsOf(S1)).containsExactly("/q/n-0000000001");
    }

    @Test
    void hasANewNameInTheNextSession() {
        Registration registration = bench.register("/q/n-", SEQUENTIAL);
        bench.end();
        bench.confirm(S2);

        assertThat(path(registration)).isEqualTo("/q/n-0000000001");
    }

    @Test
    void leavesNothingBehindIfItIsClosedAfterALostAnswer() {
        bench.tree.loseAnswer(Call.CREATE);
        Registration registration = bench.register("/q/n-", SEQUENTIAL);
        var unused = registration.closeAsync();
        bench.settle();
        bench.advance(Duration.ofSeconds(1));

        assertThat(registration.state()).isEqualTo(new Closed());
        assertThat(bench.tree.ephemeralsOf(S1)).isEmpty();
    }

    private static String path(Registration registration) {
        assertThat(registration.state()).isInstanceOf(Registered.class);
        return ((Registered) registration.state()).registered().path();
    }
}
