// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.internal.session.EarlierSessions;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionOps;
import java.util.concurrent.Executor;

/** The real {@link SessionMarkers}, for an explorer that plays the handles whose sessions are marked. */
public final class ExploredMarkers {

    private final SessionMarkers markers;

    /** @param suppliers runs what makes an ACL, whenever the explorer lets it */
    public ExploredMarkers(MarkerSettings settings, EarlierSessions earlier, Executor suppliers) {
        this.markers = new SessionMarkers(settings, earlier, suppliers);
    }

    public void confirmed(SessionId session, SessionOps ops) {
        markers.confirmed(session, ops);
    }

    /** Returns whether the next confirmation of the same session makes no marker. */
    public boolean isMarked() {
        return markers.isMarked();
    }
}
