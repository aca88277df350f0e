// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.error.FailureKind;
import io.holdfast.internal.session.EarlierSessions;
import io.holdfast.internal.session.Paths;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionOps;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one ephemeral node in each confirmed session: while it exists, the leader has not begun to close that session, so that
 * a later session of ours may take its nodes over without a guess. Where it cannot be made, nothing is less safe, and the end
 * of a session is waited for. Thread-safe; no method blocks.
 *
 * @see "docs/adr/0019-a-marker-in-each-session.md"
 */
final class SessionMarkers {

    private static final Logger LOG = LoggerFactory.getLogger(SessionMarkers.class);
    private static final byte[] NO_DATA = {};

    private final MarkerSettings settings;
    private final EarlierSessions earlier;
    private final Executor suppliers;

    private volatile @Nullable SessionId marked;

    /** @param suppliers runs the code of users that makes an ACL */
    SessionMarkers(MarkerSettings settings, EarlierSessions earlier, Executor suppliers) {
        this.settings = settings;
        this.earlier = earlier;
        this.suppliers = suppliers;
    }

    /** A session of an earlier run has had a marker, if that run made any. */
    void ofEarlierRun(String run, SessionId session) {
        earlier.marked(session, settings.path(run, session));
    }

    /** A session is confirmed, for the first time or again. */
    void confirmed(SessionId session, SessionOps ops) {
        if (session.equals(marked)) {
            return;
        }
        marked = session;
        String path = settings.path(settings.run(), session);
        var unused = make(ops, path).whenComplete((made, failure) -> {
            Code code = failure == null ? Code.OK : FailureKind.codeOf(failure);
            if (code == Code.OK || code == Code.NODEEXISTS) {
                earlier.marked(session, path);
            } else if (FailureKind.of(code) == FailureKind.UNKNOWN_OUTCOME) {
                earlier.marked(session, path); // if it is not there after all, its check fails
                marked = null; // if the session goes on, it is made then
            } else {
                LOG.info(
                        "session={} has no marker at {}: {}; if it is lost, its end is waited for",
                        session,
                        path,
                        failure.toString());
            }
        });
    }

    /** Returns whether the last session that was confirmed has a marker, or will have one if its request is answered. */
    boolean isMarked() {
        return marked != null;
    }

    private CompletionStage<Void> make(SessionOps ops, String path) {
        return create(ops, path)
                .exceptionallyCompose(failure -> FailureKind.codeOf(failure) == Code.NONODE
                        ? Paths.createParents(ops, path, CreateMode.PERSISTENT, this::acl)
                                .thenCompose(done -> create(ops, path))
                        : CompletableFuture.failedFuture(failure));
    }

    /**
     * A transaction, without which a marker is of no use, makes it as all servers that have transactions can; a plain create asks
     * for the node's Stat, which costs the connection where that is not known (before 3.5).
     */
    private CompletionStage<Void> create(SessionOps ops, String path) {
        return acl(path)
                .thenCompose(acl -> ops.multi(List.of(Op.create(path, NO_DATA, acl, CreateMode.EPHEMERAL))))
                .thenApply(done -> null);
    }

    private CompletableFuture<List<ACL>> acl(String path) {
        return CompletableFuture.supplyAsync(() -> settings.aclFor().apply(path), suppliers);
    }
}
