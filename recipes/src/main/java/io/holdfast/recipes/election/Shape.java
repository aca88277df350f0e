// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.election;

import io.holdfast.recipes.internal.grant.RecipePath;
import io.holdfast.recipes.internal.queue.QueueNode;
import io.holdfast.recipes.internal.queue.WaitQueue;
import io.holdfast.spi.RecipeSupport;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which nodes an election is made of. Immutable.
 *
 * @param path what the election is for, below the client's namespace
 * @param queue where the candidates wait
 * @param isFixed whether the leader creates the node {@code path} when it is at the head of the queue; else being at the head is leading
 */
record Shape(String path, WaitQueue queue, boolean isFixed) {

    private static final String KIND = "latch-";

    /** Being at the head of the queue is leading: Curator's LeaderLatch. */
    static Shape queued(String path) {
        return new Shape(path, WaitQueue.ofOne(path, KIND), false);
    }

    /** Whoever is at the head of the queue creates one fixed node: Kafka's controller, but with a fair queue before it. */
    static Shape atNode(String path) {
        RecipePath.require(path);
        return new Shape(path, WaitQueue.ofOne(path + "-line", KIND), true);
    }

    /** Returns the path of the fence of the fixed node. */
    String fence() {
        return path + "-epoch";
    }

    /** Returns the full path of the queue's directory. */
    String directory(RecipeSupport client) {
        return client.fullPath(queue.directory());
    }

    /** Returns the names of those in the queue, the first one first. */
    static List<String> inOrder(List<String> names) {
        return names.stream()
                .map(name -> QueueNode.of(name, Set.of(KIND)))
                .flatMap(Optional::stream)
                .sorted((one, other) -> one.isBefore(other) ? -1 : other.isBefore(one) ? 1 : 0)
                .map(QueueNode::name)
                .toList();
    }
}
