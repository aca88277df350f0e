// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.error.FailureKind;
import io.holdfast.internal.ownership.Divergence;
import io.holdfast.internal.session.Paths;
import io.holdfast.session.SessionOps;
import io.holdfast.session.Znode;
import io.holdfast.spi.StepGuard;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.data.ACL;

/**
 * The transactions that remove a node which is not this session's own: protocol, section 3, take-over and H9. Each commits
 * whole or not at all, and its failure is an answer: read again.
 */
record Replacement(LiveSession session, String path, Optional<Fence> fence, UserCode user, StepGuard steps) {

    /**
     * Replaces an orphan: fails unless the leader still holds a node of that version. Servers before 3.4 know no transactions;
     * there it is only deleted, and the next read finds the path free.
     */
    CompletionStage<Void> orphan(Znode orphan, byte[] data, List<ACL> acl) {
        return commit(fenced(
                        Op.delete(path, orphan.version()), Op.create(path, data, acl, CreateMode.EPHEMERAL.toFlag())))
                .exceptionallyCompose(failure -> FailureKind.codeOf(failure) == Code.UNIMPLEMENTED
                        ? session.ops().delete(path, orphan.version())
                        : CompletableFuture.failedFuture(failure));
    }

    /**
     * Replaces a node of an earlier session of ours while that session's marker exists: closing the session removes both in one
     * transaction, so that what is deleted is still that session's (protocol, section 3a).
     */
    CompletionStage<Void> underMarker(Znode ghost, String marker, byte[] data, List<ACL> acl) {
        if (fence.isEmpty()) {
            return session.writes()
                    .replaceUnderMarker(marker, path, ghost.version(), data, acl)
                    .thenApply(done -> null);
        }
        return commit(fenced(
                Op.check(marker, 0),
                Op.delete(path, ghost.version()),
                Op.create(path, data, acl, CreateMode.EPHEMERAL.toFlag())));
    }

    /**
     * Replaces a node under a guard whose version moves with each take-over, so that a node which changed hands since it was
     * judged is not deleted: the node is read again after the guard. A registration that is closed meanwhile searches for
     * what it
     * has left at once, and so nothing may be created after that read.
     */
    CompletionStage<Void> guarded(Znode judged, String guardPath, byte[] data, List<ACL> acl) {
        SessionOps ops = session.ops();
        return steps.compose(
                guardVersion(guardPath),
                version -> steps.compose(ops.read(path), again -> {
                    if (again.isEmpty() || again.get().czxid() != judged.czxid()) {
                        return CompletableFuture.completedFuture(null);
                    }
                    return commit(fenced(
                            Op.check(guardPath, version),
                            Op.delete(path, again.get().version()),
                            Op.setData(guardPath, path.getBytes(StandardCharsets.UTF_8), version),
                            Op.create(path, data, acl, CreateMode.EPHEMERAL.toFlag())));
                }));
    }

    /**
     * Clears a path that servers disagree about: deletes our own node if it exists on the others, then creates and deletes in
     * one transaction, which reaches every replica and fails harmlessly where the leader holds a node.
     */
    CompletionStage<Void> divergent(Divergence divergence, List<ACL> acl) {
        CompletionStage<Void> ours = divergence
                .ours()
                .map(identity -> session.ops().delete(path, identity.version()))
                .orElse(CompletableFuture.completedFuture(null));
        return ours.thenCompose(done ->
                commit(List.of(Op.create(path, new byte[0], acl, CreateMode.EPHEMERAL.toFlag()), Op.delete(path, -1))));
    }

    private CompletionStage<Integer> guardVersion(String guardPath) {
        SessionOps ops = session.ops();
        return ops.exists(guardPath, null).thenCompose(found -> {
            Optional<Integer> version = found.map(Znode::version);
            if (version.isPresent()) {
                return CompletableFuture.completedFuture(version.get());
            }
            return Paths.createParents(ops, guardPath + "/any", CreateMode.PERSISTENT, user::acl)
                    .thenCompose(created -> guardVersion(guardPath));
        });
    }

    private List<Op> fenced(Op... ops) {
        List<Op> all = new ArrayList<>(List.of(ops));
        fence.ifPresent(moving -> all.addAll(moving.steps()));
        return all;
    }

    private CompletionStage<Void> commit(List<Op> ops) {
        return session.ops().multi(ops).thenApply(results -> null);
    }

    /** Returns whether a failure says that the tree has changed since it was judged, which calls for another read. */
    static boolean isOvertaken(Code code) {
        return code == Code.NONODE || code == Code.BADVERSION || code == Code.NODEEXISTS;
    }
}
