// SPDX-License-Identifier: Apache-2.0
package io.holdfast.event;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what an observer throws, Errors included, from whoever reports the event. Each kind of failure is logged once: an
 * observer that cannot be linked fails on every event. Thread-safe.
 */
final class GuardedObserver implements HoldfastObserver {

    private static final Logger LOG = LoggerFactory.getLogger(HoldfastObserver.class);

    private final HoldfastObserver observer;
    private final Set<FailureKind> logged = ConcurrentHashMap.newKeySet();

    GuardedObserver(HoldfastObserver observer) {
        this.observer = observer;
    }

    @Override
    public void onEvent(HoldfastEvent event) {
        try {
            observer.onEvent(event);
        } catch (RuntimeException | Error e) {
            if (logged.add(new FailureKind(event.getClass(), e.getClass()))) {
                warn(event, e);
            }
        }
    }

    private void warn(HoldfastEvent event, Throwable failure) {
        try {
            LOG.warn(
                    "Observer {} failed on {}; further failures of this kind are not logged",
                    observer.getClass().getName(),
                    event,
                    failure);
        } catch (RuntimeException | Error ignored) {
            // What failed is the log itself: there is nobody left to tell, and the other observers are.
        }
    }

    private record FailureKind(Class<?> event, Class<?> thrown) {}
}
