// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.event.HoldfastEvent;
import io.holdfast.event.HoldfastObserver;
import io.holdfast.internal.time.Guarded;
import io.holdfast.registration.RegistrationState;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.session.SessionId;
import io.holdfast.spi.Ticker;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes the states that a registration enters, and notifies observers of them. Confined to the loop. */
final class StatePublisher {

    private static final Logger LOG = LoggerFactory.getLogger(StatePublisher.class);
    private static final String STEP = "a step of the registration";

    private final RegistrationHandle handle;
    private final HoldfastObserver observer;
    private final Ticker ticker;

    private boolean wasRegistered;
    private long unregisteredSince;

    StatePublisher(RegistrationHandle handle, HoldfastObserver observer, Ticker ticker) {
        this.handle = handle;
        this.observer = observer;
        this.ticker = ticker;
        this.unregisteredSince = ticker.read();
    }

    void publish(RegistrationEffect.Publish change) {
        RegistrationState to = change.state();
        handle.move(to).ifPresent(from -> {
            if (from instanceof Registered) {
                unregisteredSince = ticker.read();
            }
            tell(new HoldfastEvent.RegistrationChanged(
                    handle.path(), change.session().value(), name(from), name(to), change.cause()));
            if (change.isNewNode() && to instanceof Registered at) {
                Duration gap = Duration.ofNanos(ticker.read() - unregisteredSince);
                tell(new HoldfastEvent.Registered(
                        at.registered().path(),
                        change.session().value(),
                        at.registered().czxid(),
                        gap,
                        wasRegistered));
            }
            wasRegistered |= to instanceof Registered;
        });
    }

    /** Carrying out a step threw, which is not supposed to happen. */
    void threw(SessionId session, Throwable thrown) {
        Guarded.warn(LOG, "path=" + handle.path() + " " + STEP, thrown);
        tell(new HoldfastEvent.TaskFailed(handle.path(), session.value(), STEP, thrown));
    }

    /** What an observer throws is logged and dropped. */
    void tell(HoldfastEvent event) {
        Guarded.run(LOG, "An observer", () -> observer.onEvent(event));
    }

    private static String name(RegistrationState state) {
        return state.getClass().getSimpleName();
    }
}
