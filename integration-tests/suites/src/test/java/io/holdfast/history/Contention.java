// SPDX-License-Identifier: Apache-2.0
package io.holdfast.history;

import io.holdfast.testing.history.Entry.Answer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What a {@link ContendingProcess} contends for, one right of one kind, and with which library. */
public interface Contention extends AutoCloseable {

    /** Which right, and which nodes are behind it. */
    enum Kind {
        LOCK(PATH, false),
        WRITE_LOCK(PATH, false),
        SEMAPHORE_OF_ONE(PATH + "/leases", false),
        ELECTION_QUEUED(PATH, false),
        /** The leader owns the node at the path itself; it stays first in a line beside it. */
        ELECTION_AT_NODE(PATH + "-line", true),
        CURATOR_MUTEX(PATH, false);

        private final String line;
        private final boolean hasSeat;

        Kind(String line, boolean hasSeat) {
            this.line = line;
            this.hasSeat = hasSeat;
        }

        /** Returns whether the holder owns the node at the path itself, and not only the one at the head of the queue. */
        boolean hasSeat() {
            return hasSeat;
        }

        /** Returns the directory of those who wait. */
        String line() {
            return line;
        }

        /** Returns the node that moves with each holder of the seat. */
        String epoch() {
            return PATH + "-epoch";
        }
    }

    /** The path that is contended for, the same for all kinds: each game has an ensemble to itself. */
    String PATH = "/contended";

    /** The node that every holder writes to. */
    String SHARED = "/shared";

    /** Where each write to {@link #SHARED} leaves a node in the same transaction, so that all of them can be found. */
    String WRITES = "/writes";

    /** Waits so long for the right; empty if it is not given within that time. */
    Optional<Right> tryAcquire(Duration patience) throws Exception;

    @Override
    void close();

    /** The right, in one's hands. */
    interface Right {

        long token();

        long session();

        boolean isHeld();

        /** Returns for how long its holder may act on it without asking again. */
        Duration remaining();

        /** Completes when it is over, with the reason; never fails. */
        CompletableFuture<String> ended();

        /** Writes to {@link #SHARED} and {@link #WRITES} if the fence, where there is one, lets it through. */
        Outcome write(byte[] data) throws InterruptedException;

        /** Gives it back, and returns how that went. */
        String release();
    }

    /**
     * What came of a write.
     *
     * @param zxid its transaction if it was committed, else 0
     */
    record Outcome(Answer answer, long zxid) {
        static final Outcome REFUSED = new Outcome(Answer.REFUSED, 0);
        static final Outcome UNKNOWN = new Outcome(Answer.UNKNOWN, 0);
    }
}
