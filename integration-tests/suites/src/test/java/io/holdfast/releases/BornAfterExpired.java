// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import static io.holdfast.releases.Stage.PATIENCE;
import static io.holdfast.releases.Stage.SESSION_TIMEOUT;
import static io.holdfast.releases.Stage.TICK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.event.HoldfastEvent.SessionChanged;
import io.holdfast.registration.Registration;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Span;
import io.holdfast.testing.peer.OrdinaryClient;
import io.holdfast.testing.peer.OrdinaryClientSettings;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.proxy.RecordedRequest;
import io.holdfast.testing.wire.OpCode;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What the first original report has become with local sessions: the upgrade of a session is under way when its connection
 * breaks, its client is told Expired, and then createSession and the create behind it are carried out.
 */
final class BornAfterExpired {

    private final Stage stage;
    private final FaultProxy before;
    private final FaultProxy after;
    private final Map<Socket, OrdinaryClient> ordinary = new EnumMap<>(Socket.class);
    private final Map<Socket, OurClient> ours = new EnumMap<>(Socket.class);
    private final Map<Socket, Registration> registrations = new EnumMap<>(Socket.class);

    private BornAfterExpired(Stage stage) {
        this.stage = stage;
        this.before = stage.ensemble().followers().get(0).proxy();
        this.after = stage.ensemble().followers().get(1).proxy();
    }

    /** Plays it. */
    static SeedFinding play(Stage stage) throws Exception {
        BornAfterExpired hazard = new BornAfterExpired(stage);
        try (OwnerObserver observer = OwnerObserver.of(stage.ensemble())) {
            return hazard.play(observer);
        } finally {
            stage.ensemble().heal();
            hazard.ordinary.values().forEach(OrdinaryClient::close);
            hazard.ours.values().forEach(OurClient::close);
        }
    }

    private SeedFinding play(OwnerObserver observer) throws Exception {
        Gate preparation = stage.ensemble().gate(Rules.HOLD_PREP_OF_CREATE_SESSION);
        // one server opens all sessions before the first create arrives; a server of 3.5 opens none while one is
        // upgraded
        after.refuse();
        before.toServer().hold(OpCode.CREATE);
        open(observer);
        long[] upgrading = awaitSessions();
        preparation.close();
        Gate upgrades = stage.ensemble().gate(SeedRules.UPGRADING);
        upgrades.closeFor(upgrading);
        before.toServer().release();
        for (long session : upgrading) {
            upgrades.awaitReached(session, PATIENCE);
        }
        preparation.awaitReached(PATIENCE);

        after.toServer().hold(OpCode.CREATE);
        after.accept();
        before.refuse();
        await().atMost(PATIENCE).untilAsserted(() -> {
            ordinary.values().forEach(client -> assertThat(client.sessions()).hasSizeGreaterThan(1));
            ours.values().forEach(client -> assertThat(sessions(client)).hasSizeGreaterThan(1));
        });
        Map<Socket, Long> told = new EnumMap<>(Socket.class);
        ordinary.forEach((socket, client) -> told.put(socket, client.sessions().get(0)));
        ordinary.keySet().forEach(socket -> assertThat(observer.everySpanOf(ordinaryPath(socket)))
                .isEmpty());
        preparation.open();
        after.toServer().release();
        before.accept();

        for (Socket socket : Socket.values()) {
            observer.awaitOwner(ordinaryPath(socket), told.get(socket), PATIENCE);
            ordinary.get(socket).awaitRegisteredAfter(told.get(socket), PATIENCE);
            OurClient our = ours.get(socket);
            await().atMost(PATIENCE).until(() -> our.isRegistered(registrations.get(socket)));
            observer.awaitOwner(ourPath(socket), our.session(), PATIENCE);
        }
        for (Socket socket : Socket.values()) {
            observer.awaitAbsent(ordinaryPath(socket), PATIENCE);
            assertThat(lifeOf(observer, ordinaryPath(socket)))
                    .as("about one more session timeout\n" + observer.toText())
                    .isGreaterThan(SESSION_TIMEOUT.minus(TICK.multipliedBy(2)));
            assertThat(ordinary.get(socket).belief(ordinaryPath(socket)))
                    .as("it does not know that it has no node any more")
                    .isPresent();
            long session = ours.get(socket).session();
            assertThat(observer.everySpanOf(ourPath(socket)))
                    .as(observer.toText())
                    .isNotEmpty()
                    .allMatch(span -> span.owner() == session);
        }
        return new SeedFinding("an orphan for a session timeout, then its node is lost for good", "prevented");
    }

    private void open(OwnerObserver observer) {
        for (Socket socket : Socket.values()) {
            observer.watch(ordinaryPath(socket)).watch(ourPath(socket));
            ours.put(socket, stage.ours(connectString(), "born-" + socket.segment(), socket));
            registrations.put(socket, ours.get(socket).register(ourPath(socket)));
            OrdinaryClientSettings settings = OrdinaryClient.connectingTo(connectString())
                    .registering(ordinaryPath(socket))
                    .sessionTimeout(SESSION_TIMEOUT);
            ordinary.put(socket, (socket == Socket.NETTY ? settings.overNetty() : settings).start());
        }
    }

    private String connectString() {
        return before.connectString() + "," + after.connectString();
    }

    /** Returns the local sessions of all clients, each of which has sent its first ephemeral create, or a probe. */
    private long[] awaitSessions() {
        await().atMost(PATIENCE).until(() -> {
            Set<Long> creating = before.requests().stream()
                    .filter(RecordedRequest::ephemeral)
                    .map(RecordedRequest::sessionId)
                    .collect(Collectors.toSet());
            return ordinary.values().stream().allMatch(client -> creating.contains(client.sessionId()))
                    && ours.values().stream().allMatch(client -> creating.contains(client.session()));
        });
        return LongStream.concat(
                        ordinary.values().stream().mapToLong(OrdinaryClient::sessionId),
                        ours.values().stream().mapToLong(OurClient::session))
                .toArray();
    }

    private static Set<Long> sessions(OurClient client) {
        return client.events(SessionChanged.class).stream()
                .map(changed -> changed.sessionId())
                .filter(session -> session != 0)
                .collect(Collectors.toSet());
    }

    private static Duration lifeOf(OwnerObserver observer, String path) {
        long from = observer.everySpanOf(path).stream()
                .mapToLong(Span::fromNanos)
                .min()
                .orElseThrow();
        long to = observer.everySpanOf(path).stream()
                .mapToLong(span -> span.toNanos().orElse(System.nanoTime()))
                .max()
                .orElseThrow();
        return Duration.ofNanos(to - from);
    }

    private static String ordinaryPath(Socket socket) {
        return "/born-ordinary-" + socket.segment();
    }

    private static String ourPath(Socket socket) {
        return "/born-ours-" + socket.segment();
    }
}
