// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.event.HoldfastEvent;
import io.holdfast.event.HoldfastObserver;
import io.holdfast.internal.ownership.Verdict;
import io.holdfast.internal.time.Guarded;
import io.holdfast.registration.FenceVersion;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.RegistrationState;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.session.SessionId;
import io.holdfast.session.Znode;
import io.holdfast.spi.Ticker;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves a registration from state to state, and tells observers what it came through. Confined to the loop. */
final class Progress {

    private static final Logger LOG = LoggerFactory.getLogger(Progress.class);

    private final RegistrationHandle handle;
    private final HoldfastObserver observer;
    private final Ticker ticker;

    private SessionId session = SessionId.NONE;
    private boolean wasRegistered;
    private long unregisteredSince;

    Progress(RegistrationHandle handle, HoldfastObserver observer, Ticker ticker) {
        this.handle = handle;
        this.observer = observer;
        this.ticker = ticker;
        this.unregisteredSince = ticker.read();
    }

    RegistrationState state() {
        return handle.state();
    }

    /** What follows happens in this session; {@link SessionId#NONE} if there is none. */
    void in(SessionId current) {
        session = current;
    }

    /** Moves to a state; tells whether it was another one. */
    boolean move(RegistrationState to, String cause) {
        Optional<RegistrationState> left = handle.move(to);
        left.ifPresent(from -> {
            if (from instanceof Registered) {
                unregisteredSince = ticker.read();
            }
            tell(new HoldfastEvent.RegistrationChanged(handle.path(), session.value(), name(from), name(to), cause));
        });
        return left.isPresent();
    }

    /**
     * The node is there, ours, and watched.
     *
     * @param fence where its fence stands, if it has one
     * @param isNew whether it is another node than the one registered before
     */
    void registered(Znode node, Optional<FenceVersion> fence, boolean isNew) {
        boolean moved = move(new Registered(new RegisteredNode(node.path(), session, node.czxid(), fence)), "verified");
        if (moved && isNew) {
            Duration gap = Duration.ofNanos(ticker.read() - unregisteredSince);
            tell(new HoldfastEvent.Registered(node.path(), session.value(), node.czxid(), gap, wasRegistered));
        }
        wasRegistered = true;
    }

    void judged(Verdict verdict) {
        long owner = verdict.node().map(Znode::owner).orElse(0L);
        tell(new HoldfastEvent.Judged(handle.path(), session.value(), name(verdict), owner));
    }

    void conflict(Znode node, String what) {
        tell(new HoldfastEvent.Conflict(handle.path(), session.value(), node.owner(), what));
    }

    /** A step of this registration threw, which is not supposed to happen. */
    void threw(Throwable failure) {
        Guarded.warn(LOG, "path=" + handle.path() + " a step of the registration", failure);
        tell(new HoldfastEvent.TaskFailed(handle.path(), session.value(), "a step of the registration", failure));
    }

    /** What an observer throws is its own affair. */
    private void tell(HoldfastEvent event) {
        Guarded.run(LOG, "An observer", () -> observer.onEvent(event));
    }

    private static String name(Object stateOrVerdict) {
        return stateOrVerdict.getClass().getSimpleName();
    }
}
