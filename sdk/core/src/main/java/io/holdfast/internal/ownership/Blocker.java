// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.ownership;

import io.holdfast.internal.session.EndOutcome;
import java.time.Duration;
import java.util.Optional;

/**
 * What has happened so far about one node that is where a registration wants its own. A node is known by its czxid: the
 * next one at the same path is a new blocker.
 *
 * @param czxid the node's creation
 * @param waited how long it has been standing in the way
 * @param lastEnd the outcome of the last attempt to end its session, empty if there was none
 * @param replicasAsked whether every server has been asked about it and they agreed
 * @param wasRefused whether taking it over under its session's marker was tried and refused
 */
public record Blocker(
        long czxid, Duration waited, Optional<EndOutcome> lastEnd, boolean replicasAsked, boolean wasRefused) {

    /** A blocker that nobody has tried to take over. */
    public Blocker(long czxid, Duration waited, Optional<EndOutcome> lastEnd, boolean replicasAsked) {
        this(czxid, waited, lastEnd, replicasAsked, false);
    }
}
