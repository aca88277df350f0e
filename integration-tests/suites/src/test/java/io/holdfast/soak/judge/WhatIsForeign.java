// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak.judge;

import io.holdfast.soak.judge.Note.ForeignChanged;
import io.holdfast.soak.judge.Note.ForeignGone;
import io.holdfast.soak.judge.Note.ForeignPut;
import io.holdfast.soak.judge.Note.ForeignSessionOver;
import io.holdfast.soak.judge.Note.OperatorDeleted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Nodes that are not Holdfast's are neither deleted nor written to (I5), but by the operator, who says so. */
final class WhatIsForeign {

    private WhatIsForeign() {}

    static List<SoakViolation> violations(SoakRecord record) {
        Map<Long, ForeignPut> put = record.outside(ForeignPut.class)
                .collect(Collectors.toMap(ForeignPut::czxid, Function.identity(), (one, two) -> one));
        List<OperatorDeleted> byOperator = record.outside(OperatorDeleted.class).toList();
        Set<Long> over = record.outside(ForeignSessionOver.class)
                .map(ForeignSessionOver::session)
                .collect(Collectors.toSet());
        List<SoakViolation> violations = new ArrayList<>();
        record.outside(ForeignGone.class)
                .filter(gone ->
                        byOperator.stream().noneMatch(deleted -> explains(deleted, gone, put.get(gone.czxid()))))
                .filter(gone -> !put.containsKey(gone.czxid())
                        || !over.contains(put.get(gone.czxid()).session()))
                .forEach(gone ->
                        violations.add(violation("is gone, and nobody says that he deleted it", gone.path(), gone)));
        record.outside(ForeignChanged.class)
                .forEach(changed -> violations.add(violation("was written to", changed.path(), changed)));
        return violations;
    }

    /** Between his look at the node and its deletion another one may have come to stand there. */
    private static boolean explains(OperatorDeleted deleted, ForeignGone gone, @Nullable ForeignPut put) {
        return deleted.czxid() == gone.czxid()
                || (put != null
                        && deleted.path().equals(gone.path())
                        && deleted.sentNanos() <= gone.nanoTime()
                        && deleted.nanoTime() >= put.nanoTime());
    }

    private static SoakViolation violation(String what, String path, Note note) {
        return new SoakViolation(
                "I5", "a foreign node %s: %s".formatted(what, note), "", path, note.nanoTime(), note.nanoTime());
    }
}
