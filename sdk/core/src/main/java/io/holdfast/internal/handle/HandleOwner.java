// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.internal.session.SessionConfirmation;
import io.holdfast.internal.session.SessionEvent;
import io.holdfast.internal.session.SessionMachine;
import io.holdfast.session.SessionId;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** What the handles of one client share. No method may block. */
interface HandleOwner {
    SessionConfirmation confirm(HandleLifecycle lifecycle);

    ServerFeatures features();

    LongLists longLists();

    /** Returns whether a session is to be confirmed as soon as it is open. */
    boolean isEager();

    void ephemeralWanted();

    void opened(HandleLifecycle lifecycle);

    /** Returns whether nodes of an earlier session may still exist, which no user of this handle must take for live ones. */
    boolean mayFindRemains();

    CompletionStage<Void> beforeVerifying(HandleLifecycle lifecycle);

    void changed(HandleLifecycle lifecycle, SessionMachine from, SessionMachine to, SessionEvent by);

    /** The server confirmed that the session is closed. */
    void endedOnServer(SessionId id);

    void later(Duration delay, Runnable task);

    /** A handle delivers its events on this thread. */
    void served(Thread eventThread);

    /** Closes the session of a handle that is abandoned, and runs the task when the pace allows the next handle. */
    void giveUp(HandleLifecycle lifecycle, Runnable thenReplace);
}
