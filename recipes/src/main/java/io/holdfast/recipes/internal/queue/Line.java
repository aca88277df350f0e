// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.queue;

import io.holdfast.recipes.internal.grant.RecipePath;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A line of one recipe: where it stands, what its nodes are called, and whose turn it is. Immutable.
 *
 * @param directory the path of the nodes' parent, below the client's namespace
 * @param kind what the names of those who enter it begin with, behind the mark
 * @param kinds all kinds that stand in it, {@code kind} among them
 * @param rule whose turn it is
 */
public record Line(String directory, String kind, Set<String> kinds, TurnRule rule) {

    /** Checks the path. */
    public Line {
        RecipePath.require(directory);
        kinds = Set.copyOf(kinds);
    }

    /** Returns a line of one kind that is served one at a time. */
    public static Line ofOne(String directory, String kind) {
        return new Line(directory, kind, Set.of(kind), TurnRule.FIRST);
    }

    /**
     * Reads a list of the directory.
     *
     * @param names the children, in any order
     * @param own the own node's name
     */
    View view(List<String> names, String own) {
        LineNode self = LineNode.of(own, kinds)
                .orElseThrow(() -> new IllegalStateException(own + " is no name of the line at " + directory));
        List<LineNode> before = names.stream()
                .map(name -> LineNode.of(name, kinds))
                .flatMap(Optional::stream)
                .filter(node -> node.isBefore(self))
                .sorted(Comparator.comparingInt(node -> node.behind(self)))
                .toList();
        Optional<String> stranger = names.stream()
                .filter(name -> LineNode.of(name, kinds).isEmpty())
                .filter(name -> LineNode.sequenceOfAnyKind(name)
                        .filter(sequence -> sequence - self.sequence() < 0)
                        .isPresent())
                .sorted()
                .findFirst();
        Turn turn = names.contains(own) ? rule.turn(before) : new Turn.NotThere();
        return new View(turn, before, stranger);
    }

    /**
     * What a list tells.
     *
     * @param turn whose turn it is
     * @param before who stands before us, the oldest first
     * @param stranger a node of another recipe that was there before us
     */
    record View(Turn turn, List<LineNode> before, Optional<String> stranger) {}
}
