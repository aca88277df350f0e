// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.testing.history.FaultKind.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultPlanTest {

    private static final Duration LENGTH = Duration.ofSeconds(40);
    private static final int MEMBERS = 5;

    @Test
    void isTheSameForTheSameSeed() {
        assertThat(FaultPlan.of(7, LENGTH, MEMBERS)).isEqualTo(FaultPlan.of(7, LENGTH, MEMBERS));
        assertThat(FaultPlan.of(7, LENGTH, MEMBERS)).isNotEqualTo(FaultPlan.of(8, LENGTH, MEMBERS));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void hasEveryKindAndIsOverInTime(long seed) {
        List<PlannedFault> plan = FaultPlan.of(seed, LENGTH, MEMBERS);

        Set<FaultKind> kinds = plan.stream().map(PlannedFault::kind).collect(Collectors.toSet());
        assertThat(kinds).isEqualTo(FaultKind.OF_A_GAME);
        assertThat(plan).allSatisfy(fault -> assertThat(fault.end()).isLessThanOrEqualTo(LENGTH));
        assertThat(plan).isSortedAccordingTo(Comparator.comparing(PlannedFault::at));
    }

    @Test
    void ofAllKindsHasAllOfThem() {
        List<PlannedFault> plan = FaultPlan.of(7, Duration.ofMinutes(2), MEMBERS, EnumSet.allOf(FaultKind.class));

        assertThat(plan.stream().map(PlannedFault::kind)).contains(FaultKind.values());
        assertThat(plan).isEqualTo(FaultPlan.of(7, Duration.ofMinutes(2), MEMBERS, EnumSet.allOf(FaultKind.class)));
    }

    /** Whoever has a seed from an old report can play it again. */
    @Test
    void isWhatTheSeedMeantBeforeThereWereMoreKinds() {
        assertThat(FaultPlan.of(7, LENGTH, MEMBERS).stream()
                        .limit(3)
                        .map(fault -> fault.kind() + " " + fault.member() + " "
                                + fault.at().toMillis() + " " + fault.length().toMillis()))
                .containsExactly(
                        "ANSWERS_HELD 0 203 1622", "KILLED 3 1028 594", "HOLDER_DELETED_AHEAD_OF_ITS_WRITE 0 1372 759");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void lastsLongerThanASessionWhereItSaysSo(long seed) {
        assertThat(FaultPlan.of(seed, LENGTH, MEMBERS))
                .filteredOn(fault -> Set.of(FaultKind.STOPPED_PAST_ITS_DEADLINE, FaultKind.AWAY_UNTIL_EXPIRED)
                        .contains(fault.kind()))
                .isNotEmpty()
                .allSatisfy(fault -> assertThat(fault.length()).isGreaterThan(Duration.ofSeconds(2)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void hurtsNobodyTwiceAtOnce(long seed) {
        List<PlannedFault> plan = FaultPlan.of(seed, LENGTH, MEMBERS);
        for (int member = 0; member < MEMBERS; member++) {
            int hurt = member;
            assertThatNoneOverlap(plan.stream()
                    .filter(fault -> fault.kind().target() == Target.MEMBER && fault.member() == hurt)
                    .toList());
        }
        assertThatNoneOverlap(plan.stream()
                .filter(fault -> fault.kind().target() == Target.ENSEMBLE)
                .toList());
    }

    private static void assertThatNoneOverlap(List<PlannedFault> faults) {
        List<PlannedFault> sorted = new ArrayList<>(faults);
        sorted.sort(Comparator.comparing(PlannedFault::at));
        for (int i = 1; i < sorted.size(); i++) {
            assertThat(sorted.get(i).at()).isGreaterThan(sorted.get(i - 1).end());
        }
    }
}
