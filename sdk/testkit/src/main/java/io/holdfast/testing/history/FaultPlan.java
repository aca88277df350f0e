// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

import io.holdfast.testing.history.FaultKind.Target;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Draws what happens, and when, from a seed: the same seed gives the same plan. When exactly a fault meets a member is up to
 * the machine, so a replay is likely to show what the first play showed, not certain to.
 *
 * <p>Kinds are drawn like cards: none comes again before all the others have come as often as is their share. Nobody suffers
 * two faults at once, and after one it has some seconds of peace.
 */
public final class FaultPlan {

    private static final int SHORTEST_PAUSE = 150;
    private static final int LONGEST_PAUSE = 900;
    private static final long ENSEMBLE_REST = 4_000;
    private static final long MEMBER_REST = 2_200;

    private final Random random;
    private final Random choices;
    private final Set<FaultKind> kinds;
    private final long lengthMillis;
    private final long[] membersBusyUntil;
    private final Deque<FaultKind> cards = new ArrayDeque<>();
    private long ensembleBusyUntil;

    private FaultPlan(long seed, Duration length, int members, Set<FaultKind> kinds) {
        this.random = new Random(seed);
        this.choices = new Random(~seed); // drawn apart, so that whoever needs no choice gets the same plan
        this.kinds = kinds;
        this.lengthMillis = length.toMillis();
        this.membersBusyUntil = new long[members];
    }

    /** Returns the faults of a game of that length with so many members, in the order in which they begin. */
    public static List<PlannedFault> of(long seed, Duration length, int members) {
        return of(seed, length, members, FaultKind.OF_A_GAME);
    }

    /** Returns faults of these kinds. */
    public static List<PlannedFault> of(long seed, Duration length, int members, Set<FaultKind> kinds) {
        return new FaultPlan(seed, length, members, EnumSet.copyOf(kinds)).draw();
    }

    private List<PlannedFault> draw() {
        List<PlannedFault> plan = new ArrayList<>();
        for (long at = pause(); at < lengthMillis; at += pause()) {
            FaultKind kind = card();
            int member = random.nextInt(membersBusyUntil.length);
            long length = between(kind.shortestMillis(), kind.longestMillis());
            boolean fits = at + length <= lengthMillis;
            if (fits && isFree(kind.target(), member, at)) {
                occupy(kind.target(), member, at + length);
                plan.add(new PlannedFault(
                        kind,
                        kind.target() == Target.MEMBER ? member : 0,
                        Duration.ofMillis(at),
                        Duration.ofMillis(length),
                        choices.nextInt(Integer.MAX_VALUE)));
            } else if (fits) {
                cards.addLast(kind);
            }
        }
        return plan;
    }

    private FaultKind card() {
        if (cards.isEmpty()) {
            List<FaultKind> fresh = new ArrayList<>();
            for (FaultKind kind : kinds) {
                fresh.addAll(Collections.nCopies(kind.share(), kind));
            }
            Collections.shuffle(fresh, random);
            cards.addAll(fresh);
        }
        return cards.removeFirst();
    }

    private boolean isFree(Target target, int member, long at) {
        return switch (target) {
            case MEMBER -> membersBusyUntil[member] <= at;
            case ENSEMBLE -> ensembleBusyUntil <= at;
            case LINE, NODES -> true;
        };
    }

    private void occupy(Target target, int member, long until) {
        switch (target) {
            case MEMBER -> membersBusyUntil[member] = until + MEMBER_REST;
            case ENSEMBLE -> ensembleBusyUntil = until + ENSEMBLE_REST;
            case LINE, NODES -> {}
        }
    }

    private long pause() {
        return between(SHORTEST_PAUSE, LONGEST_PAUSE);
    }

    private long between(int least, int most) {
        return least + (long) random.nextInt(most - least + 1);
    }
}
