// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak.judge;

import io.holdfast.soak.judge.Note.Kind;
import io.holdfast.soak.judge.Note.OfRegistration;
import io.holdfast.soak.judge.Note.Waits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What a registration says of itself: that it has its node (I2), that it gets it back (I3), what it waits for (I7). */
final class WhatIsSaid {

    private final Story story;
    private final SoakLimits limits;
    private final List<SoakViolation> violations = new ArrayList<>();

    private WhatIsSaid(Story story, SoakLimits limits) {
        this.story = story;
        this.limits = limits;
    }

    static List<SoakViolation> violations(Story story, SoakLimits limits) {
        WhatIsSaid said = new WhatIsSaid(story, limits);
        for (Life life : story.lives()) {
            life.claims().forEach(claim -> said.isHeld(life, claim));
            said.comesBack(life);
            said.saysWhy(life);
        }
        return said.violations;
    }

    /** Some server that answers holds the node, or the registration ceases to say so in time. */
    private void isHeld(Life life, Claim claim) {
        String process = life.run().process();
        Stretches held = Stretches.union(story.holdings(claim.path()).stream()
                .filter(holding -> holding.session() == claim.session())
                .map(Holding::perhaps)
                .toList());
        Stretches missing = Stretches.of(claim.time())
                .minus(held)
                .minus(story.stalls(process))
                .and(story.someServerUp());
        missing.longest().ifPresent(longest -> {
            boolean isHurt = story.trouble(process).all().stream()
                    .anyMatch(longest.andBefore(limits.sessionTimeout().toNanos())::meets);
            long allowed = limits.notice().toNanos()
                    + (isHurt ? limits.sessionTimeout().toNanos() : 0);
            if (longest.nanos() > allowed) {
                add(
                        "I2",
                        "%s of %s said for %s that it is registered at %s in session %x, and no server that answered held that"
                                .formatted(
                                        life.opened().key(),
                                        life.run(),
                                        millis(longest),
                                        claim.path(),
                                        claim.session()),
                        life,
                        claim.path(),
                        longest);
            }
        });
    }

    /** In peace, a registration that is wanted says that it is registered within the limit. */
    private void comesBack(Life life) {
        String process = life.run().process();
        Stretches without = Stretches.of(life.wanted())
                .minus(Stretches.union(life.claims().stream().map(Claim::time).toList()))
                .minus(story.trouble(process));
        if (life.opened().kind() == Kind.CONTESTED) {
            without = without.minus(Stretches.union(story.holdings(life.opened().path()).stream()
                    .filter(holding -> story.isOfAnother(holding.session(), process))
                    .map(Holding::perhaps)
                    .toList()));
        }
        without.longest()
                .filter(longest -> longest.nanos() > limits.recovery().toNanos())
                .ifPresent(longest -> add(
                        "I3",
                        "%s of %s was without its node at %s for %s in peace; it last said: %s"
                                .formatted(
                                        life.opened().key(),
                                        life.run(),
                                        life.opened().path(),
                                        millis(longest),
                                        lastWord(life, longest)),
                        life,
                        life.opened().path(),
                        longest));
    }

    /** A registration that waits says what for, and does something when the time comes that it named. */
    private void saysWhy(Life life) {
        List<OfRegistration> notes = life.notes();
        for (int i = 0; i < notes.size(); i++) {
            if (notes.get(i) instanceof Waits waits) {
                long end = i + 1 < notes.size()
                        ? notes.get(i + 1).nanoTime()
                        : life.wanted().toNanos();
                if (waits.what().isBlank()) {
                    add(
                            "I7",
                            "%s of %s waits and does not say for what"
                                    .formatted(life.opened().key(), life.run()),
                            life,
                            life.opened().path(),
                            new Stretch(waits.nanoTime(), end));
                }
                if (waits.limitMillis() >= 0) {
                    isDone(life, waits, end);
                }
            }
        }
    }

    private void isDone(Life life, Waits waits, long end) {
        long until = waits.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waits.limitMillis());
        long allowed = limits.sessionTimeout().plus(limits.notice()).toNanos();
        Optional<Stretch> longest = Stretches.of(new Stretch(until, end))
                .minus(story.trouble(life.run().process()))
                .longest();
        longest.filter(stretch -> stretch.nanos() > allowed)
                .ifPresent(stretch -> add(
                        "I7",
                        "%s of %s said that it waits %d ms at most for \"%s\", and waited on for %s in peace"
                                .formatted(
                                        life.opened().key(),
                                        life.run(),
                                        waits.limitMillis(),
                                        waits.what(),
                                        millis(stretch)),
                        life,
                        life.opened().path(),
                        stretch));
    }

    private static String lastWord(Life life, Stretch before) {
        return life.notes().stream()
                .filter(note -> note.nanoTime() <= before.toNanos())
                .reduce((one, next) -> next)
                .map(Object::toString)
                .orElse("nothing");
    }

    private void add(String invariant, String what, Life life, String path, Stretch when) {
        violations.add(
                new SoakViolation(invariant, what, life.run().process(), path, when.fromNanos(), when.toNanos()));
    }

    static String millis(Stretch stretch) {
        return TimeUnit.NANOSECONDS.toMillis(stretch.nanos()) + " ms";
    }
}
