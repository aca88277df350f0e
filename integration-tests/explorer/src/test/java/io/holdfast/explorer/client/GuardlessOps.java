// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.client;

import io.holdfast.session.SessionOps;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooDefs.OpCode;

/** Leaves the guard node out of each take-over: what remains is guarded by the version of the node alone. */
final class GuardlessOps extends OpsAround {

    GuardlessOps(SessionOps ops) {
        super(ops);
    }

    @Override
    public CompletionStage<List<OpResult>> multi(List<Op> operations) {
        return ops.multi(operations.stream()
                .filter(op -> op.getType() == OpCode.delete || op.getType() == OpCode.create)
                .toList());
    }
}
