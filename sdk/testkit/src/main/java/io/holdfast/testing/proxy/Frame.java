// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.proxy;

import io.holdfast.testing.wire.OpCode;

/** One frame in a lane, with the operation it belongs to and what becomes of the connection at its place. */
final class Frame {

    /** What happens when the frame's turn has come. */
    enum Fate {
        FORWARD,
        FORWARD_AND_CUT,
        CUT_INSTEAD,
        /** Not a frame but the end of the stream. */
        END
    }

    private final byte[] bytes;
    private final OpCode opCode;
    private final Fate fate;
    private final Runnable afterwards;

    private Frame(byte[] bytes, OpCode opCode, Fate fate, Runnable afterwards) {
        this.bytes = bytes;
        this.opCode = opCode;
        this.fate = fate;
        this.afterwards = afterwards;
    }

    static Frame forward(byte[] bytes, OpCode opCode) {
        return new Frame(bytes, opCode, Fate.FORWARD, () -> {});
    }

    static Frame forwardAndCut(byte[] bytes, OpCode opCode, Runnable afterwards) {
        return new Frame(bytes, opCode, Fate.FORWARD_AND_CUT, afterwards);
    }

    static Frame cutInstead(OpCode opCode, Runnable afterwards) {
        return new Frame(new byte[0], opCode, Fate.CUT_INSTEAD, afterwards);
    }

    static Frame end() {
        return new Frame(new byte[0], OpCode.UNKNOWN, Fate.END, () -> {});
    }

    byte[] bytes() {
        return bytes;
    }

    OpCode opCode() {
        return opCode;
    }

    Fate fate() {
        return fate;
    }

    Runnable afterwards() {
        return afterwards;
    }
}
