// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

import io.holdfast.testing.history.Entry.Ended;
import io.holdfast.testing.history.Entry.Granted;
import io.holdfast.testing.history.Entry.Releasing;
import io.holdfast.testing.history.Entry.Standing;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A time during which a process held the right, by its own word: from when it wrote down that it was granted until the
 * earliest of: it was told of the end, it began to release, the last deadline that it wrote down passed, it was killed.
 *
 * <p>A stopped process does not know that it is stopped. So its hold ends at the deadline that it knew of, although it
 * hears of that only when it goes on; if it says then that it still stands, the hold lasts.
 *
 * @param run whose, as {@link Run#name()}
 * @param token the grant's token
 * @param session the session that it rests on
 * @param fromNanos when it began, as {@link System#nanoTime()} counts
 * @param toNanos when it ended; not after {@code fromNanos} if the grant was over before it was written down
 */
public record Hold(String run, String member, long token, long session, long fromNanos, long toNanos) {

    /** Returns the holds of one process, in order. */
    public static List<Hold> of(Run run) {
        return run.all(Granted.class).map(granted -> of(run, granted)).toList();
    }

    /** Returns the holds of all processes, in the order in which they began. */
    public static List<Hold> of(List<Run> runs) {
        return runs.stream()
                .flatMap(run -> of(run).stream())
                .sorted(Comparator.comparingLong(Hold::fromNanos))
                .toList();
    }

    /** Returns whether there was any time at all between its beginning and its end. */
    public boolean isEmpty() {
        return toNanos <= fromNanos;
    }

    /** Returns for how many nanoseconds both were held; not positive if they were not. */
    public long overlapNanos(Hold other) {
        return Math.min(toNanos, other.toNanos) - Math.max(fromNanos, other.fromNanos);
    }

    @Override
    public String toString() {
        return run + " holds " + Long.toHexString(token);
    }

    private static Hold of(Run run, Granted granted) {
        long token = granted.token();
        long deadline = LongStream.concat(
                        LongStream.of(granted.untilNanos()),
                        run.all(Standing.class)
                                .filter(standing -> standing.token() == token)
                                .mapToLong(Standing::untilNanos))
                .max()
                .orElseThrow();
        long told = run.first(Ended.class, token).map(Ended::nanoTime).orElse(Long.MAX_VALUE);
        long gaveBack =
                run.first(Releasing.class, token).map(Releasing::nanoTime).orElse(Long.MAX_VALUE);
        return new Hold(
                run.name(),
                run.member(),
                token,
                granted.session(),
                granted.nanoTime(),
                Math.min(Math.min(deadline, run.deadNanos()), Math.min(told, gaveBack)));
    }
}
