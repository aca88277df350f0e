// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

import io.holdfast.testing.history.Entry.Answer;
import io.holdfast.testing.history.Entry.Answered;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * No fenced write of an older grant is committed after one of a newer grant; and what a writer heard is what the ensemble
 * has: a committed write is there, once, in the transaction that its answer named, and a refused one is not.
 */
final class FencedWrites {

    private FencedWrites() {}

    static List<Violation> violations(History history) {
        List<Violation> violations = new ArrayList<>();
        inOrder(history, violations);
        asAnswered(history, violations);
        return violations;
    }

    private static void inOrder(History history, List<Violation> violations) {
        CommittedWrite newest = null;
        for (CommittedWrite write : history.ledger()) {
            if (newest != null && Long.compareUnsigned(write.token(), newest.token()) < 0) {
                violations.add(new Violation(
                        "a write of an older grant was committed after one of a newer: %s, after %s"
                                .formatted(write, newest),
                        history.holds().stream()
                                .filter(isOneOf(newest.token(), write.token()))
                                .toList()));
            } else {
                newest = write;
            }
        }
    }

    private static void asAnswered(History history, List<Violation> violations) {
        Map<String, CommittedWrite> ledger = new HashMap<>();
        for (CommittedWrite write : history.ledger()) {
            CommittedWrite first = ledger.putIfAbsent(key(write.run(), write.token(), write.write()), write);
            if (first != null) {
                violations.add(new Violation(
                        "one write was committed twice: %s, and %s".formatted(first, write),
                        history.holds().stream()
                                .filter(isOneOf(write.token(), write.token()))
                                .toList()));
            }
        }
        for (Run run : history.runs()) {
            run.all(Answered.class).forEach(answered -> {
                CommittedWrite write = ledger.get(key(run.name(), answered.token(), answered.write()));
                if (!isTrue(answered, write)) {
                    violations.add(new Violation(
                            "the answer to a write is not true: %s heard \"%s\", the ensemble has %s"
                                    .formatted(run.name(), answered.text(), write == null ? "no such write" : write),
                            Hold.of(run).stream()
                                    .filter(isOneOf(answered.token(), answered.token()))
                                    .toList()));
                }
            });
        }
    }

    private static boolean isTrue(Answered answered, @Nullable CommittedWrite write) {
        if (answered.answer() == Answer.COMMITTED) {
            return write != null && write.zxid() == answered.zxid();
        }
        return answered.answer() == Answer.UNKNOWN || write == null;
    }

    private static Predicate<Hold> isOneOf(long token, long other) {
        return hold -> hold.token() == token || hold.token() == other;
    }

    private static String key(String run, long token, int write) {
        return run + " " + token + " " + write;
    }
}
