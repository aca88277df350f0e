// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.scene;

import io.holdfast.samples.cast.HoldfastMember;
import io.holdfast.samples.cast.OrdinaryMember;
import io.holdfast.samples.history.Party;
import io.holdfast.samples.history.SceneRecord;
import io.holdfast.samples.screen.Narrator;
import io.holdfast.samples.stage.OwnStage;
import io.holdfast.testing.gate.Gate;
import io.holdfast.testing.gate.Rules;
import io.holdfast.testing.proxy.RecordedRequest;
import java.time.Duration;
import java.util.List;

/**
 * The leader is overloaded: createSession of sessions that are to become global stays in its queue, and the first create
 * behind it. Meanwhile the connections break, and the clients are told that their sessions are over.
 */
public final class OutlivingNode implements Scene {

    private static final int NODES = 2;
    private static final Duration OVERLOAD = Duration.ofSeconds(3);
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final OwnStage stage;
    private final Narrator narrator;

    public OutlivingNode(OwnStage stage, Narrator narrator) {
        this.stage = stage;
        this.narrator = narrator;
    }

    @Override
    public String title() {
        return "A node that outlives its session";
    }

    @Override
    public String story() {
        return "Sessions begin as local ones; the first ephemeral node makes them global. The overloaded leader lets that"
                + " wait, and the create behind it. The connections break, the clients are told that their sessions are"
                + " over. Then the leader gets round to both: a node for a session that is dead.";
    }

    @Override
    public SceneRecord play() throws InterruptedException {
        String folder = stage.workspace().folder("outliving");
        Gate preparation = stage.ensemble().gate(Rules.HOLD_PREP_OF_CREATE_SESSION);
        stage.proxies().forEach(proxy -> proxy.resetCounts());
        try (Performance performance = new Performance(stage, narrator)) {
            // At the leader itself a session that becomes global is known to be one at once, and survives.
            stage.ensemble().leader().proxy().refuse();
            long since = narrator.now();
            preparation.close();
            performance.moment("overload begins", "the leader's queue stands still: createSession is not prepared");
            beginToRegister(performance, folder);
            breakConnections(performance);
            narrator.dwell("the leader is still overloaded", OVERLOAD);
            preparation.open();
            performance.lasted(since, "leader overloaded");
            performance.moment("overload is over", "the leader works its queue off: createSession, then create");
            stage.ensemble().leader().proxy().accept();
            letOrphansDie(performance);
            long end = narrator.now();
            performance.table("At the end");
            return performance.record(
                    title(),
                    story(),
                    List.of(
                            Findings.leftBehind(performance.lanes(Party.ORDINARY)),
                            Findings.kept(performance.lanes(Party.HOLDFAST), end)));
        } finally {
            stage.ensemble().heal();
        }
    }

    private void beginToRegister(Performance performance, String folder) throws InterruptedException {
        for (int i = 1; i <= NODES; i++) {
            performance.add(OrdinaryMember.start(
                    stage.proxiedConnectString(), stage.sessionTimeout(), folder + "/ordinary-" + i));
        }
        for (int i = 1; i <= NODES; i++) {
            performance.add(HoldfastMember.start(
                    stage.proxiedConnectString(), stage.sessionTimeout(), folder + "/holdfast-" + i));
        }
        narrator.waitFor(
                "every client to ask for its first ephemeral node", LIMIT, () -> askedBy(performance.sessions()));
        narrator.dwell("their sessions are becoming global", Duration.ofSeconds(1));
        performance.table("Everybody has asked; nothing has been answered");
    }

    private void breakConnections(Performance performance) throws InterruptedException {
        List<Long> first = performance.sessions();
        first.forEach(stage::cut);
        performance.moment("connections break", "every client's connection is cut");
        narrator.waitFor(
                "every client to be told that its session is over", LIMIT, () -> performance.allHaveLost(first));
    }

    private void letOrphansDie(Performance performance) throws InterruptedException {
        narrator.waitFor(
                "a node of a dead session",
                Duration.ofSeconds(3),
                () -> performance.all(
                        Party.ORDINARY, standing -> standing.onServers().startsWith("owner")));
        performance.table("The leader has caught up");
        narrator.waitFor(
                "the servers to end the dead sessions",
                stage.sessionTimeout().plusSeconds(4),
                () -> performance.all(
                        Party.ORDINARY, standing -> standing.onServers().equals(NodeStatus.NO_NODE)));
        narrator.waitFor(
                "Holdfast to be registered", LIMIT, () -> performance.all(Party.HOLDFAST, Performance::isRegistered));
        narrator.dwell("watching whether anything else appears", stage.sessionTimeout());
    }

    private boolean askedBy(List<Long> sessions) {
        List<Long> asking = stage.proxies().stream()
                .flatMap(proxy -> proxy.requests().stream())
                .filter(RecordedRequest::ephemeral)
                .map(RecordedRequest::sessionId)
                .toList();
        return asking.containsAll(sessions);
    }
}
