// SPDX-License-Identifier: Apache-2.0
package io.holdfast.registration;

/**
 * Told each change of a registration's state, in order, on a thread of the SDK that serves listeners alone: it may block,
 * but delays the client's other listeners. What it throws is logged and dropped.
 */
@FunctionalInterface
public interface RegistrationListener {

    /**
     * The state changed.
     *
     * @param from the state that was left
     * @param to the state that was entered; may be out of date by the time this is called
     */
    void changed(RegistrationState from, RegistrationState to);
}
