// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.session.SessionState;

/** Told what happens to a client's handles, on the thread that caused it. Must not block. */
@FunctionalInterface
public interface HandleListener {

    void changed(HandleLifecycle lifecycle, SessionState from, SessionState to);
}
