// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.election;

import io.holdfast.recipes.internal.grant.RecipePath;
import io.holdfast.recipes.internal.queue.Line;
import io.holdfast.recipes.internal.queue.LineNode;
import io.holdfast.spi.RecipeSupport;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which nodes an election is made of. Immutable.
 *
 * @param path what the election is for, below the client's namespace
 * @param line where the candidates wait
 * @param isFixed whether the leader creates the node {@code path} when it is first in line; else being first is leading
 */
record Shape(String path, Line line, boolean isFixed) {

    private static final String KIND = "latch-";

    /** Being first in line is leading: Curator's LeaderLatch. */
    static Shape inLine(String path) {
        return new Shape(path, Line.ofOne(path, KIND), false);
    }

    /** Whoever is first in line creates one fixed node: Kafka's controller, but with a fair line before it. */
    static Shape atNode(String path) {
        RecipePath.require(path);
        return new Shape(path, Line.ofOne(path + "-line", KIND), true);
    }

    /** Returns the path of the fence of the fixed node. */
    String fence() {
        return path + "-epoch";
    }

    /** Returns the full path of the directory that the line stands in. */
    String directory(RecipeSupport client) {
        return client.fullPath(line.directory());
    }

    /** Returns the names of those in line, the first one first. */
    static List<String> inOrder(List<String> names) {
        return names.stream()
                .map(name -> LineNode.of(name, Set.of(KIND)))
                .flatMap(Optional::stream)
                .sorted((one, other) -> one.isBefore(other) ? -1 : other.isBefore(one) ? 1 : 0)
                .map(LineNode::name)
                .toList();
    }
}
