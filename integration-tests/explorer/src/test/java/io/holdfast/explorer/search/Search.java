// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.search;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Visits every state that can be reached within a bound, those with fewer steps first, so that the first violation found has
 * the shortest trace. A state is known again by 64 bits of a hash of its description: with a million states the chance that
 * any two are taken for one is about one in thirty million.
 *
 * @param <C> a step
 */
public final class Search<C> {

    private record Reached<C>(Reached<C> before, C by, int depth) {}

    private final Supplier<? extends World<C>> worlds;
    private final Bound bound;
    private final Set<Long> known = new HashSet<>();
    private final StringBuilder text = new StringBuilder();
    private long transitions;
    private int healed;
    private int deepest;

    /** The worlds are made in their first state, the same each time. */
    public Search(Supplier<? extends World<C>> worlds, Bound bound) {
        this.worlds = worlds;
        this.bound = bound;
    }

    public Findings<C> run() {
        long started = System.nanoTime();
        List<Reached<C>> frontier = new ArrayList<>();
        frontier.add(new Reached<>(null, null, 0));
        isNew(worlds.get());
        boolean isComplete = true;
        while (!frontier.isEmpty() && frontier.get(0).depth() < bound.depth() && isComplete) {
            List<Reached<C>> next = new ArrayList<>();
            for (Reached<C> state : frontier) {
                Optional<Findings<C>> found = expand(state, next, started);
                if (found.isPresent()) {
                    return found.get();
                }
                if (known.size() >= bound.states()) {
                    isComplete = false;
                    break;
                }
            }
            frontier = next;
        }
        if (bound.heals()) {
            for (Reached<C> state : frontier) {
                World<C> world = replay(state);
                healed++;
                Optional<Violation> left = world.heal();
                if (left.isPresent()) {
                    return findings(started, isComplete, false, left, state);
                }
            }
        }
        return findings(started, isComplete, frontier.isEmpty(), Optional.empty(), new Reached<>(null, null, 0));
    }

    private Optional<Findings<C>> expand(Reached<C> state, List<Reached<C>> next, long started) {
        World<C> world = replay(state);
        List<C> choices = world.choices();
        for (C choice : choices) {
            World<C> there = world == null ? replay(state) : world;
            world = null; // it can be used once
            there.take(choice);
            transitions++;
            Reached<C> reached = new Reached<>(state, choice, state.depth() + 1);
            Optional<Violation> violation = there.violation();
            if (violation.isPresent()) {
                deepest = reached.depth();
                return Optional.of(findings(started, true, false, violation, reached));
            }
            if (isNew(there)) {
                deepest = Math.max(deepest, reached.depth());
                next.add(reached);
            }
        }
        if (bound.heals()) {
            World<C> resting = world == null ? replay(state) : world;
            healed++;
            Optional<Violation> left = resting.heal();
            if (left.isPresent()) {
                return Optional.of(findings(started, true, false, left, state));
            }
        }
        return Optional.empty();
    }

    private World<C> replay(Reached<C> state) {
        World<C> world = worlds.get();
        trace(state).forEach(world::take);
        return world;
    }

    private List<C> trace(Reached<C> state) {
        ArrayDeque<C> trace = new ArrayDeque<>();
        for (Reached<C> at = state; at != null && at.by() != null; at = at.before()) {
            trace.addFirst(at.by());
        }
        return List.copyOf(trace);
    }

    private boolean isNew(World<C> world) {
        text.setLength(0);
        world.describe(text);
        long hash = 0x9E3779B97F4A7C15L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
            hash ^= hash >>> 29;
        }
        return known.add(hash);
    }

    private Findings<C> findings(
            long started, boolean isComplete, boolean isClosed, Optional<Violation> violation, Reached<C> where) {
        return new Findings<>(
                known.size(),
                transitions,
                healed,
                deepest,
                isComplete,
                isClosed,
                Duration.ofNanos(System.nanoTime() - started),
                violation,
                trace(where));
    }
}
