// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.internal.time.WaitGuard;
import io.holdfast.session.Safety;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionSettings;
import io.holdfast.session.SessionState;
import io.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Asks the quorum every sixth of the session timeout while somebody holds a right that has a deadline (protocol, section 5).
 * Thread-safe.
 */
public final class Heartbeats {

    private final SessionSettings settings;
    private final Ticker ticker;
    private final ScheduledExecutorService timer;
    private final WaitGuard waits;

    /** A lock and not a monitor: who waits in a monitor holds the carrier of a virtual thread. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();

    private volatile @Nullable HandleLifecycle lifecycle;

    @GuardedBy("this")
    private int holders;

    @GuardedBy("this")
    private boolean isScheduled;

    public Heartbeats(SessionSettings settings, Ticker ticker, ClientThreads threads) {
        this.settings = settings;
        this.ticker = ticker;
        this.timer = threads.timer();
        this.waits = threads.waits();
    }

    /** The client's handle changed its state: what is safe may have changed too. */
    public void changed(HandleLifecycle current, SessionState to) {
        lifecycle = current;
        if (to.isConfirmed()) {
            schedule();
        }
        wake();
    }

    /** Starts to hold a right with a deadline in this handle's session. */
    public Safety open(HandleLifecycle in) {
        synchronized (this) {
            holders++;
        }
        schedule();
        return new Held(in);
    }

    private void schedule() {
        HandleLifecycle now = lifecycle;
        if (now == null || !(now.state() instanceof SessionState.Confirmed confirmed)) {
            return; // the next confirmation starts them again
        }
        synchronized (this) {
            if (holders == 0 || isScheduled) {
                return;
            }
            isScheduled = true;
            long interval = settings.heartbeatInterval(confirmed.negotiated()).toNanos();
            long sinceProof =
                    now.confirmation().sinceWaitingProof(ticker.read()).toNanos();
            var unused =
                    timer.schedule(this::beat, Math.max(interval / 4, interval - sinceProof), TimeUnit.NANOSECONDS);
        }
    }

    private void beat() {
        synchronized (this) {
            isScheduled = false;
            if (holders == 0) {
                return;
            }
        }
        HandleLifecycle now = lifecycle;
        if (now != null) {
            var unused = now.confirmation().heartbeat().whenComplete((proven, failure) -> {
                wake();
                schedule();
            });
        }
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Duration remaining(HandleLifecycle in) {
        if (!in.state().isConfirmed()) {
            return Duration.ZERO;
        }
        return in.confirmation()
                .deadline()
                .map(deadline -> deadline.remaining(ticker.read()))
                .orElse(Duration.ZERO);
    }

    private final class Held implements Safety {

        private final HandleLifecycle in;
        private final AtomicBoolean isClosed = new AtomicBoolean();

        Held(HandleLifecycle in) {
            this.in = in;
        }

        @Override
        public SessionId session() {
            return new SessionId(in.ops().sessionId());
        }

        @Override
        public boolean isSafe() {
            return !remaining().isZero();
        }

        @Override
        public Duration remaining() {
            return isClosed.get() ? Duration.ZERO : Heartbeats.this.remaining(in);
        }

        @Override
        public boolean await(Duration atMost) throws InterruptedException {
            if (atMost.isNegative()) {
                throw new IllegalArgumentException("atMost must be zero or more, but was " + atMost);
            }
            waits.require("await() of a Safety", "isSafe()");
            long until = ticker.read() + atMost.toNanos();
            lock.lock();
            try {
                while (!isSafe()) {
                    long left = until - ticker.read();
                    if (left <= 0 || isClosed.get() || in.state().isOver()) {
                        return false;
                    }
                    var unused = changed.awaitNanos(left);
                }
            } finally {
                lock.unlock();
            }
            return true;
        }

        @Override
        public void require(Duration needed) {
            if (needed.isNegative()) {
                throw new IllegalArgumentException("needed must be zero or more, but was " + needed);
            }
            Duration left = remaining();
            if (left.isZero() || left.compareTo(needed) < 0) {
                throw new SessionNotConfirmedException(
                        "Session " + session() + " is safe for " + left.toMillis() + " ms more, but "
                                + needed.toMillis() + " ms are needed; do not act, wait with await()",
                        null);
            }
        }

        @Override
        public void close() {
            if (isClosed.compareAndSet(false, true)) {
                synchronized (Heartbeats.this) {
                    holders--;
                }
                wake();
            }
        }
    }
}
