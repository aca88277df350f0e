// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import static io.holdfast.releases.Stage.GHOST_LIFE;
import static io.holdfast.releases.Stage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationState.Waiting;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.observer.Sighting;
import io.holdfast.testing.peer.OrdinaryClient;
import io.holdfast.testing.peer.OrdinaryClientSettings;
import io.holdfast.testing.proxy.FaultProxy;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The second original report with its window held open: the leader hears nothing for too long, marks several sessions as
 * over, tells their clients so, and deletes their nodes much later. A client of each kind goes through it over each socket,
 * all at once.
 */
final class DyingSession {

    private static final String MARKED = "/dying-marked";

    private final Stage stage;
    private final FaultProxy proxy;
    private final Map<Socket, OrdinaryClient> ordinary = new EnumMap<>(Socket.class);
    private final Map<Socket, OurClient> ours = new EnumMap<>(Socket.class);
    private final Map<Socket, Registration> registrations = new EnumMap<>(Socket.class);

    /** With markers; none where the servers have no transactions. */
    private Optional<Marked> marked = Optional.empty();

    private record Marked(OurClient client, Registration registration) {}

    private DyingSession(Stage stage) {
        this.stage = stage;
        this.proxy = stage.follower();
    }

    /** Plays it. */
    static SeedFinding play(Stage stage) throws Exception {
        DyingSession report = new DyingSession(stage);
        try (OwnerObserver observer = OwnerObserver.of(stage.ensemble())) {
            return report.play(observer);
        } finally {
            stage.ensemble().heal();
            report.ordinary.values().forEach(OrdinaryClient::close);
            report.ours.values().forEach(OurClient::close);
            report.marked.ifPresent(each -> each.client().close());
        }
    }

    private SeedFinding play(OwnerObserver observer) throws Exception {
        open(observer);
        Map<Socket, Long> ordinaryOld = new EnumMap<>(Socket.class);
        Map<Socket, Long> ourOld = new EnumMap<>(Socket.class);
        ordinary.forEach((socket, client) -> ordinaryOld.put(socket, client.sessionId()));
        ours.forEach((socket, client) -> ourOld.put(socket, client.session()));

        long markedOld = marked.map(each -> each.client().session()).orElse(0L);

        Gate late = expire(Stream.of(ordinaryOld.values().stream(), ourOld.values().stream(), Stream.of(markedOld))
                .flatMap(each -> each)
                .mapToLong(Long::longValue)
                .filter(session -> session != 0)
                .toArray());
        if (marked.isPresent()) {
            requireThatItIsTakenBack(marked.get(), markedOld, late);
        }
        for (Socket socket : Socket.values()) {
            ordinary.get(socket).awaitRegisteredAfter(ordinaryOld.get(socket), PATIENCE);
            assertThat(ordinary.get(socket).belief(ordinaryPath(socket)))
                    .hasValueSatisfying(
                            belief -> assertThat(belief.foundExisting()).isTrue());
            OurClient our = ours.get(socket);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(our.hasMetItsGhost(ourOld.get(socket)))
                    .as(our.story())
                    .isTrue());
            assertThat(registrations.get(socket).state()).isInstanceOf(Waiting.class);
        }

        long deleted = System.nanoTime();
        late.open();
        Map<Socket, Duration> healed = new EnumMap<>(Socket.class);
        for (Socket socket : Socket.values()) {
            OurClient our = ours.get(socket);
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(PATIENCE)
                    .until(() -> our.isRegistered(registrations.get(socket)));
            healed.put(socket, Duration.ofNanos(System.nanoTime() - deleted));
            assertThat(our.session()).isNotEqualTo(ourOld.get(socket));
            observer.awaitOwner(ourPath(socket), our.session(), PATIENCE);
            observer.awaitAbsent(ordinaryPath(socket), PATIENCE);
        }
        requireThatItStaysSo(observer);
        Bound.DELETED.require(healed);
        return new SeedFinding("its node is lost for good", SeedFinding.healed(healed));
    }

    private static void requireThatItIsTakenBack(Marked its, long old, Gate late) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(its.client().isRegistered(its.registration()))
                    .as(its.client().story())
                    .isTrue();
            assertThat(its.client().session()).isNotEqualTo(old);
        });
        assertThat(late.waiting()).contains(old);
    }

    private void open(OwnerObserver observer) throws InterruptedException {
        observer.watch(MARKED);
        if (!stage.release().leavesUnknownUnanswered()) {
            OurClient client = stage.ours(proxy.connectString(), "dying-marked", Socket.NIO);
            marked = Optional.of(new Marked(client, client.register(MARKED)));
            marked.get().registration().awaitRegistered(PATIENCE);
        }
        for (Socket socket : Socket.values()) {
            observer.watch(ordinaryPath(socket)).watch(ourPath(socket));
            OrdinaryClientSettings settings = OrdinaryClient.connectingTo(proxy.connectString())
                    .registering(ordinaryPath(socket))
                    .sessionTimeout(Stage.SESSION_TIMEOUT);
            ordinary.put(socket, (socket == Socket.NETTY ? settings.overNetty() : settings).start());
            ours.put(socket, stage.waiting(proxy.connectString(), "dying-" + socket.segment(), socket));
            registrations.put(socket, ours.get(socket).register(ourPath(socket)));
        }
        for (Socket socket : Socket.values()) {
            ordinary.get(socket).awaitRegistered(PATIENCE);
            registrations.get(socket).awaitRegistered(PATIENCE);
        }
    }

    /** Returns when each of the sessions is marked, and its client, which was well all the time, is about to hear of it. */
    private Gate expire(long... sessions) throws InterruptedException {
        Gate late = stage.ensemble().gate(Rules.POSTPONE_CLOSE);
        Gate touches = stage.ensemble().gate(Rules.DROP_TOUCHES);
        late.closeFor(sessions);
        touches.closeFor(sessions);
        for (long session : sessions) {
            late.awaitReached(session, PATIENCE);
        }
        touches.open();
        proxy.cut();
        return late;
    }

    private void requireThatItStaysSo(OwnerObserver observer) {
        await().during(GHOST_LIFE).atMost(PATIENCE).untilAsserted(() -> {
            if (marked.isPresent()) {
                assertThat(observer.ownerNow(MARKED).values())
                        .as(observer.toText())
                        .isNotEmpty()
                        .allMatch(seen -> seen.isOwnedBy(marked.get().client().session()));
            }
            for (Socket socket : Socket.values()) {
                OrdinaryClient client = ordinary.get(socket);
                assertThat(client.belief(ordinaryPath(socket)))
                        .hasValueSatisfying(
                                belief -> assertThat(belief.sessionId()).isEqualTo(client.sessionId()));
                assertThat(observer.ownerNow(ordinaryPath(socket)).values())
                        .as(observer.toText())
                        .allMatch(seen -> seen.state() == Sighting.State.ABSENT);
                long session = ours.get(socket).session();
                assertThat(observer.ownerNow(ourPath(socket)).values())
                        .as(observer.toText())
                        .isNotEmpty()
                        .allMatch(seen -> seen.isOwnedBy(session));
            }
        });
    }

    private static String ordinaryPath(Socket socket) {
        return "/dying-ordinary-" + socket.segment();
    }

    private static String ourPath(Socket socket) {
        return "/dying-ours-" + socket.segment();
    }
}
