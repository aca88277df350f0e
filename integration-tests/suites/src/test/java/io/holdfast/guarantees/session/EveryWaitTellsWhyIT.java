// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.event.HoldfastEvent.NotConnected;
import io.holdfast.guarantees.support.Member;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationState.AwaitingSession;
import io.holdfast.testing.ensemble.Ensemble;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.zookeeper.client.ZKClientConfig;
import org.junit.jupiter.api.Test;

/** Whoever waits for a session can read why there is none: in the state, the message, the client's text and an event. */
class EveryWaitTellsWhyIT {

    private static final Duration SHORT = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void aNameThatCannotBeResolved() throws Exception {
        requireTold("no-such-host.invalid:2181", "no-such-host.invalid:2181 cannot be resolved");
    }

    @Test
    void aServerThatIsNotThere() throws Exception {
        int port;
        try (ServerSocket socket = listening()) {
            port = socket.getLocalPort();
        }
        requireTold("127.0.0.1:" + port, "127.0.0.1:" + port + " refuses the connection");
    }

    @Test
    void aServerThatAcceptsAndCloses() throws Exception {
        try (ServerSocket socket = listening()) {
            accepting(socket, EveryWaitTellsWhyIT::close);
            requireTold("127.0.0.1:" + socket.getLocalPort(), "accepts the connection and closes it");
        }
    }

    @Test
    void aServerThatIsSilent() throws Exception {
        List<Socket> open = new ArrayList<>();
        try (ServerSocket socket = listening()) {
            accepting(socket, open::add);
            requireTold("127.0.0.1:" + socket.getLocalPort(), "accepts the connection and is silent");
        } finally {
            open.forEach(EveryWaitTellsWhyIT::close);
        }
    }

    @Test
    void aServerWithoutAQuorumAndTheFirstSessionThatIsNoneOfItsFault() throws Exception {
        try (Ensemble ensemble = Ensemble.builder().servers(3).start();
                Member member = Member.start(ensemble.server(1).connectString(), "of-a-quorum")) {
            Registration registration = member.register("/of-a-quorum");
            registration.awaitRegistered(PATIENCE);

            ensemble.server(2).stop();
            ensemble.server(3).stop();

            await().atMost(PATIENCE).until(() -> member.diary().events(NotConnected.class).stream()
                    .anyMatch(event -> event.servers().contains("serves nobody: it has no quorum")));
            assertThat(member.client().toString()).contains("serves nobody");
            await().atMost(PATIENCE)
                    .until(() -> registration.state() instanceof AwaitingSession waiting
                            && waiting.why().contains("serves nobody"));

            ensemble.server(2).start();
            ensemble.server(3).start();
            await().atMost(PATIENCE).until(member::isRegistered);
            assertThat(member.client().toString()).doesNotContain("serves nobody");
        }
    }

    @Test
    void aServerThatHasNoConnectionLeft() throws Exception {
        try (Ensemble ensemble = Ensemble.builder()
                        .servers(1)
                        .config("maxClientCnxns", "1")
                        .start();
                Member first = Member.start(ensemble.connectString(), "first")) {
            first.register("/first").awaitRegistered(PATIENCE);

            requireTold(ensemble.connectString(), "maxClientCnxns");
        }
    }

    @Test
    void aServerThatSpeaksNoTls() throws Exception {
        ZKClientConfig tls = new ZKClientConfig();
        tls.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
        tls.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
        try (Ensemble ensemble = Ensemble.builder().servers(1).start();
                Member member =
                        Member.start(ensemble.connectString(), "tls", settings -> settings.zkClientConfig(tls))) {
            requireTold(member, ensemble.connectString(), "TLS");
        }
    }

    private static void requireTold(String connectString, String why) throws Exception {
        try (Member member = Member.start(connectString, "waiting")) {
            requireTold(member, connectString, why);
        }
    }

    private static void requireTold(Member member, String connectString, String why) {
        Registration registration = member.register("/n");

        assertThatExceptionOfType(SessionNotConfirmedException.class)
                .isThrownBy(() -> registration.awaitRegistered(SHORT))
                .withMessageContainingAll(
                        "/n is not registered after 5000 ms", "no server answers", why, "keeps trying")
                .withMessageNotContaining("[");
        assertThatExceptionOfType(SessionNotConfirmedException.class)
                .isThrownBy(() -> member.client().awaitConfirmed(Duration.ofMillis(1)))
                .withMessageContainingAll(connectString, why);
        assertThat(registration.state())
                .isInstanceOfSatisfying(AwaitingSession.class, waiting -> assertThat(waiting.why())
                        .contains(why));
        assertThat(member.client().toString()).contains(why);
        assertThat(member.diary().events(NotConnected.class))
                .anyMatch(event -> event.servers().contains(why));
    }

    private static ServerSocket listening() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    private static void accepting(ServerSocket listening, Consumer<Socket> then) {
        Thread thread = new Thread(
                () -> {
                    while (true) {
                        try {
                            then.accept(listening.accept());
                        } catch (IOException e) {
                            return;
                        }
                    }
                },
                "accepting");
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
