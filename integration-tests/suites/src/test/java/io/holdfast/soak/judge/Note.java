// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak.judge;

/**
 * One thing that happened, by the word of whom it happened to: a line of a file.
 *
 * <p>Times are readings of {@link System#nanoTime()}, which on Linux can be compared between the processes of one machine.
 * Sessions and transactions are numbers of the ensemble.
 */
public sealed interface Note {

    /** Returns when it happened. */
    long nanoTime();

    /** What concerns one registration, which is known by a key that is unique in its process. */
    sealed interface OfRegistration extends Note {
        /** Returns the registration: its slot, a dot, and how many there were in that slot before it and with it. */
        String key();
    }

    /** What kind of node a registration keeps. */
    enum Kind {
        TAGGED,
        SEQUENTIAL,
        /** Without a tag: the node is known by its owner alone. */
        PLAIN,
        /** At a path that somebody else wants too. */
        CONTESTED
    }

    /** A registration was asked for. */
    record Opened(long nanoTime, String key, String path, Kind kind, boolean hasJournal) implements OfRegistration {}

    /** It said that it is registered. */
    record Registered(long nanoTime, String key, String path, long session, long czxid) implements OfRegistration {}

    /** It entered a state in which it does not say so. */
    record Moved(long nanoTime, String key, String state) implements OfRegistration {}

    /**
     * It said that it waits.
     *
     * @param limitMillis until when at the latest, counted from now; negative if it did not say
     * @param what for what
     */
    record Waits(long nanoTime, String key, long limitMillis, String what) implements OfRegistration {}

    /** Its user is about to close it. */
    record Closing(long nanoTime, String key) implements OfRegistration {}

    /** It said that it is closed. */
    record Closed(long nanoTime, String key) implements OfRegistration {}

    /** A new payload was written, or not. */
    record Updated(long nanoTime, String key, boolean isWritten) implements OfRegistration {}

    /** A client learned that its session may be used. */
    record SessionBegan(long nanoTime, String member, long session) implements Note {}

    /** A client took its session for over. */
    record SessionOver(long nanoTime, String member, long session) implements Note {}

    /** The process did not run since then. */
    record Stalled(long nanoTime, long sinceNanos) implements Note {}

    /** A bystander got a session, and had waited for it since then. */
    record Unserved(long nanoTime, long sinceNanos) implements Note {}

    /** The process has closed all its clients, and ends. */
    record Left(long nanoTime) implements Note {}

    /** Somebody who is not Holdfast created a node. */
    record ForeignPut(long nanoTime, String path, long session, long czxid) implements Note {}

    /** He is about to delete it. */
    record ForeignTaken(long nanoTime, String path, long czxid) implements Note {}

    /** He found it gone. */
    record ForeignGone(long nanoTime, String path, long czxid) implements Note {}

    /** He found that somebody had written to it. */
    record ForeignChanged(long nanoTime, String path, long czxid) implements Note {}

    /** His session is over. */
    record ForeignSessionOver(long nanoTime, long session) implements Note {}

    /** An operator deleted a node, or may have: it was there when he asked for it. */
    record OperatorDeleted(long nanoTime, long sentNanos, String path, long czxid) implements Note {}

    /** A process was killed, and is gone. */
    record Killed(long nanoTime, String process, int run) implements Note {}

    /** A process was asked to end well at the end of all, and did not, or had ended before. */
    record EndedBadly(long nanoTime, String process, String what) implements Note {}

    /** A fault was over. */
    record FaultOver(long nanoTime, long sinceNanos, String kind, String target) implements Note {}

    /** The servers are whole, and nobody is hurt until the time that is said here. */
    record Calm(long nanoTime, long untilNanos) implements Note {}

    /** A fenced write was found in the ensemble. */
    record Written(long nanoTime, String contention, long zxid, String process, long token, int write)
            implements Note {}

    /** An operator deleted a node in a line, or may have. */
    record LineDeleted(long nanoTime, long sentNanos, String contention, long token) implements Note {}

    /** A server began to answer between these times. */
    record ServerUp(long nanoTime, long earliestNanos, int server) implements Note {}

    /** A server answered for the last time, and then no more. */
    record ServerDown(long nanoTime, long latestNanos, int server) implements Note {}

    /** A node appeared at a server, between these times. */
    record Appeared(long nanoTime, long earliestNanos, int server, String path, long session) implements Note {}

    /** A node was seen for the last time, and then no more. */
    record Vanished(long nanoTime, long latestNanos, int server, String path, long session) implements Note {}

    /** The observer looked for the last time. */
    record Observed(long nanoTime, int server, long looks, long failed) implements Note {}

    /** Returns the line for a file. */
    default String line() {
        return NoteLines.write(this);
    }

    /**
     * Returns the note that stands in this line.
     *
     * @throws IllegalArgumentException if none does
     */
    static Note parse(String line) {
        return NoteLines.read(line);
    }

    /** Returns the slot of a registration's key. */
    static String slot(String key) {
        int dot = key.lastIndexOf('.');
        if (dot < 0) {
            throw new IllegalArgumentException("no key of a registration: " + key);
        }
        return key.substring(0, dot);
    }
}
