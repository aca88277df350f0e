// SPDX-License-Identifier: Apache-2.0
package io.holdfast.error;

/**
 * The session that an operation was decided for has ended. The operation was not, and will not be, sent under another
 * session (protocol, H8). Next step: stop acting on rights of that session; decide anew under the next one.
 */
public final class SessionEndedException extends HoldfastException {

    private static final long serialVersionUID = 1L;

    private final long sessionId;

    public SessionEndedException(long sessionId, String reason) {
        super("Session 0x" + Long.toHexString(sessionId) + " has ended: " + reason, null);
        this.sessionId = sessionId;
    }

    /** Returns the id of the session that ended. */
    public long sessionId() {
        return sessionId;
    }
}
