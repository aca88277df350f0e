// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.error.HistoryWentBackException;
import io.holdfast.event.HoldfastEvent.HistoryWentBack;
import io.holdfast.event.HoldfastObserver;
import io.holdfast.internal.journal.HistoryFile;
import io.holdfast.internal.journal.HistoryFile.Known;
import io.holdfast.internal.time.Guarded;
import io.holdfast.session.SessionId;
import io.holdfast.spi.SerialExecutor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices when the ensemble's history goes back: transaction ids only grow, so that an answer of the quorum with a smaller one
 * than was seen before comes from an ensemble that has lost what it said (protocol, section 3b). Thread-safe; no method blocks.
 */
public final class EnsembleHistory {

    private static final Logger LOG = LoggerFactory.getLogger(EnsembleHistory.class);

    private static final Duration DISK_LIMIT = Duration.ofSeconds(5);

    private final Optional<HistoryFile> file;
    private final HoldfastObserver observer;
    private final Executor disk;

    @GuardedBy("this")
    private long highest;

    /** What was highest before it went back, until that is accepted; 0 if it did not. */
    @GuardedBy("this")
    private long lost;

    @GuardedBy("this")
    private long noticedAt;

    /** The session in which it was last written down: a reconnection does not write it again. */
    @GuardedBy("this")
    private SessionId keptIn = SessionId.NONE;

    EnsembleHistory(Optional<HistoryFile> file, HoldfastObserver observer, ClientThreads threads) {
        this.file = file;
        this.observer = observer;
        this.disk = new SerialExecutor(threads.background());
        Known known = file.map(HistoryFile::read).orElse(new Known(0, 0));
        this.highest = known.zxid();
        this.noticedAt = known.zxid();
        this.lost = known.lost();
    }

    /** A server has answered in a session that is over now. */
    synchronized void seen(long zxid) {
        if (Long.compareUnsigned(zxid, highest) > 0) {
            highest = zxid;
            keep();
        }
    }

    /** The quorum has answered, as of this transaction. */
    void confirmed(SessionId session, long zxid) {
        long before;
        synchronized (this) {
            before = highest;
            if (Long.compareUnsigned(zxid, before) >= 0) {
                highest = zxid;
                if (!session.equals(keptIn)) {
                    keptIn = session;
                    keep();
                }
                return;
            }
            lost = Long.compareUnsigned(lost, before) > 0 ? lost : before;
            noticedAt = zxid;
            highest = zxid;
            keptIn = session;
            keep();
        }
        Guarded.run(LOG, "An observer", () -> observer.onEvent(new HistoryWentBack(session.value(), before, zxid)));
    }

    @GuardedBy("this")
    private void keep() {
        Known kept = new Known(highest, lost);
        file.ifPresent(on -> disk.execute(() -> on.write(kept)));
    }

    /**
     * Refuses what makes tokens, once the history went back and nobody has said that they know.
     *
     * @param what what is refused, to begin the message with
     */
    public synchronized void require(String what) {
        if (lost != 0) {
            throw new HistoryWentBackException(what, lost, noticedAt);
        }
    }

    /** The application has seen to what remembers tokens. */
    public void accept() {
        synchronized (this) {
            lost = 0;
            keep();
        }
        flush();
    }

    /** Waits for the disk, but not for long. */
    public void flush() {
        if (file.isEmpty()) {
            return;
        }
        try {
            CompletableFuture.runAsync(() -> {}, disk).get(DISK_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            LOG.warn("The highest transaction id is not on the disk after {} ms", DISK_LIMIT.toMillis());
        } catch (ExecutionException e) {
            throw new AssertionError("nothing fails it", e);
        }
    }
}
