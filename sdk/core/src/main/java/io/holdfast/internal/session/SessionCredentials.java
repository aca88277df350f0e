// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import static java.util.Objects.requireNonNull;

import java.security.MessageDigest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to attach to a session again: its id and its password, and how long the ensemble keeps it.
 *
 * <p>Anybody who has these can end the session and every ephemeral in it, so they are treated as a secret: the password is
 * copied on the way in and on the way out, and {@link #toString()} shows the id alone.
 *
 * <p>Equality is by id and password. <b>Thread-safety:</b> immutable. <b>Blocking:</b> never.
 */
public final class SessionCredentials {
    private static final int MAX_PASSWORD_BYTES = 1024;

    private final long sessionId;
    private final byte[] password;
    private final Duration sessionTimeout;

    /**
     * Creates the credentials of one session.
     *
     * @param sessionId the id that the ensemble gave; any value but 0, negative ones included
     * @param password the password that the ensemble gave, 1 to 1024 bytes (ZooKeeper's have 16); copied
     * @param sessionTimeout the timeout that the ensemble granted, in whole milliseconds, from 1 ms to 2147483647 ms
     * @throws IllegalArgumentException if a value is out of range; the password's content is never in the message
     */
    public SessionCredentials(long sessionId, byte[] password, Duration sessionTimeout) {
        requireNonNull(password, "password");
        requireNonNull(sessionTimeout, "sessionTimeout");
        if (sessionId == 0) {
            throw new IllegalArgumentException("sessionId must not be 0, which means no session");
        }
        if (password.length == 0 || password.length > MAX_PASSWORD_BYTES) {
            throw new IllegalArgumentException(
                    "password must have 1 to " + MAX_PASSWORD_BYTES + " bytes, but has " + password.length);
        }
        if (!isWholeMillis(sessionTimeout)) {
            throw new IllegalArgumentException(
                    "sessionTimeout must be whole milliseconds from PT0.001S to PT2147483.647S, but was "
                            + sessionTimeout);
        }
        this.sessionId = sessionId;
        this.password = password.clone();
        this.sessionTimeout = sessionTimeout;
    }

    private static boolean isWholeMillis(Duration timeout) {
        return timeout.compareTo(Duration.ofMillis(1)) >= 0
                && timeout.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) <= 0
                && timeout.toNanosPart() % 1_000_000 == 0;
    }

    /** Returns the session's id, never 0. */
    public long sessionId() {
        return sessionId;
    }

    /** Returns a copy of the password. Keep it out of logs and messages. */
    public byte[] password() {
        return password.clone();
    }

    /** Returns the timeout that the ensemble granted, in whole milliseconds. */
    public Duration sessionTimeout() {
        return sessionTimeout;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SessionCredentials that
                && sessionId == that.sessionId
                && MessageDigest.isEqual(password, that.password);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(sessionId);
    }

    /** Returns the session id as ZooKeeper prints it, and nothing else. */
    @Override
    public String toString() {
        return "0x" + Long.toHexString(sessionId);
    }
}
