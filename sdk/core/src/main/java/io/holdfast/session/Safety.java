// SPDX-License-Identifier: Apache-2.0
package io.holdfast.session;

import java.time.Duration;

/**
 * Says whether the client may act on what it holds in one session: the session is confirmed, and its deadline is not
 * reached (protocol, section 5).
 *
 * <p>While one is open, the client asks the quorum every sixth of the session timeout, at the cost of one error transaction
 * each time, so that the deadline moves on. Close it when nothing depends on it any more.
 * When the session ends, it is never safe again: open one for the next session.
 *
 * <p>It does not promise that the process is not paused between the question and the act: only a fence at the resource
 * stops a client that stalls.
 *
 * <p>Thread-safe. Only {@link #await} blocks.
 */
public interface Safety extends AutoCloseable {

    /** Returns the session that it is about. */
    SessionId session();

    /** Returns whether the session is confirmed and before its deadline, at this moment. */
    boolean isSafe();

    /** Returns how long it stays safe if nothing more is heard of the ensemble; {@link Duration#ZERO} if it is not safe. */
    Duration remaining();

    /**
     * Waits until it is safe.
     *
     * @param atMost how long; zero or more
     * @return true once safe; false if the time ran out, or at once if the session is over, which then never is safe again
     */
    boolean await(Duration atMost) throws InterruptedException;

    /**
     * Throws unless it stays safe for at least {@code needed}.
     *
     * @param needed how long the work about to start may take; zero or more
     * @throws io.holdfast.error.SessionNotConfirmedException if it is not safe for that long
     */
    void require(Duration needed);

    /** Stops the heartbeats, unless another one is open. Idempotent. */
    @Override
    void close();
}
