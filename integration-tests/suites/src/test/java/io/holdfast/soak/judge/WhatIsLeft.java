// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak.judge;

import io.holdfast.soak.judge.Note.Killed;
import io.holdfast.soak.judge.Note.Left;
import io.holdfast.soak.judge.Story.Lived;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the servers hold: only nodes of sessions that somebody had been told he may use (I1), none for long after their
 * session's user is gone, and none for long that no registration claims (I4).
 */
final class WhatIsLeft {

    private final Story story;
    private final SoakLimits limits;
    private final Map<String, List<Claim>> claims = new HashMap<>();
    private final long allGone;
    private final Set<String> reported = new HashSet<>();
    private final List<SoakViolation> violations = new ArrayList<>();

    private WhatIsLeft(Story story, SoakLimits limits) {
        this.story = story;
        this.limits = limits;
        this.allGone = allGone(story.record());
        story.lives().forEach(life -> life.claims()
                .forEach(claim -> claims.computeIfAbsent(claim.path(), path -> new ArrayList<>())
                        .add(claim)));
    }

    static List<SoakViolation> violations(Story story, SoakLimits limits) {
        WhatIsLeft left = new WhatIsLeft(story, limits);
        story.holdings().stream()
                .filter(holding -> !story.isForeign(holding.session()))
                .forEach(left::judge);
        return left.violations;
    }

    private void judge(Holding holding) {
        allAreGone(holding);
        if (holding.path().startsWith(Story.REGISTRATIONS)) {
            Optional<Lived> lived = story.lived(holding.session());
            if (lived.isPresent()) {
                isAllowed(holding, lived.get());
                outlives(
                        holding, lived.get().time().toNanos(), lived.get().run().process());
                isWanted(holding, lived.get());
            } else {
                isLearned(holding);
                outlives(holding, holding.surely().fromNanos(), "");
            }
        }
    }

    /** The client is told after it knows, but not much after. */
    private void isAllowed(Holding holding, Lived lived) {
        long began = lived.time().fromNanos() - limits.notice().toNanos();
        Stretch before = new Stretch(holding.surely().fromNanos(), lived.time().fromNanos());
        if (holding.surely().fromNanos() < began
                && Stretches.of(before)
                                .minus(story.stalls(lived.run().process()))
                                .nanos()
                        > limits.notice().toNanos()) {
            add(
                    "I1",
                    "%s was there %s before its session %x was confirmed",
                    holding,
                    before,
                    lived.run().process());
        }
    }

    /** Whoever was killed just then may have had no time to write down that he knew the session. */
    private void isLearned(Holding holding) {
        long around = limits.notice().toNanos() + limits.sessionTimeout().toNanos();
        boolean isExcused = story.record()
                .outside(Killed.class)
                .anyMatch(
                        killed -> Math.abs(killed.nanoTime() - holding.surely().fromNanos()) < around);
        if (!isExcused) {
            add(
                    "I1",
                    "%s was there for %s, in session %x, which nobody was ever told of",
                    holding,
                    holding.surely(),
                    "");
        }
    }

    private void outlives(Holding holding, long over, String process) {
        Stretch after = new Stretch(
                Math.max(over, holding.surely().fromNanos()), holding.surely().toNanos());
        Stretches.of(after)
                .minus(story.ensembleTrouble())
                .longest()
                .filter(longest -> longest.nanos() > limits.orphan().toNanos())
                .ifPresent(longest -> add(
                        "I4", "%s stood for %s in peace after its session %x had no user", holding, longest, process));
    }

    private void isWanted(Holding holding, Lived lived) {
        String process = lived.run().process();
        Stretches claimed = Stretches.union(claims.getOrDefault(holding.path(), List.of()).stream()
                .filter(claim -> claim.isOf(holding.path(), holding.session()))
                .map(Claim::time)
                .toList());
        Stretches.of(holding.surely())
                .within(lived.time())
                .minus(claimed)
                .minus(story.trouble(process))
                .longest()
                .filter(longest -> longest.nanos() > limits.recovery().toNanos())
                .ifPresent(longest -> add(
                        "I4",
                        "%s stood for %s in peace in session %x, and nobody claimed it",
                        holding,
                        longest,
                        process));
    }

    /** When the last process has closed its clients, nothing of any of them stays: not even of those in the queue for a right. */
    private void allAreGone(Holding holding) {
        Stretches.of(new Stretch(
                        Math.max(allGone, holding.surely().fromNanos()),
                        holding.surely().toNanos()))
                .minus(story.ensembleTrouble())
                .longest()
                .filter(longest -> longest.nanos() > limits.orphan().toNanos())
                .ifPresent(longest -> add(
                        "I4", "%s stood for %s after all clients were closed, in session %x", holding, longest, ""));
    }

    /** Returns when the last process had closed its clients, if that is how the record ends. */
    private static long allGone(SoakRecord record) {
        long last = record.inside(Left.class).mapToLong(Left::nanoTime).max().orElse(Long.MAX_VALUE);
        boolean isEnd = record.runs().stream().allMatch(run -> run.endNanos() <= last);
        return isEnd ? last : Long.MAX_VALUE;
    }

    /** Several servers that hold the same node are one violation. */
    private void add(String invariant, String format, Holding holding, Stretch when, String process) {
        if (reported.add(invariant + holding.path() + holding.session())) {
            violations.add(new SoakViolation(
                    invariant,
                    format.formatted(holding.path(), WhatIsSaid.millis(when), holding.session()),
                    process,
                    holding.path(),
                    when.fromNanos(),
                    when.toNanos()));
        }
    }
}
