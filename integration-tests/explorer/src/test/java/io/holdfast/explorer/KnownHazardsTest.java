// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer;

import static io.holdfast.explorer.Setting.modern;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.explorer.Setting.Start;
import io.holdfast.explorer.Step.Kind;
import io.holdfast.explorer.client.Conduct;
import io.holdfast.explorer.client.Marking;
import io.holdfast.explorer.search.Violation;
import io.holdfast.explorer.servers.Flavour;
import org.junit.jupiter.api.Test;

/**
 * The explorer finds what is known to be wrong. Each test leaves one thing out of the protocol, and the shortest trace that comes
 * of it is the story of the hazard. Where it matters, the same servers and faults do nothing to the whole protocol.
 */
class KnownHazardsTest {

    @Test
    void withoutTheGateAnOrphanOfALateCreateSession() {
        Setting setting = modern(Start.OPENING).on(Flavour.RE_ADDING, true).faults(1, Kind.EXPIRE);

        Exploration found =
                Exploration.of(setting.with(Conduct.UNGATED)).stepByStep().run();

        assertThat(found.violation()).hasValueSatisfying(violation -> is(violation, "I4", "orphan"));
        assertThat(found.timeline()) // the seven steps of the first report, in its order
                .containsSubsequence(
                        "prepares 1: createSession of 0x51",
                        "expires 0x51",
                        "prepares 2: closeSession of 0x51",
                        "applies 1: createSession of 0x51",
                        "prepares 3: create /p of 0x51",
                        "applies 2: closeSession of 0x51",
                        "applies 3: create /p of 0x51");
        assertThat(Exploration.of(setting.withLeaderKeepingUp()).run().violation())
                .as("with the gate")
                .isEmpty();
    }

    @Test
    void withoutTheSecondProbeTheSameOrphan() {
        Setting setting = modern(Start.OPENING)
                .on(Flavour.RE_ADDING, true)
                .withLeaderKeepingUp()
                .faults(1, Kind.EXPIRE);

        Exploration found =
                Exploration.of(setting.with(Conduct.ONE_PROBE)).stepByStep().run();

        assertThat(found.violation()).hasValueSatisfying(violation -> is(violation, "I4", "orphan"));
        assertThat(found.timeline())
                .containsSubsequence(
                        "prepares 2: probe of 0x51 = NONODE",
                        "0x51: Confirmed",
                        "expires 0x51",
                        "prepares 3: closeSession of 0x51",
                        "applies 1: createSession of 0x51",
                        "prepares 4: create /p of 0x51",
                        "applies 3: closeSession of 0x51",
                        "applies 4: create /p of 0x51");
        assertThat(Exploration.of(setting).run().violation())
                .as("with both probes")
                .isEmpty();
    }

    @Test
    void withoutTheGateANodeThatIsBornAfterExpired() {
        Setting setting = modern(Start.OPENING).faults(1, Kind.CUT);

        Exploration found =
                Exploration.of(setting.with(Conduct.UNGATED)).stepByStep().run();

        assertThat(found.violation())
                .hasValueSatisfying(
                        violation -> is(violation, "I1", "after its client had been told that it is expired"));
        assertThat(found.timeline())
                .containsSubsequence(
                        "passes on createSession of 0x51",
                        "passes on create /p of 0x51",
                        "0x51 is told: expired",
                        "prepares 1: createSession of 0x51",
                        "prepares 2: create /p of 0x51");
        assertThat(Exploration.of(setting).run().violation())
                .as("with the gate")
                .isEmpty();
    }

    @Test
    void withoutTheGateANodeOfAPhantomSession() {
        Setting setting = modern(Start.OPENING).faults(1, Kind.LOSE_CONNECT_ANSWER);

        Exploration found =
                Exploration.of(setting.with(Conduct.PIPELINING)).stepByStep().run();

        assertThat(found.violation()).hasValueSatisfying(violation -> is(violation, "I1", "never learned of"));
        assertThat(found.timeline())
                .containsSubsequence(
                        "prepares 1: createSession of 0x51",
                        "prepares 2: create /p of 0x51",
                        "breaks before its first answer");
        assertThat(Exploration.of(setting).run().violation())
                .as("with the gate")
                .isEmpty();
    }

