// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.time;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;

/**
 * Knows the threads of one client on which nobody may wait for it, because they bring what would be waited for. Thread-safe.
 */
public final class WaitGuard {

    private final Map<Thread, String> reasons = Collections.synchronizedMap(new WeakHashMap<>());

    /** A thread brings what others wait for, for as long as it lives. */
    public void serves(Thread thread, String how) {
        reasons.put(thread, how);
    }

    /** Runs a task that others wait for. */
    public void serving(String how, Runnable task) {
        Thread self = Thread.currentThread();
        String before = reasons.put(self, how);
        try {
            task.run();
        } finally {
            if (before == null) {
                reasons.remove(self);
            } else {
                reasons.put(self, before);
            }
        }
    }

    /** Returns whether the current thread may wait. */
    public boolean isAllowed() {
        return reason().isEmpty();
    }

    /**
     * Refuses to wait for ever.
     *
     * @param what the method that would wait
     * @param instead what to call here
     * @throws IllegalStateException if what would be waited for comes from the current thread
     */
    public void require(String what, String instead) {
        reason().ifPresent(how -> {
            throw new IllegalStateException(what + " would wait for this thread itself: " + how + "; use " + instead
                    + " here, or call it on another thread");
        });
    }

    private Optional<String> reason() {
        return Optional.ofNullable(reasons.get(Thread.currentThread()));
    }
}
