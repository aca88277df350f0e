// SPDX-License-Identifier: Apache-2.0
package io.holdfast.event;

import java.util.List;

/**
 * Receives {@link HoldfastEvent}s.
 *
 * <p>Called after the change an event reports is visible to other threads, on threads of the SDK or of the ZooKeeper
 * client; implementations must be thread-safe and must not block. What an implementation throws, Errors included, is
 * logged once for
 * each kind of event and failure, and dropped.
 */
@FunctionalInterface
public interface HoldfastObserver {

    /** Receives one event. */
    void onEvent(HoldfastEvent event);

    /**
     * Returns an observer that notifies each of the given ones, in order, whatever another one throws. An exception or Error of
     * one is logged at WARN, once for each kind of event and failure.
     */
    static HoldfastObserver all(List<HoldfastObserver> observers) {
        List<GuardedObserver> each =
                observers.stream().map(GuardedObserver::new).toList();
        return event -> each.forEach(observer -> observer.onEvent(event));
    }
}
