// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.client;

import io.holdfast.explorer.servers.Ensemble;
import io.holdfast.internal.handle.ExploredMarkers;
import io.holdfast.internal.handle.MarkerSettings;
import io.holdfast.internal.session.EarlierSessions;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionOps;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.zookeeper.ZooDefs;

/**
 * The markers of a member's sessions, made by the real code. The ACL of each comes from code of users, which may take its time:
 * asking for it is then an errand.
 */
final class Markers {

    static final String DIRECTORY = "/markers";

    private static final MarkerSettings SETTINGS =
            new MarkerSettings(DIRECTORY, "run", path -> ZooDefs.Ids.OPEN_ACL_UNSAFE);

    private record Marker(ExploredMarkers real, StepTrace trace) {}

    private final EarlierSessions earlier;
    private final Optional<Errands> slowly;
    private final Map<Long, Marker> made = new TreeMap<>();

    /** @param slowly where ACLs are asked for; empty if that happens at once */
    Markers(EarlierSessions earlier, Optional<Errands> slowly) {
        this.earlier = earlier;
        this.slowly = slowly;
    }

    /**
     * A session is confirmed, for the first time or again.
     *
     * @param ops makes its operations: with a trace of their own, because the registration does not hang on what they come to
     */
    void confirmed(long session, Function<StepTrace, SessionOps> ops) {
        Marker marker = made.computeIfAbsent(session, this::marker);
        marker.real().confirmed(new SessionId(session), ops.apply(marker.trace()));
    }

    /** Each session has its own, for two errands of the same state to be for the same session. */
    private Marker marker(long session) {
        StepTrace trace = new StepTrace(() -> 0);
        String text = "asks for the ACL of the marker of " + Ensemble.name(session);
        Executor suppliers = task -> slowly.ifPresentOrElse(errands -> errands.add(text, trace.tag(), task), task);
        return new Marker(new ExploredMarkers(SETTINGS, earlier, suppliers), trace);
    }

    static boolean isOne(String path) {
        return path.startsWith(DIRECTORY + "/");
    }

    void describe(StringBuilder text) {
        made.forEach((session, marker) -> {
            text.append(session)
                    .append(earlier.markerOf(new SessionId(session)).isPresent())
                    .append(marker.real().isMarked());
            marker.trace().describe(text);
        });
    }
}
