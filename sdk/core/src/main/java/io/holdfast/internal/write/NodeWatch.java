// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.write;

import io.holdfast.session.SessionOps;
import io.holdfast.session.Znode;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;
import org.apache.zookeeper.Watcher;

/**
 * How one registration watches its node.
 *
 * @param watcher told what happens to the node
 * @param onSet called on the ZooKeeper client's event thread, and so in order with the watcher's events, each time it is set
 * @param events how many events the watcher has been told
 */
public record NodeWatch(Watcher watcher, Runnable onSet, IntSupplier events) {

    /** Reads a path, and leaves the watch there whether or not there is a node. */
    public CompletionStage<Optional<Znode>> readAt(SessionOps ops, String path) {
        return ops.exists(path, watcher).thenApply(seen -> {
            onSet.run();
            return seen;
        });
    }
}
