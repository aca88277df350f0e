// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.write;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.Watcher;

/** Watches for the deletion of many ephemeral nodes with one request. */
@FunctionalInterface
public interface ManyWatches {

    /** Where that cannot be done. */
    ManyWatches NONE = (zxid, watchers) -> Optional.empty();

    /**
     * Watches nodes that existed as of a transaction. The watcher of a node that has been deleted since, or made again by somebody
     * else, is told so before the stage completes, and is not set. A change of a node's data is not told.
     *
     * @param zxid the transaction
     * @param watchers by path
     * @return completes on the ZooKeeper client's event thread; empty if it cannot be done here, and nothing was
     */
    Optional<CompletionStage<Void>> watch(long zxid, Map<String, Watcher> watchers);
}
