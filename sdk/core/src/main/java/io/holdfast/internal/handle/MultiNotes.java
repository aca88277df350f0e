// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import java.util.ArrayList;
import java.util.List;
import org.apache.jute.Record;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.proto.CreateRequest;
import org.jspecify.annotations.Nullable;

/** What a multi does to the ephemeral nodes of its session, noted in the ledger. */
final class MultiNotes {

    private final List<Op> ops;
    private final EphemeralLedger ledger;
    private final List<EphemeralLedger.@Nullable Attempt> attempts = new ArrayList<>();

    private MultiNotes(List<Op> ops, EphemeralLedger ledger) {
        this.ops = ops;
        this.ledger = ledger;
    }

    static boolean createsEphemeral(List<Op> ops) {
        return ops.stream().anyMatch(op -> ephemeralMode(op) != null);
    }

    static MultiNotes begin(List<Op> ops, EphemeralLedger ledger) {
        MultiNotes notes = new MultiNotes(ops, ledger);
        for (Op op : ops) {
            CreateMode mode = ephemeralMode(op);
            notes.attempts.add(mode == null ? null : ledger.begin(op.getPath(), mode.isSequential()));
        }
        return notes;
    }

    void answered(Code code, List<OpResult> results) {
        for (int i = 0; i < ops.size(); i++) {
            EphemeralLedger.Attempt attempt = attempts.get(i);
            if (attempt != null) {
                String name = i < results.size() && results.get(i) instanceof OpResult.CreateResult created
                        ? inDirectoryOf(attempt.path(), created.getPath())
                        : attempt.path();
                ledger.answered(attempt, code, name);
            } else if (code == Code.OK && ops.get(i).getType() == ZooDefs.OpCode.delete) {
                ledger.deleted(ops.get(i).getPath());
            }
        }
    }

    /** Unlike a single create's, a multi's results carry the chroot; the name itself differs only by the server's number. */
    private static String inDirectoryOf(String asked, String onServer) {
        return asked.substring(0, asked.lastIndexOf('/') + 1) + onServer.substring(onServer.lastIndexOf('/') + 1);
    }

    /** Returns the mode of an ephemeral create, null for anything else. */
    private static @Nullable CreateMode ephemeralMode(Op op) {
        Record request = op.toRequestRecord();
        if (request instanceof CreateRequest create) { // createTTL has a type of its own and is never ephemeral
            CreateMode mode = CreateMode.fromFlag(create.getFlags(), CreateMode.PERSISTENT);
            return mode.isEphemeral() ? mode : null;
        }
        return null;
    }
}
