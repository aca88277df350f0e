// SPDX-License-Identifier: Apache-2.0
package io.holdfast.ephemeral;

import io.holdfast.zookeeper.SessionOps;
import io.holdfast.zookeeper.Znode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.OpResult.SetDataResult;

/** Knows where the fence of one registration stands for which node. Confined to the loop, but for {@link #move}. */
final class Fence {

    /** Which step of the creating transaction the move is, counted from 0. */
    static final int STEP = 1;

    /** What a look at the fence, and then at the node, has shown. */
    record Look(Optional<Znode> fence, Optional<Znode> node) {}

    private final String path;
    private final byte[] mover;
    private long knownFor;
    private int version;

    /** @param memberId left in the fence's data, for whoever looks */
    Fence(String path, String memberId) {
        this.path = path;
        this.mover = memberId.getBytes(StandardCharsets.UTF_8);
    }

    String path() {
        return path;
    }

    /** Returns the step that belongs into every transaction which creates the node. */
    Op move() {
        return Op.setData(path, mover, -1);
    }

    /** The answer to a transaction that ended with {@link #move}. */
    void moved(List<OpResult> results) {
        if (results.get(results.size() - 1) instanceof SetDataResult moved) {
            knownFor = moved.getStat().getMzxid(); // of the same transaction as the node's czxid
            version = moved.getStat().getVersion();
        }
    }

    /** Returns where it stands for this node; empty if that has to be looked up. */
    Optional<FenceVersion> of(Znode node) {
        return node.czxid() == knownFor ? Optional.of(new FenceVersion(path, version)) : Optional.empty();
    }

    /**
     * Looks at the fence, and then at the node. If the node is still the one that we know, the fence cannot have been moved
     * for another one before: whoever creates another one has to see this one deleted first.
     */
    CompletionStage<Look> look(SessionOps ops, Znode node) {
        CompletionStage<Optional<Znode>> fence = ops.exists(path, null);
        CompletionStage<Optional<Znode>> again = ops.exists(node.path(), null);
        return fence.thenCombine(again, Look::new);
    }

    /** A look has shown both as they should be. */
    void seen(Znode fence, Znode node) {
        knownFor = node.czxid();
        version = fence.version();
    }
}
