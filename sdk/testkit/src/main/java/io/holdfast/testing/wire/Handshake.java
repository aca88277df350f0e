// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.wire;

import java.nio.ByteBuffer;

/** The session id in the two frames that open a connection. Both keep it at a fixed place in every release. */
public final class Handshake {

    /** After length prefix, protocol version, last zxid seen and timeout. */
    private static final int IN_REQUEST = 4 + 4 + 8 + 4;

    /** After length prefix, protocol version and timeout. */
    private static final int IN_RESPONSE = 4 + 4 + 4;

    private Handshake() {}

    /** Returns the session that a ConnectRequest wants to go on with; 0 if it asks for a new one. */
    public static long requestedSession(byte[] frame) {
        return longAt(frame, IN_REQUEST);
    }

    /** Returns the session that a ConnectResponse grants; 0 if it says that the session is expired. */
    public static long grantedSession(byte[] frame) {
        return longAt(frame, IN_RESPONSE);
    }

    private static long longAt(byte[] frame, int offset) {
        return frame.length < offset + Long.BYTES ? 0 : ByteBuffer.wrap(frame).getLong(offset);
    }
}
