// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

import io.holdfast.testing.history.Entry.Answer;
import io.holdfast.testing.history.Entry.Answered;
import io.holdfast.testing.history.Entry.Ended;
import io.holdfast.testing.history.Entry.OfGrant;
import io.holdfast.testing.history.Entry.Sent;
import io.holdfast.testing.history.Entry.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A grant ends once and never comes back: after its end it does not stand, and no write goes through it. */
final class GrantEnds {

    private GrantEnds() {}

    static List<Violation> violations(History history) {
        List<Violation> violations = new ArrayList<>();
        history.runs().forEach(run -> inRun(run, violations));
        return violations;
    }

    private static void inRun(Run run, List<Violation> violations) {
        Map<Long, Ended> ends =
                run.all(Ended.class).collect(Collectors.toMap(Ended::token, Function.identity(), (one, two) -> one));
        Map<Long, Hold> holds =
                Hold.of(run).stream().collect(Collectors.toMap(Hold::token, Function.identity(), (one, two) -> one));
        run.all(Standing.class)
                .filter(standing -> isAfterEnd(standing, ends))
                .forEach(standing -> violations.add(violation("stands again", standing, run, holds)));
        run.all(Sent.class)
                .filter(sent -> isAfterEnd(sent, ends))
                .filter(sent -> isCommitted(sent, run))
                .forEach(sent -> violations.add(violation("writes", sent, run, holds)));
    }

    private static boolean isAfterEnd(OfGrant entry, Map<Long, Ended> ends) {
        Ended end = ends.get(entry.token());
        return end != null && entry.nanoTime() > end.nanoTime();
    }

    private static boolean isCommitted(Sent sent, Run run) {
        return run.all(Answered.class)
                .anyMatch(answered -> answered.token() == sent.token()
                        && answered.write() == sent.write()
                        && answered.answer() == Answer.COMMITTED);
    }

    private static Violation violation(String does, OfGrant entry, Run run, Map<Long, Hold> holds) {
        Hold hold = holds.get(entry.token());
        return new Violation(
                "a grant %s after it was said to have ended: %s, \"%s\"".formatted(does, run.name(), entry.text()),
                hold == null ? List.of() : List.of(hold));
    }
}
