// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.client;

/**
 * What a member leaves out of the protocol. None of this is a switch of the SDK: the handle and the wire are the explorer's, and
 * it is they who open the gate too early, answer the second probe themselves, or tell the registration what is not so.
 */
public enum Conduct {
    /** Nothing is left out. */
    HOLDFAST,
    /** Creates do not wait for a confirmed session. */
    UNGATED,
    /** Creates do not even wait for a session: they are sent behind the request for one. */
    PIPELINING,
    /** The second probe is not sent. */
    ONE_PROBE,
    /** A NodeExists is taken for success. */
    ADOPTING,
    /** A take-over is guarded by the version of the node alone. */
    GUARDLESS,
    /** The markers of all sessions have the same name. */
    SAME_MARKER,
    /** The marker of a session does not wait for the session to be confirmed. */
    EARLY_MARKER;

    public boolean isGated() {
        return this != UNGATED && this != PIPELINING;
    }

    /** Tells whether it keeps I1: if not, what comes of that is looked for. */
    public boolean createsOnlyWhenConfirmed() {
        return isGated() && !marksEarly();
    }

    boolean marksEarly() {
        return this == EARLY_MARKER;
    }

    boolean verifies() {
        return this != ONE_PROBE;
    }

    boolean pipelines() {
        return this == PIPELINING;
    }
}
