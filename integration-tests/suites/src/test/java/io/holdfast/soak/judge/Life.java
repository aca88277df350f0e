// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak.judge;

import io.holdfast.soak.judge.Note.Closing;
import io.holdfast.soak.judge.Note.OfRegistration;
import io.holdfast.soak.judge.Note.Opened;
import io.holdfast.soak.judge.Note.Registered;
import io.holdfast.soak.judge.Note.Updated;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One registration, from its beginning to its end.
 *
 * @param run the process that it is in
 * @param opened how it began
 * @param wanted from then until its user closed it or its process ended
 * @param notes what it said, in order
 * @param claims when it said that it is registered, in order
 */
record Life(ProcessRun run, Opened opened, Stretch wanted, List<OfRegistration> notes, List<Claim> claims) {

    static List<Life> of(ProcessRun run, long endOfRecord) {
        Map<String, List<OfRegistration>> byKey = new LinkedHashMap<>();
        run.all(OfRegistration.class).filter(note -> !(note instanceof Updated)).forEach(note -> byKey.computeIfAbsent(
                        note.key(), key -> new ArrayList<>())
                .add(note));
        long end = Math.min(run.endNanos(), endOfRecord);
        return byKey.values().stream().flatMap(notes -> of(run, notes, end)).toList();
    }

    /** Returns its slot, which is the same for whatever stands in its place before and after it. */
    String slot() {
        return Note.slot(opened.key());
    }

    private static Stream<Life> of(ProcessRun run, List<OfRegistration> notes, long end) {
        Opened opened = notes.stream()
                .filter(Opened.class::isInstance)
                .map(Opened.class::cast)
                .findFirst()
                .orElseThrow();
        long closing = notes.stream()
                .filter(Closing.class::isInstance)
                .mapToLong(Note::nanoTime)
                .findFirst()
                .orElse(end);
        List<Claim> claims = new ArrayList<>();
        for (int i = 0; i < notes.size(); i++) {
            if (notes.get(i) instanceof Registered registered) {
                long next = i + 1 < notes.size() ? notes.get(i + 1).nanoTime() : end;
                Stretch time = new Stretch(registered.nanoTime(), Math.min(next, Math.min(closing, end)));
                if (!time.isEmpty()) {
                    add(new Claim(registered.path(), registered.session(), registered.czxid(), time), claims);
                }
            }
        }
        return Stream.of(new Life(run, opened, new Stretch(opened.nanoTime(), Math.min(closing, end)), notes, claims));
    }

    /** What is said twice without a break is one claim. */
    private static void add(Claim claim, List<Claim> claims) {
        if (!claims.isEmpty()) {
            Claim last = claims.get(claims.size() - 1);
            if (last.czxid() == claim.czxid()
                    && last.isOf(claim.path(), claim.session())
                    && last.time().toNanos() == claim.time().fromNanos()) {
                claims.set(
                        claims.size() - 1,
                        new Claim(
                                claim.path(),
                                claim.session(),
                                claim.czxid(),
                                new Stretch(
                                        last.time().fromNanos(), claim.time().toNanos())));
                return;
            }
        }
        claims.add(claim);
    }
}
