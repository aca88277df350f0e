// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.client;

import io.holdfast.session.SessionOps;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.proto.CheckVersionRequest;

/** Gives the marker of each session the same name, as a client does that names it after its member. */
final class SameMarkerOps extends OpsAround {

    private static final String NAME = Markers.DIRECTORY + "/" + Member.NAME;

    SameMarkerOps(SessionOps ops) {
        super(ops);
    }

    @Override
    public CompletionStage<List<OpResult>> multi(List<Op> operations) {
        return ops.multi(operations.stream().map(SameMarkerOps::named).toList());
    }

    private static Op named(Op op) {
        if (!Markers.isOne(op.getPath())) {
            return op;
        }
        return op.getType() == OpCode.check
                ? Op.check(NAME, version(op))
                : Op.create(NAME, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL);
    }

    private static int version(Op check) {
        return ((CheckVersionRequest) check.toRequestRecord()).getVersion();
    }
}
