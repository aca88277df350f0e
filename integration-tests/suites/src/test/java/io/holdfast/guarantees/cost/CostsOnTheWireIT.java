// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.cost;

import static io.holdfast.guarantees.support.SmallTicks.PATIENCE;
import static io.holdfast.guarantees.support.SmallTicks.SESSION_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.HoldfastClient;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.session.ConfirmMode;
import io.holdfast.session.Safety;
import io.holdfast.testing.ensemble.Ensemble;
import io.holdfast.testing.junit.EnsembleExtension;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.proxy.RecordedRequest;
import io.holdfast.testing.wire.OpCode;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a client costs its ensemble, counted at the network, and its own process. */
class CostsOnTheWireIT {

    private static final byte[] DATA = {1};
    private static final int MANY = 100;

    @RegisterExtension
    static final EnsembleExtension SERVERS =
            EnsembleExtension.of(Ensemble.builder().servers(1));

    private final FaultProxy proxy = SERVERS.ensemble().server(1).proxy();

    @Test
    void aSessionIsConfirmedWithTwoProbesAndNothingElse() throws InterruptedException {
        try (HoldfastClient client = client("confirming").start()) {
            client.awaitConfirmed(PATIENCE);

            assertThat(sent()).containsExactly(OpCode.CONNECT, OpCode.CREATE, OpCode.CREATE);
            assertThat(proxy.requests().stream().filter(RecordedRequest::ephemeral))
                    .allSatisfy(probe -> assertThat(probe.path()).startsWith("/holdfast.no-such-parent."));
        }
        assertThat(sent()).containsExactly(OpCode.CONNECT, OpCode.CREATE, OpCode.CREATE, OpCode.CLOSE_SESSION);
    }

    @Test
    void aClientThatOnlyReadsIsNotConfirmed() throws Exception {
        try (HoldfastClient client = client("reading").start()) {
            await().atMost(PATIENCE).until(() -> !client.sessions().isEmpty());
            client.unwrap(CuratorFramework.class).checkExists().forPath("/");

            assertThat(sent()).containsExactly(OpCode.CONNECT, OpCode.EXISTS);
        }
    }

    @Test
    void anEagerClientIsConfirmedAtOnce() {
        try (HoldfastClient client = SmallTicks.member(proxy.connectString(), "eager")
                .withoutSessionMarkers()
                .confirm(ConfirmMode.EAGER)
                .build()
                .start()) {
            await().atMost(PATIENCE).until(() -> SmallTicks.isConfirmed(client));

            assertThat(sent()).containsExactly(OpCode.CONNECT, OpCode.CREATE, OpCode.CREATE);
        }
    }

    @Test
    void aMarkerCostsOneWriteOfEachSession() throws Exception {
        try (HoldfastClient first = SmallTicks.member(proxy.connectString(), "makes-the-directory")
                .build()
                .start()) {
            first.register("/marked-first", DATA).awaitRegistered(PATIENCE);
            await().atMost(PATIENCE)
                    .until(() ->
                            SERVERS.ensemble().leader().fourLetterWord("dump").contains("/holdfast-sessions/"));
        }
        proxy.resetCounts();
        try (HoldfastClient client =
                SmallTicks.member(proxy.connectString(), "marked").build().start()) {
            client.awaitConfirmed(PATIENCE);

            proxy.awaitRequests(OpCode.MULTI, 1, PATIENCE);

            assertThat(sent()).containsExactly(OpCode.CONNECT, OpCode.CREATE, OpCode.CREATE, OpCode.MULTI);
        }
    }

    @Test
    void aRegistrationInAConfirmedSessionCostsOneWriteAndOneWatch() throws InterruptedException {
        try (HoldfastClient client = client("registering").start()) {
            client.awaitConfirmed(PATIENCE);
            proxy.resetCounts();

            Registration registration = client.register("/registering", DATA);
            registration.awaitRegistered(PATIENCE);

            assertThat(sent()).containsExactly(OpCode.CREATE2, OpCode.EXISTS);
            registration.close();
            assertThat(sent()).containsExactly(OpCode.CREATE2, OpCode.EXISTS, OpCode.DELETE);
        }
    }

    @Test
    void aReconnectionCostsOneProbeAndOneListForAllRegistrations() throws InterruptedException {
        reconnects(proxy.connectString(), "/reconnecting");
    }

    @Test
    void aReconnectionBelowAChrootCostsNoMore() throws Exception {
        try (var creator =
                SmallTicks.curator(SERVERS.ensemble().connectString()).build()) {
            creator.start();
            creator.create().forPath("/chroot");
        }

        reconnects(proxy.connectString() + "/chroot", "/reconnecting");
    }

    private void reconnects(String connectString, String prefix) throws InterruptedException {
        try (HoldfastClient client = SmallTicks.member(connectString, "reconnecting")
                .withoutSessionMarkers()
                .build()
                .start()) {
            List<Registration> registrations = new ArrayList<>();
            List<RegisteredNode> before = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                registrations.add(client.register(prefix + "-" + i, DATA));
            }
            for (Registration registration : registrations) {
                before.add(registration.awaitRegistered(PATIENCE));
            }
            proxy.resetCounts();

            proxy.cut();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(proxy.count(OpCode.GET_EPHEMERALS))
                    .isEqualTo(1));

