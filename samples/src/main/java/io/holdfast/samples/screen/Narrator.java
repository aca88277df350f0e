// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.screen;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Tells what is going on, each line with the seconds since the show began, and says while something is awaited what that
 * is, how long it has been and how long it may be. Thread-safe.
 */
public final class Narrator {

    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(2);
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private final PrintStream out;
    private final boolean quiet;
    private final long beginning = System.nanoTime();

    /**
     * @param quiet whether to print nothing but what is said to {@link #conclude}
     */
    public Narrator(PrintStream out, boolean quiet) {
        this.out = out;
        this.quiet = quiet;
    }

    /** Returns the reading of {@link System#nanoTime()} at which the show began. */
    public long beginning() {
        return beginning;
    }

    /** Returns the nanoseconds since the show began. */
    public long now() {
        return System.nanoTime() - beginning;
    }

    /** Prints a heading. */
    public void heading(String text) {
        print("\n" + text + "\n" + "=".repeat(text.length()));
    }

    /** Prints a paragraph, without a time. */
    public void paragraph(String text) {
        Wrap.lines(text, 110).forEach(this::print);
    }

    /** Prints a line with the time. */
    public void say(String text) {
        print(time(now()) + "  " + text);
    }

    /** Prints the rows of a table, aligned. */
    public void table(String caption, List<List<String>> rows) {
        if (quiet) {
            return;
        }
        StringBuilder text = new StringBuilder("\n" + time(now()) + "  " + caption + "\n");
        Table.lines(rows).forEach(line -> text.append("          ").append(line).append('\n'));
        print(text.toString());
    }

    /** Prints even when quiet. */
    public void conclude(String text) {
        out.println(text);
        out.flush();
    }

    /**
     * Blocks until the condition holds, and prints what is awaited every two seconds.
     *
     * @param what what is awaited, to be read after "waiting for"
     * @return whether it held in time
     */
    public boolean waitFor(String what, Duration limit, BooleanSupplier condition) throws InterruptedException {
        boolean held = await("waiting for " + what, "at most ", limit, condition);
        if (!held) {
            say("... gave up waiting for " + what + " after " + seconds(limit.toNanos()));
        }
        return held;
    }

    /** Blocks for this long, and prints what for every two seconds. */
    public void dwell(String what, Duration length) throws InterruptedException {
        await(what, "", length, () -> false);
    }

    private boolean await(String what, String atMost, Duration limit, BooleanSupplier condition)
            throws InterruptedException {
        long start = System.nanoTime();
        long nextLine = PROGRESS_EVERY.toNanos();
        while (!condition.getAsBoolean()) {
            long waited = System.nanoTime() - start;
            if (waited >= limit.toNanos()) {
                return false;
            }
            if (waited > nextLine) {
                say("... " + what + ": " + seconds(waited) + " of " + atMost + seconds(limit.toNanos()));
                nextLine += PROGRESS_EVERY.toNanos();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
        return true;
    }

    /** Returns a time span in seconds, as it is printed everywhere. */
    public static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f s", nanos / (double) TimeUnit.SECONDS.toNanos(1));
    }

    private static String time(long nanos) {
        return String.format(Locale.ROOT, "%8s", seconds(nanos));
    }

    private void print(String text) {
        if (!quiet) {
            out.println(text);
            out.flush();
        }
    }
}
