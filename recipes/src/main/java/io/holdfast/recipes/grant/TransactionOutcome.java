// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.grant;

import java.util.List;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.OpResult;

/**
 * What became of a {@link FencedTransaction} that the ensemble has answered, while the grant held. Immutable and
 * thread-safe.
 */
public sealed interface TransactionOutcome {

    /** Returns whether all of it was done; if not, nothing was. */
    default boolean isCommitted() {
        return this instanceof Committed;
    }

    /**
     * Everything was done, in one step, while the grant held.
     *
     * @param results one for each operation, in the order in which they were added; paths in them are as the caller gave
     *     them, with the number of a sequential node
     */
    record Committed(List<OpResult> results) implements TransactionOutcome {

        /** Copies the list. */
        public Committed {
            results = List.copyOf(results);
        }
    }

    /**
     * Nothing was done, because one of the caller's own operations cannot be done; the grant held.
     *
     * @param operation which one, counted from 0 in the order in which they were added
     * @param path its path, as the caller gave it
     * @param code why, for example {@code NONODE}, {@code NODEEXISTS}, {@code BADVERSION} or {@code NOAUTH}
     */
    record Rejected(int operation, String path, Code code) implements TransactionOutcome {}
}
