// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.view;

import io.holdfast.session.Session;
import io.holdfast.session.SessionListener;
import io.holdfast.session.SessionOps;
import io.holdfast.session.SessionState;
import io.holdfast.spi.RecipeSupport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Where a view's reads come from: the sessions of one client, one after the other. */
interface SessionSource {

    /** Returns what is known of the session at hand. */
    SessionState state();

    /** Returns the operations of the session at hand, empty before there is one. */
    Optional<SessionOps> ops();

    void addListener(SessionListener listener);

    void removeListener(SessionListener listener);

    /** Tells whether reads can be sent: they need no confirmed session, so that a client that only looks stays local. */
    static boolean isConnected(SessionState state) {
        return state instanceof SessionState.Unconfirmed
                || state instanceof SessionState.Upgrading
                || state instanceof SessionState.Verifying
                || state instanceof SessionState.Confirmed;
    }

    /** Tells whether a server was reached from which nothing has been read yet. */
    static boolean isNewConnection(SessionState from, SessionState to) {
        return isConnected(to) && !(isConnected(from) && from.id().equals(to.id()));
    }

    /** Runs the view's steps and its listeners. */
    Executor callbacks();

    /** Runs a task after a delay. */
    void later(Duration delay, Runnable task);

    static SessionSource of(RecipeSupport client) {
        return new SessionSource() {
            @Override
            public SessionState state() {
                return client.reader().map(Session::state).orElse(new SessionState.Opening());
            }

            @Override
            public Optional<SessionOps> ops() {
                return client.reader().map(Session::ops);
            }

            @Override
            public void addListener(SessionListener listener) {
                client.addSessionListener(listener);
            }

            @Override
            public void removeListener(SessionListener listener) {
                client.removeSessionListener(listener);
            }

            @Override
            public Executor callbacks() {
                return client.callbacks();
            }

            @Override
            public void later(Duration delay, Runnable task) {
                var unused = client.later(delay, task);
            }
        };
    }
}
