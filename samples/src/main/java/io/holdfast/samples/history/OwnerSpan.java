// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.history;

import io.holdfast.testing.observer.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A time during which at least one server held a node with this owner, as the independent observer saw it.
 *
 * @param owner the session that owned it
 * @param czxid the transaction that created it
 * @param from nanoseconds since the show began
 * @param to nanoseconds since the show began
 */
public record OwnerSpan(long owner, long czxid, long from, long to) {

    /** Joins what the servers said about one node, each in its own words, into one span for each node that was created. */
    public static List<OwnerSpan> merge(List<Span> seen, long beginning, long now) {
        Map<Long, OwnerSpan> byCreation = new LinkedHashMap<>();
        for (Span span : seen) {
            long from = span.fromNanos() - beginning;
            long to = span.toNanos().orElse(now + beginning) - beginning;
            byCreation.merge(
                    span.czxid(),
                    new OwnerSpan(span.owner(), span.czxid(), from, to),
                    (a, b) -> new OwnerSpan(a.owner, a.czxid, Math.min(a.from, b.from), Math.max(a.to, b.to)));
        }
        List<OwnerSpan> merged = new ArrayList<>(byCreation.values());
        merged.sort(Comparator.comparingLong(OwnerSpan::from));
        return List.copyOf(merged);
    }

    boolean covers(long at) {
        return from <= at && at <= to;
    }
}
