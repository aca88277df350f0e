// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.session.SessionState;

/** Notified of each change of the session of a client's handle, on the thread that caused it. Must not block. */
@FunctionalInterface
public interface HandleListener {

    void changed(HandleLifecycle lifecycle, SessionState from, SessionState to);
}
