// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

import java.util.ArrayList;
import java.util.List;

/**
 * Tokens grow strictly in the order in which the rights were granted.
 *
 * <p>A grant that was over before its process could write it down is left out: nobody acted on it, and the time in its line
 * says when the process went on, not when it was granted. So is one whose node an operator deleted before the other was
 * granted: for as long as its holder may not have heard of it, {@link Overlap} says how long that may be.
 */
final class GrantOrder {

    private GrantOrder() {}

    static List<Violation> violations(History history) {
        List<Violation> violations = new ArrayList<>();
        Hold highest = null;
        for (Hold hold : history.holds()) {
            if (hold.isEmpty() || isDeleted(hold, history)) {
                continue;
            }
            if (highest != null && Long.compareUnsigned(hold.token(), highest.token()) <= 0) {
                violations.add(new Violation(
                        "a later grant has no higher token: %s after %s".formatted(hold, highest),
                        List.of(highest, hold)));
            } else {
                highest = hold;
            }
        }
        return violations;
    }

    private static boolean isDeleted(Hold hold, History history) {
        return history.deletions().stream()
                .anyMatch(deletion -> deletion.token() == hold.token() && deletion.sentNanos() <= hold.fromNanos());
    }
}
