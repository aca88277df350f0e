// SPDX-License-Identifier: Apache-2.0
package io.holdfast.session;

/** Why a client closed a session of its own. */
public enum CloseReason {
    /** The client, or the ZooKeeper handle, was closed by whoever uses it. */
    CLOSED_BY_USER,
    /** The servers left a probe unanswered for too long; the client closes the session and asks for another. */
    PROBE_UNANSWERED,
    /** The leader does not hold the session (any more); the client closes it and asks for another. */
    REJECTED_BY_LEADER
}
