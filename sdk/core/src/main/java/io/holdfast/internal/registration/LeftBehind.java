// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.session.SessionId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.zookeeper.Op;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what registrations that make their node once have left in an earlier session: places in a queue that nobody will
 * take, and that others wait behind until the leader closes that session. Confined to the loop.
 */
final class LeftBehind {

    private static final Logger LOG = LoggerFactory.getLogger(LeftBehind.class);

    private final RegistrationContext context;
    private final Map<SessionId, List<String>> paths = new HashMap<>();

    LeftBehind(RegistrationContext context) {
        this.context = context;
    }

    /** The session has ended for us; these nodes of it are wanted by nobody. */
    void add(SessionId session, Collection<String> left) {
        if (!left.isEmpty()) {
            paths.computeIfAbsent(session, none -> new ArrayList<>()).addAll(left);
        }
    }

    /** Deletes them under the marker of their session, which shows that the leader has not begun to close it. */
    void delete(LiveSession in) {
        paths.forEach((session, left) -> {
            Optional<String> marker = context.earlier().markerOf(session);
            marker.ifPresent(under -> left.forEach(path -> delete(in, session, under, path)));
        });
        paths.clear();
    }

    private static void delete(LiveSession in, SessionId session, String marker, String path) {
        var unused = in.ops().exists(path, null).thenAccept(found -> found.filter(
                        node -> node.owner() == session.value())
                .ifPresent(node -> {
                    LOG.debug("path={} session={} deleting what session {} has left", path, in.id(), session);
                    var unusedToo = in.ops().multi(List.of(Op.check(marker, 0), Op.delete(path, node.version())));
                }));
    }
}
