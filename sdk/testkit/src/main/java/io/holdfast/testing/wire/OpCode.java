// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.wire;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The operations of ZooKeeper's client protocol, with their numbers on the wire. */
public enum OpCode {
    /** The first frame of a connection, which carries no operation code; the number is that of its transaction. */
    CONNECT(-10),
    CLOSE_SESSION(-11),
    /** Only ever sent by a server: a watch event. */
    NOTIFICATION(0),
    CREATE(1),
    DELETE(2),
    EXISTS(3),
    GET_DATA(4),
    SET_DATA(5),
    GET_ACL(6),
    SET_ACL(7),
    GET_CHILDREN(8),
    SYNC(9),
    PING(11),
    GET_CHILDREN2(12),
    CHECK(13),
    MULTI(14),
    CREATE2(15),
    RECONFIG(16),
    CHECK_WATCHES(17),
    REMOVE_WATCHES(18),
    CREATE_CONTAINER(19),
    DELETE_CONTAINER(20),
    CREATE_TTL(21),
    MULTI_READ(22),
    AUTH(100),
    SET_WATCHES(101),
    SASL(102),
    GET_EPHEMERALS(103),
    GET_ALL_CHILDREN_NUMBER(104),
    SET_WATCHES2(105),
    ADD_WATCH(106),
    WHO_AM_I(107),
    /** A number that is not in this table, or bytes that are not ZooKeeper's protocol at all. */
    UNKNOWN(Integer.MIN_VALUE);

    private static final Map<Integer, OpCode> BY_NUMBER =
            Arrays.stream(values()).collect(Collectors.toMap(OpCode::number, Function.identity()));

    private final int number;

    OpCode(int number) {
        this.number = number;
    }

    /** Returns the number that stands for this operation on the wire. */
    public int number() {
        return number;
    }

    /** Returns the operation with this number, or {@link #UNKNOWN}. */
    public static OpCode of(int number) {
        return BY_NUMBER.getOrDefault(number, UNKNOWN);
    }
}
