// SPDX-License-Identifier: Apache-2.0
package io.holdfast.session;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * One session of a client. When it is over, the client opens another one; this object never changes to that.
 *
 * <p>Thread-safe; no method blocks.
 */
public interface Session {

    /** Returns the session's id. */
    SessionId id();

    /** Returns what is known about it now. Out of date as soon as it is returned. */
    SessionState state();

    /** Returns operations that are sent in this session or not at all. */
    SessionOps ops();

    /**
     * Returns how much longer the session is certain to live if nothing more is heard of the ensemble, on the monotonic
     * clock and with the safety margin taken off; {@link Duration#ZERO} if that is not known or is over. It grows with each
     * answered heartbeat, which are sent while a {@link #safety()} is open.
     */
    Duration remaining();

    /**
     * Opens a view of how long it is safe to act in this session; heartbeats are sent while it is open.
     *
     * @throws IllegalArgumentException if the session timeout, as the ensemble has granted it, is too short for the safety margin
     *     and the servers' tick: nothing would ever be certain
     * @throws IllegalStateException if the client is closed
     */
    Safety safety();

    /** Returns a stage that completes, never exceptionally, when the session is over. */
    CompletionStage<Void> ended();
}
