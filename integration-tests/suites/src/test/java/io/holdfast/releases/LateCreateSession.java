// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import static io.holdfast.releases.Stage.GHOST_LIFE;
import static io.holdfast.releases.Stage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.registration.Registration;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.observer.OwnerObserver;
import io.holdfast.testing.proxy.FaultProxy;
import io.holdfast.testing.wire.OpCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;

/**
 * The first original report step by step: createSession is committed late at the leader, closeSession is prepared before, and
 * the create that follows is prepared after. A client of each kind goes through it over each socket, all at once.
 */
final class LateCreateSession {

    private static final String FIRST = "-first";

    private final Stage stage;
    private final FaultProxy proxy;
    private final Map<Socket, PlainClient> ordinary = new EnumMap<>(Socket.class);
    private final Map<Socket, OurClient> ours = new EnumMap<>(Socket.class);
    private final Map<Socket, Registration> registrations = new EnumMap<>(Socket.class);

    private final List<Long> first = new ArrayList<>();

    private LateCreateSession(Stage stage) {
        this.stage = stage;
        this.proxy = stage.follower();
    }

    /** Plays it. */
    static SeedFinding play(Stage stage) throws Exception {
        LateCreateSession report = new LateCreateSession(stage);
        try (OwnerObserver observer = OwnerObserver.of(stage.ensemble())) {
            return report.play(observer);
        } finally {
            stage.ensemble().heal();
            report.ordinary.values().forEach(PlainClient::close);
            report.ours.values().forEach(OurClient::close);
        }
    }

    private SeedFinding play(OwnerObserver observer) throws Exception {
        for (Socket socket : Socket.values()) {
            observer.watch(ordinaryPath(socket)).watch(ourPath(socket));
        }
        // the observer's own sessions would wait at the gates as well
        observer.awaitAbsent(ourPath(Socket.NIO), PATIENCE);
        Gate late = stage.ensemble().leader().gate(SeedRules.APPLY_CREATE_SESSION);
        late.close();
        open();
        Map<Socket, CompletableFuture<Code>> answers = createInTheProxy();

        createBetweenTheCloseAndItsCommit(late);

        long orphaned = System.nanoTime();
        return stage.release().keepsOrphans() ? orphans(observer, orphaned) : immune(observer, answers);
    }

    /** Every session is global, and the leader has applied the creation of none. */
    private void open() throws Exception {
        for (Socket socket : Socket.values()) {
            PlainClient plain = PlainClient.connect(proxy.connectString(), socket);
            ordinary.put(socket, plain);
            plain.create(ordinaryPath(socket) + FIRST, CreateMode.EPHEMERAL);
            OurClient our = stage.ours(proxy.connectString(), "late-" + socket.segment(), socket);
            ours.put(socket, our);
            our.register(ourPath(socket) + FIRST).awaitRegistered(PATIENCE);
        }
    }

    private Map<Socket, CompletableFuture<Code>> createInTheProxy() throws InterruptedException {
        proxy.toServer().hold(OpCode.CREATE, OpCode.CREATE2);
        int before = proxy.count(OpCode.CREATE, OpCode.CREATE2);
        Map<Socket, CompletableFuture<Code>> answers = new EnumMap<>(Socket.class);
        ordinary.forEach(
                (socket, plain) -> answers.put(socket, plain.createLater(ordinaryPath(socket), CreateMode.EPHEMERAL)));
        ours.forEach((socket, our) -> registrations.put(socket, our.register(ourPath(socket))));
        int creates = ordinary.size() + ours.size();
        await().atMost(PATIENCE).until(() -> proxy.count(OpCode.CREATE, OpCode.CREATE2) >= before + creates);
        return answers;
    }

