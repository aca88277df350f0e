// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.error.FailureKind;
import io.holdfast.registration.FenceVersion;
import io.holdfast.session.SessionOps;
import io.holdfast.session.Znode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.OpResult.SetDataResult;

/**
 * Knows the version of one registration's fence for each of its nodes. Confined to the loop, but for {@link #steps}.
 *
 * <p>A fence that somebody deletes and makes again counts from 0, and could reach the version that it had for an older node.
 * So it has an anchor, a child whose name is never used again: it cannot be deleted without it, and transactions check both.
 */
final class Fence {

    /** Which step of the creating transaction the move is, counted from 0. */
    static final int STEP = 1;

    /** What a read of the fence, its anchors, and then of the node, has found. */
    record Look(Optional<Znode> fence, List<String> anchors, Optional<Znode> node) {}

    private final String path;
    private final byte[] mover;
    private volatile Optional<String> anchor = Optional.empty();
    private long knownFor;
    private int version;

    /** @param memberId left in the fence's data, for people who read it */
    Fence(String path, String memberId) {
        this.path = path;
        this.mover = memberId.getBytes(StandardCharsets.UTF_8);
    }

    String path() {
        return path;
    }

    /** Returns the path of an anchor that there has never been. */
    String newAnchor() {
        return path + "/anchor-" + UUID.randomUUID();
    }

    boolean isAnchored() {
        return anchor.isPresent();
    }

    /** These are the fence's children: any of them will do. */
    void anchors(List<String> names) {
        anchor = names.stream().sorted().findFirst().map(name -> path + "/" + name);
    }

    /** What was known may have been deleted. */
    void forgetAnchor() {
        anchor = Optional.empty();
    }

    /** Returns the steps that belong into every transaction which creates the node; the fence must be anchored. */
    List<Op> steps() {
        return List.of(Op.setData(path, mover, -1), Op.check(anchor.orElseThrow(), -1));
    }

    /** The answer to a transaction of a create and the {@link #steps}. */
    void moved(List<OpResult> results) {
        if (results.get(STEP) instanceof SetDataResult moved) {
            knownFor = moved.getStat().getMzxid(); // of the same transaction as the node's czxid
            version = moved.getStat().getVersion();
        }
    }

    /** Returns its version for this node; empty if that has to be read. */
    Optional<FenceVersion> of(Znode node) {
        return anchor.filter(known -> node.czxid() == knownFor).map(known -> new FenceVersion(path, version, known));
    }

    /**
     * Looks at the fence, and then at the node. If the node is still the one that we know, the fence cannot have been moved
     * for another one before: whoever creates another one has to see this one deleted first.
     */
    CompletionStage<Look> look(SessionOps ops, Znode node) {
        CompletionStage<Optional<Znode>> fence = ops.exists(path, null);
        CompletionStage<List<String>> anchors = names(ops);
        CompletionStage<Optional<Znode>> again = ops.exists(node.path(), null);
        return fence.thenCombine(anchors, (found, names) -> new Look(found, names, Optional.empty()))
                .thenCombine(again, (look, found) -> new Look(look.fence(), look.anchors(), found));
    }

    /** Returns the names of the anchors; none if there is no fence. */
    CompletionStage<List<String>> names(SessionOps ops) {
        return ops.children(path, null)
                .exceptionallyCompose(failure -> FailureKind.codeOf(failure) == Code.NONODE
                        ? CompletableFuture.completedFuture(List.of())
                        : CompletableFuture.failedFuture(failure));
    }

    /** A read has found both as they should be. */
    void seen(Look look) {
        anchors(look.anchors());
        knownFor = look.node().orElseThrow().czxid();
        version = look.fence().orElseThrow().version();
    }
}
