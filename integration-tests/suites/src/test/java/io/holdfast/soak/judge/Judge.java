// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak.judge;

import io.holdfast.soak.judge.Note.EndedBadly;
import io.holdfast.testing.history.History.Limits;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Says what is wrong with a record. Knows nothing but the record. */
public final class Judge {

    private Judge() {}

    /** Returns everything that must never be, in the order in which it began. */
    public static List<SoakViolation> violations(SoakRecord record, SoakLimits limits, Limits ofGrants) {
        Story story = new Story(record);
        return Stream.of(
                        WhatIsSaid.violations(story, limits),
                        WhatIsLeft.violations(story, limits),
                        WhatIsForeign.violations(record),
                        ends(record),
                        ofGrants(record, ofGrants))
                .flatMap(List::stream)
                .sorted(Comparator.comparingLong(SoakViolation::fromNanos))
                .toList();
    }

    /** A wait without a limit shows at the end, if nowhere else: the process does not. */
    private static List<SoakViolation> ends(SoakRecord record) {
        return record.outside(EndedBadly.class)
                .map(ended ->
                        new SoakViolation("I7", ended.what(), ended.process(), "", ended.nanoTime(), ended.nanoTime()))
                .toList();
    }

    private static List<SoakViolation> ofGrants(SoakRecord record, Limits limits) {
        return record.histories().entrySet().stream()
                .flatMap(history -> history.getValue().violations(limits).stream()
                        .map(violation -> {
                            long from = violation.holds().stream()
                                    .mapToLong(hold -> hold.fromNanos())
                                    .min()
                                    .orElse(record.endNanos());
                            return new SoakViolation("I6", history.getKey() + ": " + violation, "", "", from, from);
                        }))
                .toList();
    }
}
