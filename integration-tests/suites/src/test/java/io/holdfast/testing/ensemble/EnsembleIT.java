// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.peer.OrdinaryClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The verbs that hurt servers. */
class EnsembleIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final EnsembleExtension SERVERS = EnsembleExtension.of(Ensemble.builder());

    private final Ensemble ensemble = SERVERS.ensemble();

    @Test
    void startsOneLeaderAndTwoFollowersOfTheCurrentRelease() throws IOException, InterruptedException {
        assertThat(ensemble.followers()).hasSize(2).doesNotContain(ensemble.leader());
        assertThat(ensemble.leader().fourLetterWord("srvr"))
                .contains(Release.current().version());
    }

    @Test
    void electsANewLeaderWhileTheOldOneIsPaused() throws InterruptedException {
        Server old = ensemble.leader();

        old.pause();

        assertThat(ensemble.leader()).isNotEqualTo(old);
        old.resume();
        old.awaitServing(PATIENCE);
        ensemble.awaitQuorum(PATIENCE);
        assertThat(ensemble.followers()).hasSize(2);
    }

    @Test
    void bringsAKilledServerBackOnTheSamePort() throws InterruptedException {
        Server victim = ensemble.followers().get(0);
        String connectString = victim.connectString();

        victim.kill();
        assertThat(victim.isAlive()).isFalse();
        assertThat(victim.mode()).isEmpty();
        victim.restart();

        assertThat(victim.mode()).isPresent();
        assertThat(victim.connectString()).isEqualTo(connectString);
    }

    @Test
    void healsWhateverWasDoneToIt() throws InterruptedException {
        ensemble.server(1).kill();
        ensemble.server(2).pause();
        ensemble.server(3).proxy().refuse();

        ensemble.heal();

        assertThat(ensemble.servers())
                .allSatisfy(server ->
                        assertThat(server.mode()).as(server.toString()).isPresent());
        try (OrdinaryClient client = OrdinaryClient.connectingTo(
                        ensemble.server(3).proxy().connectString())
                .registering("/healed")
                .start()) {
            client.awaitRegistered(PATIENCE);
        }
    }

    @Test
    void leavesNoProcessAndNoFileBehindWhenClosed() throws InterruptedException {
        Ensemble single = Ensemble.builder().servers(1).start();
        Server server = single.server(1);
        long pid = server.pid();
        Path files = server.log().getParent();
        assertThat(files).exists();
        server.pause();

        single.close();

        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThat(files.getParent()).doesNotExist();
    }

    @Test
    void saysWhatItTakesForAServerToLoseItsNetwork() throws InterruptedException {
        try (Ensemble single =
                Ensemble.builder().backend(Backend.PROCESSES).servers(1).start()) {
            assertThatThrownBy(single.server(1)::disconnect)
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("-Dholdfast.backend=containers");
            assertThat(single.server(1).isDisconnected()).isFalse();
        }
    }

    @Test
    void showsTheLogOfAServerThatCannotStart() {
        Ensemble broken =
                Ensemble.builder().servers(1).config("tickTime", "soon").build();

        assertThatThrownBy(broken::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("server 1")
                .hasMessageContaining("NumberFormatException");
    }

    @Test
    void namesTheDirectoryWhereAReleaseIsMissing() {
        assertThatThrownBy(() -> Release.of("1.2.3"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("1.2.3", "holdfast.releases");
    }

    @Test
    void refusesMoreServersThanItCanStart() {
        assertThat(List.of(0, 6)).allSatisfy(number -> assertThatThrownBy(
                        () -> Ensemble.builder().servers(number))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("servers is " + number + ", must be 1 to 5"));
    }
}
