// SPDX-License-Identifier: Apache-2.0
package io.holdfast.event;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives {@link HoldfastEvent}s.
 *
 * <p>Called after the change an event reports is visible to other threads, on threads of the SDK or of the ZooKeeper
 * client; implementations must be thread-safe and must not block. What an implementation throws is logged and dropped.
 */
@FunctionalInterface
public interface HoldfastObserver {

    /** Receives one event. */
    void onEvent(HoldfastEvent event);

    /** Returns an observer that tells each of the given ones, in order, whatever another one throws. */
    static HoldfastObserver all(List<HoldfastObserver> observers) {
        Logger log = LoggerFactory.getLogger(HoldfastObserver.class);
        List<HoldfastObserver> each = List.copyOf(observers);
        return event -> {
            for (HoldfastObserver observer : each) {
                try {
                    observer.onEvent(event);
                } catch (RuntimeException e) {
                    log.warn("An observer failed on {}", event, e);
                }
            }
        };
    }
}
