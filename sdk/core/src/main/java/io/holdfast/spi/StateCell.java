// SPDX-License-Identifier: Apache-2.0
package io.holdfast.spi;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Holds the current state of one machine and is the only place where it changes.
 *
 * <p>Thread-safe. The step runs under this object's monitor, so it must be a pure function of the state it is given; what
 * follows from a change runs after the monitor is released. Changes are reported one at a time and in the order in which they
 * happened: a thread that applies a step while another one reports, or from within a report, leaves its own change to be
 * reported right after it, because whoever acts on a change must not see an older one after a newer. A step that returns its
 * argument is a no-op and is not reported.
 *
 * @param <S> the sealed type of the machine's states
 * @see "docs/adr/0003-states-are-sealed-records.md"
 */
public final class StateCell<S> {

    private final Object monitor = new Object();
    private final BiConsumer<S, S> onChange;

    @GuardedBy("monitor")
    private final ArrayDeque<Runnable> unreported = new ArrayDeque<>();

    @GuardedBy("monitor")
    private S state;

    @GuardedBy("monitor")
    private boolean isReporting;

    /**
     * @param initial the first state
     * @param onChange takes each change (from, to), outside the monitor; what it throws reaches one of those who applied
     */
    public StateCell(S initial, BiConsumer<S, S> onChange) {
        this.state = initial;
        this.onChange = onChange;
    }

    /** Returns the state now. Out of date as soon as it is returned. */
    public S get() {
        synchronized (monitor) {
            return state;
        }
    }

    /** Applies one event and returns the state after it, which may be reported a little later by another thread. */
    public S apply(UnaryOperator<S> step) {
        S to;
        synchronized (monitor) {
            S from = state;
            to = step.apply(from);
            state = to;
            if (from.equals(to)) {
                return to;
            }
            unreported.add(() -> onChange.accept(from, to));
            if (isReporting) {
                return to;
            }
            isReporting = true;
        }
        report();
        return to;
    }

    private void report() {
        @Nullable Throwable failed = null;
        while (true) {
            Runnable next;
            synchronized (monitor) {
                next = unreported.poll();
                if (next == null) {
                    isReporting = false;
                    break;
                }
            }
            try {
                next.run();
            } catch (RuntimeException | Error e) {
                failed = e; // the changes behind it are to be reported all the same
            }
        }
        if (failed instanceof Error error) {
            throw error;
        }
        if (failed != null) {
            throw (RuntimeException) failed;
        }
    }
}
