// SPDX-License-Identifier: Apache-2.0
package io.holdfast.state;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * Holds the current state of one machine and is the only place where it changes.
 *
 * <p>Thread-safe. The step runs under this object's monitor, so it must be a pure function of the state it is given; what
 * follows from a change runs after the monitor is released, on the thread that applied the step. A step that returns its
 * argument is a no-op and is not reported.
 *
 * @param <S> the sealed type of the machine's states
 */
public final class StateCell<S> {

    private final Object monitor = new Object();
    private final BiConsumer<S, S> onChange;

    @GuardedBy("monitor")
    private S state;

    /**
     * @param initial the first state
     * @param onChange told each change (from, to), outside the monitor
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

    /** Applies one event and returns the state after it. */
    public S apply(UnaryOperator<S> step) {
        S from;
        S to;
        synchronized (monitor) {
            from = state;
            to = step.apply(from);
            state = to;
        }
        if (!from.equals(to)) {
            onChange.accept(from, to);
        }
        return to;
    }
}
