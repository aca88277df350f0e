// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.election;

import java.util.Optional;

/** Told who leads. Called on the client's listener thread, one call at a time and in order; a call that blocks holds up others. */
@FunctionalInterface
public interface LeaderListener {

    /**
     * Somebody else leads than at the last call, or nobody.
     *
     * @param leader who leads; empty if nobody does
     */
    void leaderChanged(Optional<Leader> leader);
}
