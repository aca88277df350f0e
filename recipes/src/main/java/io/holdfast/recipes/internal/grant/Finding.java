// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.grant;

import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.grant.GrantState;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.RegistrationState;
import io.holdfast.registration.RegistrationState.Closed;
import io.holdfast.registration.RegistrationState.Closing;
import io.holdfast.registration.RegistrationState.InDoubt;
import io.holdfast.registration.RegistrationState.Registered;
import io.holdfast.registration.RegistrationState.Verifying;

/** What the node's registration, its session and the clock say about a grant, put together. */
enum Finding {
    STANDS,
    DOUBTFUL,
    RELEASED,
    NODE_LOST,
    SESSION_ENDED,
    DEADLINE_PASSED,
    CLIENT_CLOSED;

    /**
     * Puts them together. A registration that is doing anything else than keeping that very node has lost it.
     *
     * @param node the node of the grant
     * @param now its registration's state
     * @param isSessionOver whether the node's session is over
     * @param isDeadlinePassed whether nothing is certain of the session any more
     */
    static Finding of(RegisteredNode node, RegistrationState now, boolean isSessionOver, boolean isDeadlinePassed) {
        if (now instanceof Closed) {
            return CLIENT_CLOSED; // a release ends the grant before it closes the registration
        }
        if (now instanceof Closing) {
            return RELEASED;
        }
        if (isSessionOver) {
            return SESSION_ENDED;
        }
        boolean isSame =
                now.node().filter(known -> known.czxid() == node.czxid()).isPresent();
        boolean isLookedFor =
                now instanceof Verifying verifying && verifying.session().equals(node.session());
        if (!isLookedFor && !(isSame && (now instanceof Registered || now instanceof InDoubt))) {
            return NODE_LOST;
        }
        if (isDeadlinePassed) {
            return DEADLINE_PASSED;
        }
        return now instanceof Registered ? STANDS : DOUBTFUL;
    }

    GrantState applyTo(GrantState state) {
        return switch (this) {
            case STANDS -> state.resumed();
            case DOUBTFUL -> state.suspended();
            case RELEASED -> state.ended(GrantEnd.RELEASED);
            case NODE_LOST -> state.ended(GrantEnd.NODE_LOST);
            case SESSION_ENDED -> state.ended(GrantEnd.SESSION_ENDED);
            case DEADLINE_PASSED -> state.ended(GrantEnd.DEADLINE_PASSED);
            case CLIENT_CLOSED -> state.ended(GrantEnd.CLIENT_CLOSED);
        };
    }
}
