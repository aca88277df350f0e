// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.internal.write.SharedWrites;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionOps;
import java.time.Duration;

/**
 * A confirmed session, for registrations that keep nodes in it.
 *
 * @param id the session
 * @param negotiated the timeout the ensemble granted
 * @param ops its operations
 * @param writes its writes that may share transactions
 * @param suspect asks the quorum whether it still holds the session, when an answer suggests that it does not
 */
public record LiveSession(SessionId id, Duration negotiated, SessionOps ops, SharedWrites writes, Runnable suspect) {}
