// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.observer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Everything that was seen, as changes: per path and server one sighting for each time the answer differed. */
final class Chronicle {

    private final long beginning = System.nanoTime();

    @GuardedBy("this")
    private final Map<String, Map<Integer, List<Sighting>>> byPath = new TreeMap<>();

    /** When the last complete round of questions to a server began. */
    @GuardedBy("this")
    private final Map<Integer, Long> rounds = new HashMap<>();

    synchronized void add(Sighting sighting) {
        List<Sighting> soFar = byPath.computeIfAbsent(sighting.path(), path -> new TreeMap<>())
                .computeIfAbsent(sighting.server(), server -> new ArrayList<>());
        if (soFar.isEmpty() || !soFar.get(soFar.size() - 1).agreesWith(sighting)) {
            soFar.add(sighting);
            notifyAll();
        }
    }

    synchronized void addUnreachable(int server, Collection<String> paths) {
        paths.forEach(path -> add(Sighting.unreachable(server, path)));
    }

    synchronized void endRound(int server, long began) {
        rounds.put(server, began);
        notifyAll();
    }

    synchronized void awaitChange(long deadlineNanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, deadlineNanos - System.nanoTime()));
    }

    synchronized List<Sighting> history(String path) {
        return ofPath(path).values().stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparingLong(Sighting::nanoTime))
                .toList();
    }

    synchronized Map<Integer, Sighting> now(String path) {
        Map<Integer, Sighting> now = new TreeMap<>();
        ofPath(path).forEach((server, seen) -> now.put(server, seen.get(seen.size() - 1)));
        return now;
    }

    /** Returns what a server says of a path in a round that began after this time, or that it is unreachable. */
    synchronized Optional<Sighting> since(long nanoTime, int server, String path) {
        Optional<Sighting> latest = Optional.ofNullable(now(path).get(server));
        Long round = rounds.get(server);
        boolean fresh = round != null && round - nanoTime >= 0;
        return latest.filter(sighting -> fresh || sighting.state() == Sighting.State.UNREACHABLE);
    }

    synchronized Set<String> paths() {
        return Set.copyOf(byPath.keySet());
    }

    synchronized List<Span> spans(String path) {
        List<Span> spans = new ArrayList<>();
        for (List<Sighting> seen : ofPath(path).values()) {
            for (int i = 0; i < seen.size(); i++) {
                Sighting start = seen.get(i);
                if (start.state() == Sighting.State.PRESENT) {
                    while (i + 2 < seen.size()
                            && seen.get(i + 1).state() == Sighting.State.UNREACHABLE
                            && seen.get(i + 2).agreesWith(start)) {
                        i += 2; // of the same czxid, so it was never gone
                    }
                    OptionalLong end = i + 1 < seen.size()
                            ? OptionalLong.of(seen.get(i + 1).nanoTime())
                            : OptionalLong.empty();
                    spans.add(new Span(start.server(), path, start.owner(), start.czxid(), start.nanoTime(), end));
                }
            }
        }
        spans.sort(Comparator.comparingLong(Span::fromNanos));
        return spans;
    }

    synchronized String toText() {
        StringBuilder text = new StringBuilder();
        byPath.forEach((path, servers) -> {
            text.append(path).append('\n');
            servers.forEach((server, seen) -> text.append("  server ")
                    .append(server)
                    .append(seen.stream().map(this::entry).collect(Collectors.joining(",", ":", "\n"))));
        });
        return text.toString();
    }

    private String entry(Sighting sighting) {
        long millis = TimeUnit.NANOSECONDS.toMillis(sighting.nanoTime() - beginning);
        return " %d.%03d s %s".formatted(millis / 1000, millis % 1000, sighting);
    }

    @GuardedBy("this")
    private Map<Integer, List<Sighting>> ofPath(String path) {
        return byPath.getOrDefault(path, Map.of());
    }
}
