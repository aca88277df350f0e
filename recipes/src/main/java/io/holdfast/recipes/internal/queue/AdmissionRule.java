// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.queue;

import java.util.List;

/**
 * Says who may hold. A rule must read nodes before the own one only, and must not take back an admission when some of them
 * go: then an admission that was seen once lasts as long as the own node.
 */
@FunctionalInterface
public interface AdmissionRule {

    /** One at a time, in the order of creation: locks, elections, and the writers of a read/write lock. */
    AdmissionRule FIRST = before -> before.isEmpty()
            ? new Position.Admitted()
            : new Position.After(before.get(before.size() - 1).name());

    /**
     * Decides.
     *
     * @param before the nodes created before the own one, the oldest first
     */
    Position position(List<QueueNode> before);

    /** Returns whether a change of the whole queue is waited for, rather than the end of one node. */
    default boolean watchesAll() {
        return false;
    }

    /** As soon as no node of the given kind is before it: the readers of a read/write lock. */
    static AdmissionRule behindNo(String kind) {
        return before -> {
            for (int i = before.size() - 1; i >= 0; i--) {
                if (before.get(i).kind().equals(kind)) {
                    return new Position.After(before.get(i).name());
                }
            }
            return new Position.Admitted();
        };
    }

    /** So many at a time: the holders of a semaphore. */
    static AdmissionRule within(int permits) {
        return new AdmissionRule() {
            @Override
            public Position position(List<QueueNode> before) {
                return before.size() < permits ? new Position.Admitted() : new Position.AfterAny();
            }

            @Override
            public boolean watchesAll() {
                return true;
            }
        };
    }
}
