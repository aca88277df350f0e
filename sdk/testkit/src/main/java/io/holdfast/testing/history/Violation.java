// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

import java.util.List;

/**
 * Something that must never be.
 *
 * @param what says it, with who, which token, and how long
 * @param holds the grants that it is about; may be empty
 */
public record Violation(String what, List<Hold> holds) {

    /** Copies the list. */
    public Violation {
        holds = List.copyOf(holds);
    }

    @Override
    public String toString() {
        return what;
    }
}
