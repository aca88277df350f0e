// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.scene;

import io.holdfast.samples.cast.CastMember;
import io.holdfast.samples.cast.HoldfastMember;
import io.holdfast.samples.cast.OrdinaryMember;
import io.holdfast.samples.history.Party;
import io.holdfast.samples.history.SceneRecord;
import io.holdfast.samples.screen.Narrator;
import io.holdfast.samples.stage.Stage;
import java.time.Duration;
import java.util.List;

/**
 * The same failure as {@link VanishingNode} without touching a server: the clients' library gives the session up by
 * itself, while the servers keep it until its timeout.
 */
public final class GivenUpSession implements Scene {

    private static final int NODES = 2;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Stage stage;
    private final Narrator narrator;

    public GivenUpSession(Stage stage, Narrator narrator) {
        this.stage = stage;
        this.narrator = narrator;
    }

    @Override
    public String title() {
        return "A node that vanishes under a live session";
    }

    @Override
    public String story() {
        return "The clients' own library gives their sessions up, as it does when it reaches no server for too long. The"
                + " servers keep the old sessions until their timeout. The clients create their nodes again under new"
                + " sessions: NodeExists. Then the servers end the old sessions and delete those nodes.";
    }

    @Override
    public SceneRecord play() throws InterruptedException {
        String folder = stage.workspace().folder("vanishing");
        Duration timeout = stage.sessionTimeout();
        try (Performance performance = new Performance(stage, narrator)) {
            for (int i = 1; i <= NODES; i++) {
                performance.add(OrdinaryMember.start(stage.proxiedConnectString(), timeout, folder + "/ordinary-" + i));
            }
            for (int i = 1; i <= NODES; i++) {
                performance.add(HoldfastMember.start(stage.proxiedConnectString(), timeout, folder + "/holdfast-" + i));
            }
            narrator.waitFor("all " + 2 * NODES + " clients to register", LIMIT, performance::allRegistered);
            narrator.dwell("all is well", Duration.ofSeconds(1));
            performance.table("Everybody is registered");
            giveSessionsUp(performance);
            narrator.waitFor(
                    "the servers to end the old sessions",
                    timeout.multipliedBy(2).plusSeconds(4),
                    () -> performance.all(
                            Party.ORDINARY, standing -> standing.onServers().equals(NodeStatus.NO_NODE)));
            narrator.waitFor(
                    "Holdfast to be registered",
                    LIMIT,
                    () -> performance.all(Party.HOLDFAST, Performance::isRegistered));
            narrator.dwell("watching whether anybody puts the nodes back", timeout.plusSeconds(1));
            long end = narrator.now();
            performance.table("At the end");
            return performance.record(
                    title(),
                    story(),
                    List.of(
                            Findings.lostForGood(
                                    performance.lanes(Party.ORDINARY), end, timeout, performance::hasLiveSession),
                            Findings.kept(performance.lanes(Party.HOLDFAST), end)));
        }
    }

    private void giveSessionsUp(Performance performance) throws InterruptedException {
        List<Long> old = performance.sessions();
        performance.members().forEach(CastMember::giveSessionUp);
        performance.moment("sessions given up", "the clients give their sessions up; the servers know nothing of it");
        narrator.waitFor("every client to have another session", LIMIT, () -> performance.allHaveLost(old));
        narrator.waitFor(
                "the ordinary clients to say that they are registered again",
                LIMIT,
                () -> performance.all(
                        Party.ORDINARY, standing -> standing.claim().registered()));
        performance.table("The clients have new sessions, and the servers still have the old ones");
    }
}