    private void createBetweenTheCloseAndItsCommit(Gate late) throws Exception {
        Server leader = stage.ensemble().leader();
        Server follower = stage.ensemble().followers().get(0);
        Gate atLeader = leader.gate(SeedRules.APPLY_CLOSE_SESSION);
        Gate atFollower = follower.gate(SeedRules.APPLY_CLOSE_SESSION);
        Gate closes = leader.gate(SeedRules.CLOSE_PREPARED);
        Gate creates = leader.gate(SeedRules.CREATE_PREPARED);
        atLeader.closeFor(sessions());
        atFollower.closeFor(sessions());
        closes.closeFor(sessions());
        stage.ensemble().gate(Rules.DROP_TOUCHES).closeFor(sessions());
        for (long session : sessions()) {
            closes.awaitReached(session, PATIENCE);
        }
        atFollower.awaitReached(PATIENCE);
        late.open();
        atLeader.awaitReached(PATIENCE);
        creates.closeFor(sessions());
        proxy.toServer().release();
        for (long session : sessions()) {
            creates.awaitReached(session, PATIENCE);
        }
        stage.ensemble().heal();
    }

    /** The leader had taken the sessions back, and let the creates pass. */
    private SeedFinding orphans(OwnerObserver observer, long since) throws Exception {
        Map<Socket, Duration> healed = new EnumMap<>(Socket.class);
        for (Socket socket : Socket.values()) {
            Registration registration = registrations.get(socket);
            OurClient our = ours.get(socket);
            registration.awaitRegistered(PATIENCE);
            observer.awaitOwner(ourPath(socket), our.session(), PATIENCE);
            healed.put(socket, Duration.ofNanos(System.nanoTime() - since));
            assertThat(observer.everySpanOf(ourPath(socket)))
                    .as("there was an orphan\n" + observer.toText())
                    .anyMatch(span -> span.owner() != our.session());
        }
        await().during(GHOST_LIFE).atMost(PATIENCE).untilAsserted(() -> {
            for (Socket socket : Socket.values()) {
                long dead = ordinary.get(socket).session();
                assertThat(observer.ownerNow(ordinaryPath(socket)).values())
                        .as("the ordinary client's orphan stays\n" + observer.toText())
                        .isNotEmpty()
                        .allMatch(seen -> seen.isOwnedBy(dead));
                assertThat(observer.ownerNow(ourPath(socket)).values())
                        .as(observer.toText())
                        .allMatch(seen -> seen.isOwnedBy(ours.get(socket).session()));
            }
        });
        Bound.FORGOTTEN_SESSION.require(healed);
        return new SeedFinding("an orphan for good", SeedFinding.healed(healed));
    }

    /** The leader keeps the sessions marked as closing until their end, and refuses the creates. */
    private SeedFinding immune(OwnerObserver observer, Map<Socket, CompletableFuture<Code>> answers) throws Exception {
        for (Socket socket : Socket.values()) {
            assertThat(answers.get(socket))
                    .as("the create's answer")
                    .succeedsWithin(PATIENCE)
                    .isNotEqualTo(Code.OK);
            observer.awaitAbsent(ordinaryPath(socket), PATIENCE);
            assertThat(observer.everySpanOf(ordinaryPath(socket)))
                    .as(observer.toText())
                    .isEmpty();
            OurClient our = ours.get(socket);
            Registration registration = registrations.get(socket);
            await().atMost(PATIENCE).until(() -> our.isRegistered(registration));
            observer.awaitOwner(ourPath(socket), our.session(), PATIENCE);
            assertThat(observer.everySpanOf(ourPath(socket)))
                    .as(observer.toText())
                    .allMatch(span -> span.owner() == our.session());
        }
        return new SeedFinding("nothing: the leader refuses the create", "prevented");
    }

    /** Our first sessions, whatever came later. */
    private long[] sessions() {
        if (first.isEmpty()) {
            ordinary.values().forEach(plain -> first.add(plain.session()));
            ours.values().forEach(our -> first.add(our.session()));
        }
        return first.stream().mapToLong(Long::longValue).toArray();
    }

    private static String ordinaryPath(Socket socket) {
        return "/late-ordinary-" + socket.segment();
    }

    private static String ourPath(Socket socket) {
        return "/late-ours-" + socket.segment();
    }
}
