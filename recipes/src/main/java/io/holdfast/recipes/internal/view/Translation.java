// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.view;

import io.holdfast.recipes.view.ViewListener;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * How a recipe reads a directory's children: some of them are entries of its own kind, the others are left out.
 *
 * @param <K> what an entry is known by
 * @param <T> an entry
 * @param read makes an entry of a child, or nothing
 * @param key what it is known by
 */
public record Translation<K extends Comparable<K>, T>(Function<Child, Optional<T>> read, Function<T, K> key) {

    /** Returns the entries among children; not to be modified. */
    public SortedMap<K, T> entries(SortedMap<String, Child> children) {
        TreeMap<K, T> entries = new TreeMap<>();
        children.values().forEach(child -> read.apply(child).ifPresent(entry -> entries.put(key.apply(entry), entry)));
        return Collections.unmodifiableSortedMap(entries);
    }

    /** Returns a listener that passes on the changes of entries. */
    public ChildrenListener notifying(ViewListener<T> listener) {
        return change -> pass(change, listener);
    }

    private void pass(ChildChange change, ViewListener<T> listener) {
        if (change instanceof ChildChange.Joined joined) {
            read.apply(joined.child()).ifPresent(listener::joined);
        } else if (change instanceof ChildChange.Left left) {
            read.apply(left.child()).ifPresent(listener::left);
        } else if (change instanceof ChildChange.Updated updated) {
            both(read.apply(updated.before()), read.apply(updated.after()), false, listener);
        } else if (change instanceof ChildChange.Bounced bounced) {
            both(read.apply(bounced.before()), read.apply(bounced.after()), true, listener);
        }
    }

    private static <T> void both(Optional<T> before, Optional<T> after, boolean isOther, ViewListener<T> listener) {
        if (before.isEmpty() || after.isEmpty()) {
            before.ifPresent(listener::left);
            after.ifPresent(listener::joined);
        } else if (isOther) {
            listener.bounced(before.get(), after.get());
        } else {
            listener.updated(before.get(), after.get());
        }
    }
}
