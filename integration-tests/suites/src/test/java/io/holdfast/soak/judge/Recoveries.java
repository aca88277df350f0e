// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak.judge;

import io.holdfast.soak.judge.Note.Kind;
import io.holdfast.soak.judge.Note.OperatorDeleted;
import io.holdfast.testing.history.Fault;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How long it took until a registration was registered again, by what it had lost. Counted from the loss, or from the end of
 * the last fault that stood in the way, whichever is later; registrations at contested paths are left out.
 */
final class Recoveries {

    /** What was lost. */
    enum Loss {
        NODE("its node, deleted by an operator; the session lives (from the deletion)"),
        CERTAINTY("the connection, nothing else: same session, same node"),
        NODE_UNSEEN("its node, not by the operator; the session lives"),
        SESSION("its session: a new one, a new node"),
        PROCESS_WITH_JOURNAL("its process, killed and started again with a journal (from when it asked for the node)"),
        PROCESS("its process, killed and started again without a journal (from when it asked for the node)"),
        NOTHING_LEFT("its process, ended well and started again (from when it asked for the node)"),
        REGISTRATION("nothing: closed by its user and asked for again");

        private final String words;

        Loss(String words) {
            this.words = words;
        }

        /** Returns what it is, in words. */
        String words() {
            return words;
        }
    }

    private final Story story;
    private final Map<Long, Long> deletions;
    private final Map<String, List<Fault>> faults = new HashMap<>();
    private final Map<Loss, List<Long>> nanos = new EnumMap<>(Loss.class);

    private Recoveries(Story story) {
        this.story = story;
        deletions = story.record()
                .outside(OperatorDeleted.class)
                .collect(Collectors.toMap(OperatorDeleted::czxid, OperatorDeleted::sentNanos, Math::min));
    }

    /** Returns the times in nanoseconds, in ascending order, of all losses of which there were any. */
    static Map<Loss, List<Long>> of(Story story) {
        Recoveries recoveries = new Recoveries(story);
        story.lives().stream()
                .filter(life -> life.opened().kind() != Kind.CONTESTED)
                .collect(Collectors.groupingBy(life -> life.run().process() + " " + life.slot()))
                .values()
                .forEach(recoveries::ofSlot);
        recoveries.nanos.values().forEach(list -> list.sort(Comparator.naturalOrder()));
        return recoveries.nanos;
    }

    private void ofSlot(List<Life> lives) {
        Life before = null;
        for (Life life : lives.stream()
                .sorted(Comparator.comparingLong(one -> one.wanted().fromNanos()))
                .toList()) {
            if (before != null && !life.claims().isEmpty()) {
                Stretch claimed = life.claims().get(0).time();
                add(between(before, life), life.wanted().fromNanos(), claimed.fromNanos(), life);
            }
            for (int i = 1; i < life.claims().size(); i++) {
                within(life, life.claims().get(i - 1), life.claims().get(i));
            }
            before = life;
        }
    }

    private static Loss between(Life before, Life after) {
        if (before.run().equals(after.run())) {
            return Loss.REGISTRATION;
        } else if (before.run().hasLeft()) {
            return Loss.NOTHING_LEFT;
        }
        return after.opened().hasJournal() ? Loss.PROCESS_WITH_JOURNAL : Loss.PROCESS;
    }

    private void within(Life life, Claim lost, Claim found) {
        Long deleted = deletions.get(lost.czxid());
        long since = lost.time().toNanos();
        if (lost.session() != found.session()) {
            add(Loss.SESSION, since, found.time().fromNanos(), life);
        } else if (lost.czxid() == found.czxid()) {
            add(Loss.CERTAINTY, since, found.time().fromNanos(), life);
        } else if (deleted != null) {
            add(Loss.NODE, Math.min(since, deleted), found.time().fromNanos(), life);
        } else {
            add(Loss.NODE_UNSEEN, since, found.time().fromNanos(), life);
        }
    }

    private void add(Loss loss, long lost, long found, Life life) {
        String process = life.run().process();
        long clear = faults
                .computeIfAbsent(process, name -> story.record().faults().stream()
                        .filter(fault -> Story.hurts(fault, name))
                        .toList())
                .stream()
                .mapToLong(Fault::toNanos)
                .filter(end -> end > lost && end <= found)
                .max()
                .orElse(lost);
        nanos.computeIfAbsent(loss, none -> new ArrayList<>()).add(Math.max(0, found - clear));
    }

    /** Returns that value of an ascending list that so many of a hundred are not above. */
    static long percentile(List<Long> ascending, int percent) {
        int rank = (int) Math.ceil(ascending.size() * percent / 100.0);
        return ascending.get(Math.max(0, rank - 1));
    }
}
