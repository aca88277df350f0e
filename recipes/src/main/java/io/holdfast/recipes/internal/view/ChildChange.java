// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One difference between two reads of a directory. */
public sealed interface ChildChange {

    /**
     * A name that was not there.
     *
     * @param child the new child
     */
    record Joined(Child child) implements ChildChange {}

    /**
     * A name that is no longer there.
     *
     * @param child the child as it was last read
     */
    record Left(Child child) implements ChildChange {}

    /**
     * The same node with other data.
     *
     * @param before as it was
     * @param after as it is
     */
    record Updated(Child before, Child after) implements ChildChange {}

    /**
     * The same name with another czxid: the node was deleted and created again between two reads.
     *
     * @param before the node that is gone
     * @param after the node that is there now
     */
    record Bounced(Child before, Child after) implements ChildChange {}

    /** Returns the differences between two reads: first who left, then all others by name. */
    static List<ChildChange> between(Map<String, Child> before, Map<String, Child> after) {
        List<ChildChange> changes = new ArrayList<>();
        new TreeMap<>(before).forEach((name, child) -> {
            if (!after.containsKey(name)) {
                changes.add(new Left(child));
            }
        });
        new TreeMap<>(after).forEach((name, child) -> {
            Child known = before.get(name);
            if (known == null) {
                changes.add(new Joined(child));
            } else if (!known.isSameNode(child)) {
                changes.add(new Bounced(known, child));
            } else if (!known.shows(child)) {
                changes.add(new Updated(known, child));
            }
        });
        return changes;
    }
}
