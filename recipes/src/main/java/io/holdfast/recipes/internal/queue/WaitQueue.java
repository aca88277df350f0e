// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.queue;

import io.holdfast.error.OwnershipConflictException;
import io.holdfast.event.HoldfastEvent.WaitingInQueue;
import io.holdfast.recipes.internal.grant.RecipePath;
import io.holdfast.registration.RegisteredNode;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A queue of one recipe: its directory, what its nodes are called, and who may hold. Immutable.
 *
 * @param directory the path of the nodes' parent, below the client's namespace
 * @param kind what the names of those who enter it begin with, behind the mark
 * @param kinds all kinds that are in it, {@code kind} among them
 * @param rule who may hold
 */
public record WaitQueue(String directory, String kind, Set<String> kinds, AdmissionRule rule) {

    /** Checks the path. */
    public WaitQueue {
        RecipePath.require(directory);
        kinds = Set.copyOf(kinds);
    }

    /** Returns a queue of one kind that is served one at a time. */
    public static WaitQueue ofOne(String directory, String kind) {
        return new WaitQueue(directory, kind, Set.of(kind), AdmissionRule.FIRST);
    }

    /**
     * Reads a list of the directory.
     *
     * @param names the children, in any order
     * @param own the own node's name
     */
    View view(List<String> names, String own) {
        QueueNode self = QueueNode.of(own, kinds)
                .orElseThrow(() -> new IllegalStateException(own + " is no name of the queue at " + directory));
        List<QueueNode> before = names.stream()
                .map(name -> QueueNode.of(name, kinds))
                .flatMap(Optional::stream)
                .filter(node -> node.isBefore(self))
                .sorted(Comparator.comparingInt(node -> node.behind(self)))
                .toList();
        Optional<String> stranger = names.stream()
                .filter(name -> QueueNode.of(name, kinds).isEmpty())
                .filter(name -> QueueNode.sequenceOfAnyKind(name)
                        .filter(sequence -> sequence - self.sequence() < 0)
                        .isPresent())
                .sorted()
                .findFirst();
        Position position = names.contains(own) ? rule.position(before) : new Position.NotThere();
        return new View(position, before, stranger);
    }

    /**
     * What a list says.
     *
     * @param position where the own entry is
     * @param before who is before us, the oldest first
     * @param stranger a node of another recipe that was there before us
     */
    record View(Position position, List<QueueNode> before, Optional<String> stranger) {

        /** Returns the conflict with a recipe that used the directory before; empty if there is none. */
        Optional<OwnershipConflictException> conflict(String directory) {
            return stranger.map(node -> new OwnershipConflictException(
                    directory, 0, "another recipe, whose node " + node + " was there before; give each its own path"));
        }

        /** Returns the event of an entry that waits. */
        WaitingInQueue waiting(RegisteredNode own, String directory) {
            String behind = directory + "/" + before.get(before.size() - 1).name();
            return new WaitingInQueue(own.path(), own.session().value(), behind, before.size());
        }
    }
}
