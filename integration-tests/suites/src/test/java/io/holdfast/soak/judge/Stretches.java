// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak.judge;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A set of moments, as stretches in order, none of which meets another.
 *
 * @param all the stretches
 */
record Stretches(List<Stretch> all) {

    static final Stretches NONE = new Stretches(List.of());

    static Stretches of(Stretch... stretches) {
        return union(List.of(stretches));
    }

    /** Returns the moments that are in any of these. */
    static Stretches union(Collection<Stretch> stretches) {
        List<Stretch> sorted = stretches.stream()
                .filter(stretch -> !stretch.isEmpty())
                .sorted(Comparator.comparingLong(Stretch::fromNanos))
                .toList();
        List<Stretch> joined = new ArrayList<>();
        for (Stretch next : sorted) {
            Stretch last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            if (last != null && next.fromNanos() <= last.toNanos()) {
                joined.set(joined.size() - 1, new Stretch(last.fromNanos(), Math.max(last.toNanos(), next.toNanos())));
            } else {
                joined.add(next);
            }
        }
        return new Stretches(List.copyOf(joined));
    }

    Stretches or(Stretches other) {
        return union(Stream.concat(all.stream(), other.all.stream()).toList());
    }

    /** Returns the moments of this that are not in the other. */
    Stretches minus(Stretches other) {
        List<Stretch> left = new ArrayList<>();
        for (Stretch stretch : all) {
            long from = stretch.fromNanos();
            for (int i = other.firstAfter(from);
                    i < other.all.size() && other.all.get(i).fromNanos() < stretch.toNanos();
                    i++) {
                left.add(new Stretch(from, other.all.get(i).fromNanos()));
                from = Math.max(from, other.all.get(i).toNanos());
            }
            left.add(new Stretch(from, stretch.toNanos()));
        }
        return union(left);
    }

    /** Returns which of the stretches is the first that ends after this moment. */
    private int firstAfter(long nanos) {
        int low = 0;
        int high = all.size();
        while (low < high) {
            int middle = (low + high) / 2;
            if (all.get(middle).toNanos() <= nanos) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Returns the moments of this that are in the other. */
    Stretches and(Stretches other) {
        return minus(minus(other));
    }

    Stretches within(Stretch other) {
        return and(of(other));
    }

    long nanos() {
        return all.stream().mapToLong(Stretch::nanos).sum();
    }

    Optional<Stretch> longest() {
        return all.stream().max(Comparator.comparingLong(Stretch::nanos));
    }
}
