// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.support;

import io.holdfast.event.HoldfastEvent;
import io.holdfast.event.HoldfastEvent.RegistrationChanged;
import io.holdfast.event.HoldfastEvent.SessionChanged;
import io.holdfast.event.HoldfastEvent.SessionConfirmed;
import io.holdfast.event.HoldfastObserver;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Everything one client said of itself, with the time at which it said so. Thread-safe. */
public final class Diary implements HoldfastObserver {

    private final long beginning = System.nanoTime();
    private final List<Entry> entries = new CopyOnWriteArrayList<>();

    /** One event and when it was heard, as {@link System#nanoTime()} counts. */
    public record Entry(long nanoTime, HoldfastEvent event) {}

    /**
     * A time during which the client said that it had a node.
     *
     * @param path the node
     * @param session its owner, by the client's word
     * @param fromNanos when it began to say so
     * @param toNanos when it ceased to; {@link Long#MAX_VALUE} if it still does
     */
    public record Claim(String path, long session, long fromNanos, long toNanos) {}

    @Override
    public void onEvent(HoldfastEvent event) {
        entries.add(new Entry(System.nanoTime(), event));
    }

    /** Returns all events of one kind, in order. */
    public <E extends HoldfastEvent> List<E> events(Class<E> kind) {
        return all(kind).map(entry -> kind.cast(entry.event())).toList();
    }

    /** Returns every claim, in the order in which they began. */
    public List<Claim> claims() {
        List<Claim> claims = new ArrayList<>();
        Map<String, Claim> open = new LinkedHashMap<>();
        all(RegistrationChanged.class).forEach(entry -> {
            RegistrationChanged change = (RegistrationChanged) entry.event();
            Claim ended = open.remove(change.path());
            if (ended != null) {
                claims.add(new Claim(ended.path(), ended.session(), ended.fromNanos(), entry.nanoTime()));
            }
            if (change.to().equals("Registered")) {
                open.put(change.path(), new Claim(change.path(), change.sessionId(), entry.nanoTime(), Long.MAX_VALUE));
            }
        });
        claims.addAll(open.values());
        claims.sort(Comparator.comparingLong(Claim::fromNanos));
        return claims;
    }

    /** Returns every session the client learned of. */
    public Set<Long> sessions() {
        return all(SessionChanged.class)
                .map(entry -> entry.event().sessionId())
                .filter(session -> session != 0)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns when the client first took this session for over; empty if it did not. */
    public OptionalLong endOf(long session) {
        return all(SessionChanged.class)
                .filter(entry -> entry.event().sessionId() == session)
                .filter(entry -> Set.of("Expired", "Closed").contains(((SessionChanged) entry.event()).to()))
                .mapToLong(Entry::nanoTime)
                .min();
    }

    /** Returns when this session was confirmed first; empty if it was not. */
    public OptionalLong confirmationOf(long session) {
        return all(SessionConfirmed.class)
                .filter(entry -> entry.event().sessionId() == session)
                .mapToLong(Entry::nanoTime)
                .min();
    }

    private Stream<Entry> all(Class<? extends HoldfastEvent> kind) {
        return entries.stream().filter(entry -> kind.isInstance(entry.event()));
    }

    /** Returns everything as text, one line per event with its second since the start. */
    @Override
    public String toString() {
        return entries.stream()
                .map(entry -> "%.3f s %s"
                        .formatted(TimeUnit.NANOSECONDS.toMillis(entry.nanoTime() - beginning) / 1e3, entry.event()))
                .collect(Collectors.joining("\n  ", "  ", "\n"));
    }
}
