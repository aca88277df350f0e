// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.journal;

import io.holdfast.internal.session.SessionCredentials;
import io.holdfast.session.SessionId;
import java.time.Duration;
import java.util.Optional;

/**
 * A session of some run of a member, as its journal has it. Its text shows no password.
 *
 * @param id the session
 * @param run which run opened it; its marker's name is derived from it
 * @param timeout the timeout that the ensemble granted, in whole milliseconds
 * @param credentials what it takes to end it; empty where they could not be kept secret
 */
public record RecordedSession(SessionId id, String run, Duration timeout, Optional<SessionCredentials> credentials) {

    /** A session that whoever reads of it may end. */
    public static RecordedSession of(String run, SessionCredentials credentials) {
        return new RecordedSession(
                new SessionId(credentials.sessionId()), run, credentials.sessionTimeout(), Optional.of(credentials));
    }

    /** Returns the same without what it takes to end it. */
    RecordedSession withoutPassword() {
        return new RecordedSession(id, run, timeout, Optional.empty());
    }
}