            for (int i = 0; i < 3; i++) {
                assertThat(registrations.get(i).awaitRegistered(PATIENCE)).isEqualTo(before.get(i));
            }
            assertThat(sent())
                    .containsExactly(OpCode.CONNECT, OpCode.SET_WATCHES, OpCode.CREATE, OpCode.GET_EPHEMERALS);
        }
    }

    @Test
    void aNewSessionCostsTwoProbesAndWhatItsRegistrationsCost() throws InterruptedException {
        try (HoldfastClient client = client("renewing").start()) {
            client.register("/renewing", DATA).awaitRegistered(PATIENCE);
            long before = SmallTicks.session(client);
            proxy.resetCounts();

            SmallTicks.declareExpired(client);
            await().atMost(PATIENCE)
                    .until(() -> SmallTicks.isConfirmed(client) && SmallTicks.session(client) != before);

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(proxy.requests().stream()
                            .filter(request -> request.ephemeral() && request.opCode() == OpCode.CREATE))
                    .hasSize(2));
        }
    }

    @Test
    void heartbeatsAreSentOnlyWhileSomebodyHoldsASafety() throws InterruptedException {
        try (HoldfastClient client = client("beating").start()) {
            client.awaitConfirmed(PATIENCE);
            proxy.resetCounts();
            await().during(SESSION_TIMEOUT).atMost(PATIENCE).untilAsserted(() -> assertThat(sent())
                    .isEmpty());

            try (Safety safety = client.sessions().get(0).safety()) {
                proxy.awaitRequests(OpCode.CREATE, 3, PATIENCE);
                List<RecordedRequest> beats = proxy.requests().stream()
                        .filter(request -> request.opCode() == OpCode.CREATE)
                        .toList();
                assertThat(Duration.ofNanos(
                                beats.get(2).nanoTime() - beats.get(1).nanoTime()))
                        .isBetween(SESSION_TIMEOUT.dividedBy(8), SESSION_TIMEOUT.dividedBy(3));
                assertThat(safety.isSafe()).isTrue();
            }
            int beats = proxy.count(OpCode.CREATE);

            await().during(SESSION_TIMEOUT).atMost(PATIENCE).untilAsserted(() -> assertThat(proxy.count(OpCode.CREATE))
                    .isEqualTo(beats));
        }
    }

    @Test
    void nothingPollsAndNoRegistrationHasAThread() throws InterruptedException {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        try (HoldfastClient client = client("many").start()) {
            client.register("/many", DATA).awaitRegistered(PATIENCE);
            int before = threads.getThreadCount();
            threads.resetPeakThreadCount();

            List<Registration> registrations = Stream.iterate(0, i -> i + 1)
                    .limit(MANY)
                    .map(i -> client.register("/many-" + i, DATA))
                    .toList();
            for (Registration registration : registrations) {
                registration.awaitRegistered(PATIENCE);
            }

            assertThat(threads.getPeakThreadCount()).as("while registering").isLessThan(before + MANY / 10);
            proxy.resetCounts();
            await().during(Duration.ofSeconds(5))
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(sent()).as("nothing polls").isEmpty());
            assertThat(registrations).allMatch(registration -> registration.state() instanceof Registered);

            threads.resetPeakThreadCount();
            proxy.cut();
            proxy.awaitRequests(OpCode.GET_EPHEMERALS, 1, PATIENCE);
            await().atMost(PATIENCE).until(() -> registrations.stream()
                    .allMatch(registration -> registration.state() instanceof Registered));
            assertThat(threads.getPeakThreadCount()).as("while reconnecting").isLessThan(before + MANY / 10);

            threads.resetPeakThreadCount();
            long old = SmallTicks.session(client);
            SmallTicks.declareExpired(client);
            await().atMost(PATIENCE).until(() -> registrations.stream()
                    .allMatch(registration -> registration.state() instanceof Registered registered
                            && registered.registered().session().value() != old));
            assertThat(threads.getPeakThreadCount())
                    .as("while registering again")
                    .isLessThan(before + MANY / 10);
        }
    }

    @Test
    void aReconnectionWritesNothingToTheJournal(@TempDir Path directory) throws Exception {
        Path journals = directory.resolve("journal");
        try (HoldfastClient client = SmallTicks.member(proxy.connectString(), "journaling")
                .journal(journals)
                .build()
                .start()) {
            Registration registration = client.register("/journaling", DATA);
            RegisteredNode node = registration.awaitRegistered(PATIENCE);
            long size = size(journals);
            for (int i = 1; i <= 3; i++) {
                proxy.resetCounts();
                proxy.cut();
                proxy.awaitRequests(OpCode.GET_EPHEMERALS, 1, PATIENCE);
                assertThat(registration.awaitRegistered(PATIENCE)).isEqualTo(node);
            }

            assertThat(size(journals)).isEqualTo(size);
        }
    }

    private static long size(Path directory) throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            long sum = 0;
            for (Path file : files.toList()) {
                sum += Files.size(file);
            }
            return sum;
        }
    }

    private HoldfastClient client(String memberId) {
        return SmallTicks.member(proxy.connectString(), memberId)
                .withoutSessionMarkers()
                .build();
    }

    private List<OpCode> sent() {
        return proxy.requests().stream()
                .map(RecordedRequest::opCode)
                .filter(opCode -> opCode != OpCode.PING)
                .toList();
    }
}
