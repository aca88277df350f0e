// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.search;

import java.util.List;
import java.util.Optional;

/**
 * Something that can take steps. It is mutable and cannot be copied, so a state of it is the steps that lead there: a world
 * that is made anew, and takes the same steps, must come to the same state.
 *
 * @param <C> a step that may be chosen; a value
 */
public interface World<C> {

    /** Returns the steps that can be taken now, always in the same order. */
    List<C> choices();

    void take(C choice);

    /** Appends all that tells this state from any other one from which something else could follow. */
    void describe(StringBuilder text);

    /** Returns what must never be and is. */
    Optional<Violation> violation();

    /**
     * Lets the world come to rest: no more faults, everything pending is delivered, time passes.
     *
     * @return what has not come to rights by then
     */
    Optional<Violation> heal();
}
