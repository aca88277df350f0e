// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.history;

/**
 * One thing that happened to a contending process, by its own word: a line of its file.
 *
 * <p>Times are readings of {@link System#nanoTime()}. On Linux that is {@code CLOCK_MONOTONIC}, which counts from the start
 * of the machine for every process alike, so that the readings of several processes on one machine can be compared to the
 * nanosecond. Other systems do not promise that: what is checked here is checked on Linux.
 *
 * <p>A grant is told from others by its token, which is what the recipes promise to be unique.
 */
public sealed interface Entry {

    /** Returns when it happened, as {@link System#nanoTime()} counts. */
    long nanoTime();

    /** Returns the line without its time. */
    String text();

    /** Returns the line as it stands in the file. */
    default String line() {
        return nanoTime() + " " + text();
    }

    /** What concerns one grant. */
    sealed interface OfGrant extends Entry {
        /** Returns the grant's token. */
        long token();
    }

    /** How a fenced write ended. */
    enum Answer {
        COMMITTED,
        REFUSED,
        /** The answer was lost: it may stand or not. */
        UNKNOWN
    }

    /** It began to try. */
    record Trying(long nanoTime) implements Entry {
        @Override
        public String text() {
            return "trying";
        }
    }

    /** It no longer tries, for now. */
    record GaveUp(long nanoTime, String why) implements Entry {
        @Override
        public String text() {
            return "gave-up " + why;
        }
    }

    /**
     * It was given the right.
     *
     * @param untilNanos until when it may act, as far as it knows now; not after {@code nanoTime} if it may not at all
     */
    record Granted(long nanoTime, long token, long session, long untilNanos) implements OfGrant {
        @Override
        public String text() {
            return "granted %x %x %d".formatted(token, session, untilNanos);
        }
    }

    /** It still has the right, and may act until then. */
    record Standing(long nanoTime, long token, long untilNanos) implements OfGrant {
        @Override
        public String text() {
            return "standing %x %d".formatted(token, untilNanos);
        }
    }

    /** It handed a write to its grant's fence. */
    record Sent(long nanoTime, long token, int write) implements OfGrant {
        @Override
        public String text() {
            return "sent %x %d".formatted(token, write);
        }
    }

    /**
     * It heard how that write ended.
     *
     * @param zxid the write's transaction if it was committed, else 0
     */
    record Answered(long nanoTime, long token, int write, Answer answer, long zxid) implements OfGrant {
        @Override
        public String text() {
            return "answered %x %d %s %x".formatted(token, write, answer, zxid);
        }
    }

    /** The connection went, and with it the certainty that the grant stands. */
    record InDoubt(long nanoTime, long token) implements OfGrant {
        @Override
        public String text() {
            return "in-doubt %x".formatted(token);
        }
    }

    /** It was told that the grant is over, for any reason but its own release. */
    record Ended(long nanoTime, long token, String why) implements OfGrant {
        @Override
        public String text() {
            return "ended %x %s".formatted(token, why);
        }
    }

    /** It is about to give the right back, and acts on it no more. */
    record Releasing(long nanoTime, long token) implements OfGrant {
        @Override
        public String text() {
            return "releasing %x".formatted(token);
        }
    }

    /** The release has come to an end, well or not. */
    record Released(long nanoTime, long token, String outcome) implements OfGrant {
        @Override
        public String text() {
            return "released %x %s".formatted(token, outcome);
        }
    }

    /**
     * Returns the entry that stands in this line.
     *
     * @throws IllegalArgumentException if none does
     */
    static Entry parse(String line) {
        String[] words = line.split(" ", 3);
        try {
            long at = Long.parseLong(words[0]);
            String rest = words.length < 3 ? "" : words[2];
            return switch (words[1]) {
                case "trying" -> new Trying(at);
                case "gave-up" -> new GaveUp(at, rest);
                default -> ofGrant(at, words[1], rest.split(" "), rest);
            };
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("not a line of a history: \"" + line + "\"", e);
        }
    }

    private static Entry ofGrant(long at, String kind, String[] fields, String rest) {
        long token = Long.parseUnsignedLong(fields[0], 16);
        return switch (kind) {
            case "granted" -> new Granted(at, token, Long.parseUnsignedLong(fields[1], 16), Long.parseLong(fields[2]));
            case "standing" -> new Standing(at, token, Long.parseLong(fields[1]));
            case "sent" -> new Sent(at, token, Integer.parseInt(fields[1]));
            case "answered" ->
                new Answered(
                        at,
                        token,
                        Integer.parseInt(fields[1]),
                        Answer.valueOf(fields[2]),
                        Long.parseUnsignedLong(fields[3], 16));
            case "in-doubt" -> new InDoubt(at, token);
            case "ended" -> new Ended(at, token, textAfter(fields[0], rest));
            case "releasing" -> new Releasing(at, token);
            case "released" -> new Released(at, token, textAfter(fields[0], rest));
            default -> throw new IllegalArgumentException("unknown kind " + kind);
        };
    }

    private static String textAfter(String first, String rest) {
        return rest.substring(first.length()).strip();
    }
}
