// SPDX-License-Identifier: Apache-2.0
package io.holdfast.event;

import java.util.List;

/**
 * Receives {@link HoldfastEvent}s.
 *
 * <p>Called after the change an event reports is visible to other threads, on a background thread of the client, one event
 * at a time and in the order in which things happened. An observer that blocks holds up later events, and nothing else;
 * when 500,000 wait for it, further ones are dropped, which is logged. {@code close()} of a client waits up to a second for
 * the last ones. An observer that is given to several clients is called by each of them, so it must be thread-safe. What an
 * implementation throws, Errors included, is logged once for each kind of event and failure, and dropped.
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
