// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.peer.OrdinaryClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What servers in containers can do beyond what processes can, and that nothing of them is left behind. */
class ContainersIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().backend(Backend.CONTAINERS));

    private final Ensemble ensemble = SERVERS.ensemble();

    /** Prints the id of a container, then waits to be killed. */
    static final class Starter {
        public static void main(String[] args) throws InterruptedException, IOException {
            Ensemble single =
                    Ensemble.builder().backend(Backend.CONTAINERS).servers(1).start();
            System.out.println("started by " + StarterLabel.ofThisProcess() + " "
                    + single.server(1).pid());
            System.in.read();
        }
    }

    @Test
    void aLeaderWithoutItsPeersAnswersItsClientsUntilItStepsDown() throws Exception {
        Server isolated = ensemble.leader();

        isolated.disconnectFromPeers();

        assertThat(isolated.fourLetterWord("srvr")).contains("Mode: leader");
        assertThat(isolated.isDisconnected()).isTrue();
        Server next = ensemble.leader();
        assertThat(next).isNotEqualTo(isolated);
        Waiting.until(PATIENCE, () -> isNotServing(isolated), () -> null, ensemble::describe);

        isolated.reconnect();
        isolated.awaitServing(PATIENCE);
        assertThat(isolated.isDisconnected()).isFalse();
        assertThat(ensemble.leader()).isEqualTo(next);
    }

    @Test
    void aDisconnectedServerIsSilentAndCatchesUpWhenItIsBack() throws InterruptedException {
        Server cutOff = ensemble.followers().get(0);
        String connectString = cutOff.connectString();
        try (OwnerObserver observer = OwnerObserver.of(ensemble).watch("/missed")) {
            cutOff.disconnect();

            assertThat(cutOff.isAlive()).isTrue();
            assertThat(cutOff.mode()).isEmpty();
            assertThat(ensemble.followers()).doesNotContain(cutOff);
            try (OrdinaryClient client = OrdinaryClient.connectingTo(
                            ensemble.leader().connectString())
                    .registering("/missed")
                    .start()) {
                client.awaitRegistered(PATIENCE);
                cutOff.reconnect();
                ensemble.awaitQuorum(PATIENCE);

                Waiting.until(
                        PATIENCE,
                        () -> Optional.ofNullable(observer.ownerNow("/missed").get(cutOff.id()))
                                .filter(seen -> seen.isOwnedBy(client.sessionId()))
                                .isPresent(),
                        () -> null,
                        observer::toText);
            }
        }
        assertThat(cutOff.connectString()).isEqualTo(connectString);
    }

    @Test
    void aKilledServerStartsConnectedOnItsData() throws InterruptedException {
        Server victim = ensemble.leader();
        victim.disconnect();

        victim.kill();
        assertThat(victim.isAlive()).isFalse();
        victim.start();

        ensemble.awaitQuorum(PATIENCE);
        assertThat(victim.isDisconnected()).isFalse();
        assertThat(victim.logTail(10_000)).contains("Reading snapshot");
    }

    @Test
    void whatAKilledJvmLeavesIsRemovedByWhoeverComesNext() throws Exception {
        Process starter = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.net.preferIPv4Stack=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Starter.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(starter.getInputStream(), StandardCharsets.UTF_8))) {
            String line = said.readLine();
            while (line != null && !line.startsWith("started by ")) {
                line = said.readLine();
            }
            assertThat(line).as("what the starter says").isNotNull();
            String starters = line;
            long server = Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
            starter.destroyForcibly();
            assertThat(starter.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(ProcessHandle.of(server))
                    .as("the server, as long as nobody comes")
                    .isPresent();

            StarterLabel.removeWhatTheDeadLeft(Engine.client());

            assertThat(ProcessHandle.of(server)).isEmpty();
            assertThat(labels())
                    .as("ours are left, and those of others who live")
                    .contains(StarterLabel.ofThisProcess().values().iterator().next())
                    .noneMatch(starters::contains);
        } finally {
            starter.destroyForcibly();
        }
    }

    private static List<String> labels() {
        String key = StarterLabel.ofThisProcess().keySet().iterator().next();
        return Engine.client().listContainersCmd().withShowAll(true).withLabelFilter(List.of(key)).exec().stream()
                .map(container -> container.getLabels().get(key))
                .toList();
    }

    private static boolean isNotServing(Server server) {
        try {
            return server.fourLetterWord("srvr").contains("not currently serving");
        } catch (IOException e) {
            return false;
        }
    }
}
