// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak;

import io.holdfast.testing.history.FaultKind;
import io.holdfast.testing.history.FaultPlan;
import io.holdfast.testing.history.PlannedFault;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/**
 * When there are faults, and when there is calm, drawn from the seed: the same settings give the same faults, targets and
 * times. Calm comes again and again, because most of what is promised is promised for the time after a fault.
 */
final class SoakPlan {

    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration END = Duration.ofSeconds(15);
    private static final Duration EPISODE = Duration.ofSeconds(45);
    private static final Duration CALM = Duration.ofSeconds(12);
    private static final Duration HEALING = Duration.ofSeconds(4);
    private static final Duration SHORTEST = Duration.ofSeconds(10);
    private static final long APART = 1_000_003;

    private final long seed;
    private final int processes;
    private final int episodes;
    private final Duration faults;

    SoakPlan(SoakSettings settings, int processes) {
        this.seed = settings.seed();
        this.processes = processes;
        Duration usable = settings.length().minus(START).minus(END);
        this.episodes = (int) Math.max(1, usable.dividedBy(EPISODE));
        Duration each = usable.dividedBy(episodes).minus(CALM).minus(HEALING);
        this.faults = each.compareTo(SHORTEST) < 0 ? SHORTEST : each;
    }

    /** Returns how often faults are followed by calm. */
    int episodes() {
        return episodes;
    }

    /** Returns how long nobody is hurt. */
    Duration calm() {
        return CALM;
    }

    /** Returns the faults of one episode, counted from 0. */
    List<PlannedFault> faults(int episode) {
        return FaultPlan.of(seed + episode * APART, faults, processes, EnumSet.allOf(FaultKind.class));
    }

    /** Returns all of it as text. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int episode = 0; episode < episodes; episode++) {
            text.append("episode ").append(episode + 1).append('\n');
            for (PlannedFault fault : faults(episode)) {
                text.append("%8.3f s to %8.3f s  %s, process %d, choice %d\n"
                        .formatted(
                                fault.at().toMillis() / 1e3,
                                fault.end().toMillis() / 1e3,
                                fault.kind(),
                                fault.member() + 1,
                                fault.choice()));
            }
        }
        return text.toString();
    }
}
