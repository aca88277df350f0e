// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.view;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What a recipe makes of a directory's children: some of them are entries of its own kind, the others are none of its
 * business.
 *
 * @param <K> what an entry is known by
 * @param <T> an entry
 * @param read makes an entry of a child, or nothing
 * @param key what it is known by
 */
public record Translation<K extends Comparable<K>, T>(Function<Child, Optional<T>> read, Function<T, K> key) {

    /** Told changes of entries. */
    public interface Audience<T> {

        void joined(T entry);

        void left(T entry);

        void updated(T before, T after);

        /** The same key with another node behind it. */
        void bounced(T before, T after);
    }

    /** Returns the entries among children; not to be modified. */
    public SortedMap<K, T> entries(SortedMap<String, Child> children) {
        TreeMap<K, T> entries = new TreeMap<>();
        children.values().forEach(child -> read.apply(child).ifPresent(entry -> entries.put(key.apply(entry), entry)));
        return Collections.unmodifiableSortedMap(entries);
    }

    /** Returns a listener that tells of entries. */
    public ChildrenListener telling(Audience<T> audience) {
        return change -> tell(change, audience);
    }

    private void tell(ChildChange change, Audience<T> audience) {
        if (change instanceof ChildChange.Joined joined) {
            read.apply(joined.child()).ifPresent(audience::joined);
        } else if (change instanceof ChildChange.Left left) {
            read.apply(left.child()).ifPresent(audience::left);
        } else if (change instanceof ChildChange.Updated updated) {
            both(read.apply(updated.before()), read.apply(updated.after()), false, audience);
        } else if (change instanceof ChildChange.Bounced bounced) {
            both(read.apply(bounced.before()), read.apply(bounced.after()), true, audience);
        }
    }

    private static <T> void both(Optional<T> before, Optional<T> after, boolean isOther, Audience<T> audience) {
        if (before.isEmpty() || after.isEmpty()) {
            before.ifPresent(audience::left);
            after.ifPresent(audience::joined);
        } else if (isOther) {
            audience.bounced(before.get(), after.get());
        } else {
            audience.updated(before.get(), after.get());
        }
    }
}
