// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.wire;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.jute.BinaryInputArchive;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.MultiOperationRecord;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.proto.CreateRequest;
import org.apache.zookeeper.proto.RequestHeader;
import org.jspecify.annotations.Nullable;

/**
 * What a client asked for in one frame.
 *
 * @param xid the client's number for it; negative for pings, auth packets and re-armed watches
 * @param opCode the operation
 * @param path the path it names, of a multi the first one; null where the operation names none
 * @param ephemeral whether it would create an ephemeral node, alone or as part of a multi
 */
public record Request(int xid, OpCode opCode, @Nullable String path, boolean ephemeral) {

    private static final int PREFIX = 4;

    /** Reads a request frame, length prefix included. A frame that cannot be read has the operation UNKNOWN. */
    public static Request decode(byte[] frame) {
        BinaryInputArchive in = BinaryInputArchive.getArchive(
                new ByteArrayInputStream(frame, PREFIX, Math.max(0, frame.length - PREFIX)));
        RequestHeader header = new RequestHeader();
        try {
            header.deserialize(in, "header");
        } catch (IOException e) {
            return new Request(0, OpCode.UNKNOWN, null, false);
        }
        OpCode opCode = OpCode.of(header.getType());
        try {
            return body(header.getXid(), opCode, in);
        } catch (IOException e) {
            return new Request(header.getXid(), opCode, null, false);
        }
    }

    /** Returns the xid at the head of a reply frame, length prefix included. */
    public static int xidOfReply(byte[] frame) {
        return frame.length < 2 * PREFIX ? 0 : ByteBuffer.wrap(frame).getInt(PREFIX);
    }

    private static Request body(int xid, OpCode opCode, BinaryInputArchive in) throws IOException {
        return switch (opCode) {
            case CREATE, CREATE2 -> creation(xid, opCode, in);
            case MULTI -> multi(xid, in);
            case DELETE,
                    EXISTS,
                    GET_DATA,
                    SET_DATA,
                    GET_ACL,
                    SET_ACL,
                    GET_CHILDREN,
                    GET_CHILDREN2,
                    SYNC,
                    CHECK,
                    CHECK_WATCHES,
                    REMOVE_WATCHES,
                    ADD_WATCH,
                    CREATE_CONTAINER,
                    CREATE_TTL,
                    GET_EPHEMERALS,
                    GET_ALL_CHILDREN_NUMBER -> new Request(xid, opCode, in.readString("path"), false);
            default -> new Request(xid, opCode, null, false);
        };
    }

    private static Request creation(int xid, OpCode opCode, BinaryInputArchive in) throws IOException {
        CreateRequest create = new CreateRequest();
        create.deserialize(in, "create");
        return new Request(xid, opCode, create.getPath(), isEphemeral(create));
    }

    private static Request multi(int xid, BinaryInputArchive in) throws IOException {
        MultiOperationRecord multi = new MultiOperationRecord();
        multi.deserialize(in, "multi");
        List<String> paths = new ArrayList<>();
        boolean ephemeral = false;
        for (Op op : multi) {
            paths.add(op.getPath());
            ephemeral |= op.toRequestRecord() instanceof CreateRequest create && isEphemeral(create);
        }
        return new Request(xid, OpCode.MULTI, paths.isEmpty() ? null : paths.get(0), ephemeral);
    }

    private static boolean isEphemeral(CreateRequest create) {
        return CreateMode.fromFlag(create.getFlags(), CreateMode.PERSISTENT).isEphemeral();
    }
}
