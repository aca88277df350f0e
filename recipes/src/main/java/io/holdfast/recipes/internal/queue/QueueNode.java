// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.queue;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node in a queue. Its name is that of Curator's recipes: {@code _c_<uuid>-lock-0000000012}, or {@code lock-0000000012}
 * from a client that does not mark its nodes. Immutable.
 *
 * @param name the whole name
 * @param kind what is before the number, without the mark: {@code lock-}
 * @param sequence the number, which becomes negative once a directory has counted beyond the largest one
 */
public record QueueNode(String name, String kind, int sequence) {

    private static final Pattern MARK = Pattern.compile("_c_[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}-");

    /** The server writes ten characters, and one more for the smallest numbers. */
    private static final Pattern SEQUENCE = Pattern.compile("[0-9]{10}|-[0-9]{9,10}");

    /** Reads a name; empty if it is of none of the given kinds. */
    public static Optional<QueueNode> of(String name, Set<String> kinds) {
        Matcher mark = MARK.matcher(name);
        String unmarked = mark.lookingAt() ? name.substring(mark.end()) : name;
        return kinds.stream()
                .filter(unmarked::startsWith)
                .flatMap(kind -> sequence(unmarked.substring(kind.length())).stream()
                        .map(number -> new QueueNode(name, kind, number)))
                .findFirst();
    }

    /**
     * Returns the number of a node that another recipe has marked as one of a queue of its own; empty if it is none, or if its
     * number is negative.
     */
    static Optional<Integer> sequenceOfAnyKind(String name) {
        return MARK.matcher(name).lookingAt() ? sequence(name.substring(name.length() - 10)) : Optional.empty();
    }

    /** Returns whether it was created before the other one. */
    public boolean isBefore(QueueNode other) {
        return behind(other) < 0;
    }

    /** Returns how much later than the other one it was created; negative if earlier. */
    int behind(QueueNode other) {
        return sequence - other.sequence; // a difference survives the overflow
    }

    private static Optional<Integer> sequence(String digits) {
        if (!SEQUENCE.matcher(digits).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Integer.parseInt(digits));
        } catch (NumberFormatException e) {
            return Optional.empty(); // no server counts that far
        }
    }
}
