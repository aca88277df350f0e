// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.write;

import io.holdfast.internal.session.Paths;
import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.OpCode;

/**
 * What becomes of each write of a transaction that was refused: a server names the first operation that it refuses, and says
 * nothing of those behind it. Pure. However many are refused, the number of transactions stays in proportion to the number of
 * writes: what is tried again is tried in company half as large, and what is known to share the refusal is not tried again.
 */
final class RefusedTransaction {

    /** What becomes of one write. */
    sealed interface Fate {

        /** This operation of it was refused. */
        record Refused(int operation) implements Fate {}

        /** It is sent again, in the company of at most so many. */
        record Again(int atMostTogether) implements Fate {}

        /** It is not sent again: a read says whether its node exists too. */
        record Read() implements Fate {}
    }

    private RefusedTransaction() {}

    /**
     * Returns the fate of each write.
     *
     * @param writes the operations of each
     * @param code why the transaction was refused
     * @param operation the operation that was refused, counted through all writes; negative if the server has named none
     */
    static List<Fate> fates(List<List<Op>> writes, Code code, int operation) {
        Fate again = new Fate.Again(Math.max(1, writes.size() / 2));
        List<Fate> fates = new ArrayList<>();
        List<Op> all = writes.stream().flatMap(List::stream).toList();
        int first = 0;
        for (List<Op> ops : writes) {
            int within = operation - first;
            if (operation < 0) {
                fates.add(writes.size() == 1 ? new Fate.Refused(-1) : again);
            } else if (within >= ops.size()) {
                fates.add(new Fate.Again(writes.size())); // it would have been committed
            } else if (within >= 0) {
                fates.add(new Fate.Refused(within));
            } else {
                fates.add(behind(ops, all.get(operation), code, again));
            }
            first += ops.size();
        }
        return fates;
    }

    private static Fate behind(List<Op> ops, Op refused, Code code, Fate again) {
        Op own = ops.get(0);
        if (refused.getType() == OpCode.check && own.equals(refused)) {
            return new Fate.Refused(0);
        }
        if (!isLoneCreate(ops) || !isCreate(refused)) {
            return again;
        }
        boolean isOfParent =
                code == Code.NONODE || code == Code.NOAUTH; // what a create needs of the parent, all children lack
        if (isOfParent && Paths.parent(own.getPath()).equals(Paths.parent(refused.getPath()))) {
            return new Fate.Refused(0);
        }
        return code == Code.NODEEXISTS ? new Fate.Read() : again;
    }

    private static boolean isLoneCreate(List<Op> ops) {
        return ops.size() == 1 && isCreate(ops.get(0));
    }

    private static boolean isCreate(Op op) {
        return op.getType() == OpCode.create;
    }
}
