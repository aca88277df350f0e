// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer;

import io.holdfast.explorer.search.Bound;
import io.holdfast.explorer.search.Findings;
import io.holdfast.explorer.search.Search;
import io.holdfast.explorer.search.Violation;
import io.holdfast.explorer.servers.Diary;
import java.util.Optional;

/** One search: what was explored, what came of it, and the story of a violation. Prints all of it. */
final class Exploration {

    private static final int DEPTH = Integer.getInteger("holdfast.explorer.depth", 80);
    private static final int STATES = Integer.getInteger("holdfast.explorer.states", 150_000);

    private final Setting setting;
    private final Bound bound;
    private final Recovery recovery = new Recovery();
    private Findings<Step> findings;

    private Exploration(Setting setting, Bound bound) {
        this.setting = setting;
        this.bound = bound;
    }

    /** As far as the bounds of this run go; {@code -Dholdfast.explorer.depth} and {@code .states} say how far. */
    static Exploration of(Setting setting) {
        return new Exploration(setting, new Bound(DEPTH, STATES, true));
    }

    Exploration upTo(int states) {
        return new Exploration(setting, new Bound(bound.depth(), states, bound.heals()));
    }

    /** Looks at the states only: the trace of a violation then shows every step of it. */
    Exploration stepByStep() {
        return new Exploration(setting, bound.withoutHealing());
    }

    Exploration run() {
        return run(Diary.NONE);
    }

    /** As {@link #run()}; the diary is told what happens in every world, over and over. */
    Exploration run(Diary diary) {
        findings = new Search<>(() -> new OneMember(setting, recovery, diary), bound).run();
        System.out.println("explored " + setting + ": " + findings + "; " + recovery);
        if (findings.violation().isPresent()) {
            System.out.println(timeline());
        }
        return this;
    }

    Findings<Step> findings() {
        return findings;
    }

    Optional<Violation> violation() {
        return findings.violation();
    }

    Recovery recovery() {
        return recovery;
    }

    /** Returns the story of the shortest trace. */
    String timeline() {
        boolean isFoundAtRest = findings.violation()
                .filter(violation ->
                        OneMember.after(setting, findings.trace()).violation().isEmpty())
                .isPresent();
        return OneMember.play(setting, findings.trace(), isFoundAtRest).toString();
    }
}
