// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.queue;

import java.util.List;

/**
 * Says whose turn it is. A rule must look at nodes before the own one only, and must not take back a turn when some of them
 * go: then a turn that was seen once lasts as long as the own node.
 */
@FunctionalInterface
public interface TurnRule {

    /** One at a time, in the order of creation: locks, elections, and the writers of a read/write lock. */
    TurnRule FIRST = before -> before.isEmpty()
            ? new Turn.Now()
            : new Turn.After(before.get(before.size() - 1).name());

    /**
     * Decides.
     *
     * @param before the nodes created before the own one, the oldest first
     */
    Turn turn(List<LineNode> before);

    /** Tells whether a change of the whole line is waited for, rather than the end of one node. */
    default boolean watchesAll() {
        return false;
    }

    /** As soon as no node of the given kind stands before: the readers of a read/write lock. */
    static TurnRule behindNo(String kind) {
        return before -> {
            for (int i = before.size() - 1; i >= 0; i--) {
                if (before.get(i).kind().equals(kind)) {
                    return new Turn.After(before.get(i).name());
                }
            }
            return new Turn.Now();
        };
    }

    /** So many at a time: the holders of a semaphore. */
    static TurnRule within(int permits) {
        return new TurnRule() {
            @Override
            public Turn turn(List<LineNode> before) {
                return before.size() < permits ? new Turn.Now() : new Turn.AfterAny();
            }

            @Override
            public boolean watchesAll() {
                return true;
            }
        };
    }
}
