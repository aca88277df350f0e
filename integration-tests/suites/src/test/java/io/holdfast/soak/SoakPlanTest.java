// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.soak.SoakSettings.Peers;
import io.holdfast.testing.history.FaultKind;
import io.holdfast.testing.history.PlannedFault;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SoakPlanTest {

    @Test
    void isTheSameForTheSameSeed() {
        assertThat(plan(7, 3)).hasToString(plan(7, 3).toString());
        assertThat(plan(7, 3).toString()).isNotEqualTo(plan(8, 3).toString());
    }

    @Test
    void hasOtherFaultsInEachEpisode() {
        assertThat(plan(7, 3).faults(0)).isNotEqualTo(plan(7, 3).faults(1));
    }

    @Test
    void fillsItsTimeWithFaultsAndCalm() {
        for (int minutes : new int[] {1, 3, 10, 120}) {
            SoakPlan plan = plan(7, minutes);
            Duration last = plan.faults(0).stream()
                    .map(PlannedFault::end)
                    .max(Duration::compareTo)
                    .orElseThrow();
            assertThat(last.plus(plan.calm()).multipliedBy(plan.episodes()))
                    .as("%d minutes", minutes)
                    .isLessThan(Duration.ofMinutes(minutes))
                    .isGreaterThan(Duration.ofSeconds(minutes * 60L / 3));
        }
    }

    @Test
    void playsEveryKindInTenMinutes() {
        SoakPlan plan = plan(7, 10);
        Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
        for (int episode = 0; episode < plan.episodes(); episode++) {
            plan.faults(episode).forEach(fault -> kinds.add(fault.kind()));
        }
        assertThat(kinds).isEqualTo(EnumSet.allOf(FaultKind.class));
    }

    @Test
    void theCommandNamesWhatIsNotAsUsual() {
        assertThat(new SoakSettings(7, Duration.ofMinutes(3), 50, 2, Peers.HOLDFAST).command())
                .endsWith("-Dholdfast.soak.seed=7");
        assertThat(new SoakSettings(7, Duration.ofSeconds(90), 25, 3, Peers.ORDINARY).command())
                .endsWith("-Dholdfast.soak.seed=7 -Dholdfast.soak.minutes=1.5 -Dholdfast.soak.members=25"
                        + " -Dholdfast.soak.registrations=3 -Dholdfast.soak.peers=ordinary");
    }

    private static SoakPlan plan(long seed, int minutes) {
        return new SoakPlan(new SoakSettings(seed, Duration.ofMinutes(minutes), 50, 2, Peers.HOLDFAST), 4);
    }
}
