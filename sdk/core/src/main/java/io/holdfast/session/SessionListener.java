// SPDX-License-Identifier: Apache-2.0
package io.holdfast.session;

/**
 * Told each change of the client's session, in order, on the thread that serves listeners: it may block, but delays the
 * client's other listeners. What it throws is logged and dropped.
 */
@FunctionalInterface
public interface SessionListener {

    /**
     * The state changed.
     *
     * @param from the state that was left
     * @param to the state that was entered; {@link SessionState#id()} says of which session
     */
    void changed(SessionState from, SessionState to);
}
