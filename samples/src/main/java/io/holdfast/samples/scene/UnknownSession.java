// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.scene;

import io.holdfast.samples.cast.HoldfastMember;
import io.holdfast.samples.cast.OrdinaryMember;
import io.holdfast.samples.history.Party;
import io.holdfast.samples.history.SceneRecord;
import io.holdfast.samples.screen.Narrator;
import io.holdfast.samples.stage.Stage;
import io.holdfast.testing.proxy.FaultProxy;
import java.time.Duration;
import java.util.List;

/**
 * A session that its client never learns of: the answer that grants it is lost, and a create that a client on the Netty
 * socket has sent right behind the request makes it own a node.
 */
public final class UnknownSession implements Scene {

    private static final int NODES = 2;
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final Stage stage;
    private final Narrator narrator;

    public UnknownSession(Stage stage, Narrator narrator) {
        this.stage = stage;
        this.narrator = narrator;
    }

    @Override
    public String title() {
        return "A node of a session that nobody knows";
    }

    @Override
    public String story() {
        return "Clients on the Netty socket send their first create right behind the request for a session. The answer"
                + " that grants the session is lost, so it owns a node, and no client knows of it.";
    }

    @Override
    public SceneRecord play() throws InterruptedException {
        String folder = stage.workspace().folder("unknown");
        Duration timeout = stage.sessionTimeout();
        try (Performance performance = new Performance(stage, narrator)) {
            long since = narrator.now();
            stage.proxies().forEach(FaultProxy::muteConnectResponses);
            performance.moment("grants are lost", "the network loses every answer that grants a session");
            for (int i = 1; i <= NODES; i++) {
                performance.add(
                        OrdinaryMember.startHasty(stage.proxiedConnectString(), timeout, folder + "/ordinary-" + i));
            }
            for (int i = 1; i <= NODES; i++) {
                performance.add(HoldfastMember.startOverNetty(
                        stage.proxiedConnectString(), timeout, folder + "/holdfast-" + i));
            }
            narrator.waitFor(
                    "a node of a session that nobody knows",
                    LIMIT,
                    () -> performance.all(
                            Party.ORDINARY, standing -> standing.onServers().startsWith("owner")));
            stage.proxies().forEach(FaultProxy::heal);
            performance.lasted(since, "grants are lost");
            performance.moment("network is well", "the network is well again");
            letUnknownSessionsEnd(performance);
            long end = narrator.now();
            performance.table("At the end");
            return performance.record(
                    title(),
                    story(),
                    List.of(
                            Findings.leftBehind(performance.lanes(Party.ORDINARY)),
                            Findings.kept(performance.lanes(Party.HOLDFAST), end)));
        } finally {
            stage.proxies().forEach(FaultProxy::heal);
        }
    }

    private void letUnknownSessionsEnd(Performance performance) throws InterruptedException {
        narrator.waitFor(
                "the ordinary clients to say that they are registered",
                LIMIT,
                () -> performance.all(
                        Party.ORDINARY, standing -> standing.claim().registered()));
        performance.table("The clients have sessions that they know");
        narrator.waitFor(
                "the servers to end the unknown sessions",
                stage.sessionTimeout().multipliedBy(2).plusSeconds(4),
                () -> performance.all(
                        Party.ORDINARY, standing -> standing.onServers().equals(NodeStatus.NO_NODE)));
        narrator.waitFor(
                "Holdfast to be registered", LIMIT, () -> performance.all(Party.HOLDFAST, Performance::isRegistered));
        narrator.dwell("watching whether anything else appears", Duration.ofSeconds(2));
    }
}
