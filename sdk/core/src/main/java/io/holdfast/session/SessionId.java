// SPDX-License-Identifier: Apache-2.0
package io.holdfast.session;

/**
 * The id of a ZooKeeper session, printed as ZooKeeper prints it. Negative ids are valid (3.3, and server ids over 127).
 *
 * @param value the 64 bits; 0 is no session
 */
public record SessionId(long value) {

    /** Stands where the ensemble has not given a session yet. */
    public static final SessionId NONE = new SessionId(0);

    @Override
    public String toString() {
        return "0x" + Long.toHexString(value);
    }
}
