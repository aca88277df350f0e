// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.scene;

import io.holdfast.samples.cast.HoldfastMember;
import io.holdfast.samples.cast.OrdinaryMember;
import io.holdfast.samples.history.Party;
import io.holdfast.samples.history.SceneFinding;
import io.holdfast.samples.history.SceneRecord;
import io.holdfast.samples.screen.Narrator;
import io.holdfast.samples.stage.OwnStage;
import io.holdfast.testing.ensemble.Server;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.proxy.FaultProxy;
import java.time.Duration;
import java.util.List;

/**
 * The leader stands still for eight seconds, by SIGSTOP, and then is slow to end the sessions that ran out meanwhile:
 * their clients are told so, and have new sessions, before the nodes of the old ones are deleted.
 */
public final class VanishingNode implements Scene {

    private static final int NODES = 3;
    private static final Duration STOP = Duration.ofSeconds(8);
    private static final Duration SLOW = Duration.ofSeconds(4);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final OwnStage stage;
    private final Narrator narrator;

    public VanishingNode(OwnStage stage, Narrator narrator) {
        this.stage = stage;
        this.narrator = narrator;
    }

    @Override
    public String title() {
        return "A node that vanishes under a live session";
    }

    @Override
    public String story() {
        return "The leader stands still for 8 seconds, and the clients lose their connections. Afterwards it marks their"
                + " sessions as expired at once, but is slow to end them. The clients are told, open new sessions, and create"
                + " their nodes again: NodeExists, for the old nodes still stand. Then the leader ends the old sessions and"
                + " deletes those nodes.";
    }

    @Override
    public SceneRecord play() throws InterruptedException {
        String folder = stage.workspace().folder("vanishing");
        try (Performance performance = new Performance(stage, narrator)) {
            for (int i = 1; i <= NODES; i++) {
                performance.add(OrdinaryMember.start(
                        stage.proxiedConnectString(), stage.sessionTimeout(), folder + "/ordinary-" + i));
            }
            for (int i = 1; i <= NODES; i++) {
                performance.add(HoldfastMember.start(
                        stage.proxiedConnectString(), stage.sessionTimeout(), folder + "/holdfast-" + i));
            }
            narrator.waitFor("all " + 2 * NODES + " clients to register", LIMIT, performance::allRegistered);
            narrator.dwell("all is well", Duration.ofSeconds(1));
            performance.table("Everybody is registered");
            List<Long> old = performance.sessions();
            Server leader = stage.ensemble().leader();
            Gate ending = leader.gate(OwnStage.HOLD_END_OF_SESSIONS);
            stopLeader(performance, leader, ending);
            endOldSessionsSlowly(performance, leader, ending, old);
            narrator.dwell(
                    "watching whether anybody puts the nodes back",
                    stage.sessionTimeout().multipliedBy(2));
            long end = narrator.now();
            performance.table("At the end");
            return performance.record(title(), story(), findings(performance, end));
        } finally {
            stage.ensemble().heal();
        }
    }

    private void stopLeader(Performance performance, Server leader, Gate ending) throws InterruptedException {
        ending.close();
        long since = narrator.now();
        stage.proxies().forEach(FaultProxy::refuse);
        leader.pause();
        performance.moment(
                "leader stopped", "SIGSTOP: the leader, server " + leader.id() + ", stands still; connections break");
        narrator.dwell("the leader stands still", STOP);
        leader.resume();
        performance.lasted(since, "leader stands still");
        performance.moment("leader goes on", "SIGCONT: the leader goes on, and finds that sessions have run out");
        narrator.waitFor("the leader to mark them as expired", LIMIT, () -> !ending.waiting()
                .isEmpty());
    }

    /** The leader's thread that would end them is held, and with it the leader's own clients, so it gets none. */
    private void endOldSessionsSlowly(Performance performance, Server leader, Gate ending, List<Long> old)
            throws InterruptedException {
        long since = narrator.now();
        stage.ensemble().servers().stream()
                .filter(server -> server.id() != leader.id())
                .forEach(server -> server.proxy().accept());
        narrator.waitFor("every client to be told that its session is over", LIMIT, () -> performance.allHaveLost(old));
        narrator.waitFor(
                "the ordinary clients to say that they are registered again",
                LIMIT,
                () -> performance.all(
                        Party.ORDINARY, standing -> standing.claim().registered()));
        narrator.dwell("the leader is slow to end the old sessions", SLOW);
        performance.table("The old sessions have expired, but have not been ended");
        ending.open();
        leader.proxy().accept();
        performance.lasted(since, "slow to end the old sessions");
        performance.moment("old sessions end", "the leader ends the old sessions and deletes their nodes");
        narrator.waitFor(
                "the old nodes to be deleted",
                LIMIT,
                () -> performance.all(
                        Party.ORDINARY, standing -> standing.onServers().equals(NodeStatus.NO_NODE)));
        narrator.waitFor(
                "Holdfast to be registered", LIMIT, () -> performance.all(Party.HOLDFAST, Performance::isRegistered));
    }

    private List<SceneFinding> findings(Performance performance, long end) {
        return List.of(
                Findings.lostForGood(
                        performance.lanes(Party.ORDINARY), end, stage.sessionTimeout(), performance::hasLiveSession),
                Findings.kept(performance.lanes(Party.HOLDFAST), end));
    }
}