    @Test
    void whoAdoptsWhatExistsBelievesInANodeOfItsDeadSession() {
        Setting setting = modern(Start.REGISTERED).faults(2, Kind.CUT, Kind.EXPIRE);

        Exploration found =
                Exploration.of(setting.with(Conduct.ADOPTING)).stepByStep().run();

        assertThat(found.violation())
                .hasValueSatisfying(
                        violation -> is(violation, "I2", "registered in 0x52, but the node is /p (owner 0x51"));
        assertThat(found.timeline())
                .containsSubsequence(
                        "expires 0x51", "0x51: Expired", "create /p of 0x52 = NODEEXISTS", "/p: Registered");
        assertThat(Exploration.of(setting).run().violation())
                .as("with the judge")
                .isEmpty();
    }

    @Test
    void aTakeOverThatIsGuardedByAVersionAloneDeletesTheNeighboursNode() {
        Setting setting = modern(Start.GHOST)
                .with(Setting.TAKING_OVER)
                .guardedByVersionOnly()
                .timers(1)
                .faults(1, Kind.RIVAL_TAKES_OVER);

        Exploration found =
                Exploration.of(setting.with(Conduct.GUARDLESS)).stepByStep().run();

        assertThat(found.violation())
                .hasValueSatisfying(violation -> is(violation, "I5", "another live session was hit"));
        assertThat(found.timeline())
                .containsSubsequence(
                        "multi[delete /p, set /guard, create /p] of 0x40",
                        "multi[delete /p if version 0, create /p] of 0x51");
        assertThat(Exploration.of(setting).run().violation())
                .as("with the guard node")
                .isEmpty();
    }

    @Test
    void withoutTheCheckOfTheMarkerANodeThatIsTakenBackMayBeTheNeighbours() {
        Setting setting = modern(Start.EXPIRED)
                .marking(Marking.YES)
                .guardedByVersionOnly()
                .faults(1, Kind.NEIGHBOUR_CREATES);

        Exploration found =
                Exploration.of(setting.with(Conduct.GUARDLESS)).stepByStep().run();

        assertThat(found.violation())
                .hasValueSatisfying(violation -> is(violation, "I5", "another live session was hit"));
        assertThat(found.timeline())
                .containsSubsequence(
                        "closeSession of 0x51",
                        "create /p of 0x40",
                        "multi[delete /p if version 0, create /p] of 0x52");
    }

    @Test
    void aMarkerWhoseNameIsUsedAgainShowsNothingOfTheSessionBefore() {
        Setting setting = modern(Start.EXPIRED)
                .marking(Marking.SLOWLY)
                .guardedByVersionOnly()
                .faults(1, Kind.NEIGHBOUR_CREATES);

        Exploration found =
                Exploration.of(setting.with(Conduct.SAME_MARKER)).stepByStep().run();

        assertThat(found.violation())
                .hasValueSatisfying(violation -> is(violation, "I5", "another live session was hit"));
        assertThat(found.timeline())
                .containsSubsequence(
                        "prepares 10: closeSession of 0x51",
                        "/p is judged KnownGhost (owner 0x51)",
                        "prepares 11: create /markers/broker-7 of 0x52",
                        "prepares 12: create /p of 0x40",
                        "prepares 13: multi[check /markers/broker-7 version 0, delete /p if version 0, create /p] of 0x52");
        assertThat(Exploration.of(setting).run().violation())
                .as("with a name of its own")
                .isEmpty();
    }

    /** Nothing is taken back under it, for an unconfirmed session has no other node: it is itself what must not be. */
    @Test
    void aMarkerThatDoesNotWaitForItsSessionIsBornAfterExpired() {
        Setting setting = modern(Start.OPENING).marking(Marking.YES).faults(1, Kind.CUT);

        Exploration found =
                Exploration.of(setting.with(Conduct.EARLY_MARKER)).stepByStep().run();

        assertThat(found.violation())
                .hasValueSatisfying(
                        violation -> is(violation, "I1", "after its client had been told that it is expired"));
        assertThat(found.timeline())
                .containsSubsequence(
                        "passes on createSession of 0x51",
                        "passes on create /markers/run-51 of 0x51",
                        "0x51 is told: expired",
                        "prepares 1: createSession of 0x51",
                        "create /markers/run-51 of 0x51");
        assertThat(Exploration.of(setting).run().violation())
                .as("with a marker that waits")
                .isEmpty();
    }

    private static void is(Violation violation, String invariant, String what) {
        assertThat(violation.invariant()).isEqualTo(invariant);
        assertThat(violation.what()).contains(what);
    }
}
