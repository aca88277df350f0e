// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import io.holdfast.error.FailureKind;
import io.holdfast.session.SessionOps;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.ACL;

/** Paths and the parents that must exist above a node. */
public final class Paths {

    private static final byte[] NO_DATA = new byte[0];

    private Paths() {}

    public static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "/" : path.substring(0, slash);
    }

    /**
     * Creates what is missing of a path's parents, from the nearest upwards, because most often only that one is missing.
     *
     * @param mode persistent or container
     * @param aclFor the ACL of each of them
     * @return fails with NoNode if not even the root exists, which is then a chroot
     */
    public static CompletionStage<Void> createParents(
            SessionOps ops,
            String path,
            CreateMode mode,
            Function<String, ? extends CompletionStage<List<ACL>>> aclFor) {
        String parent = parent(path);
        if (parent.equals("/")) {
            return CompletableFuture.failedFuture(KeeperException.create(Code.NONODE, parent));
        }
        return create(ops, parent, mode, aclFor);
    }

    private static CompletionStage<Void> create(
            SessionOps ops,
            String path,
            CreateMode mode,
            Function<String, ? extends CompletionStage<List<ACL>>> aclFor) {
        return aclFor.apply(path)
                .thenCompose(acl -> ops.create(path, NO_DATA, acl, mode))
                .handle((created, failure) -> failure)
                .thenCompose(failure -> {
                    Code code = failure == null ? Code.OK : FailureKind.codeOf(failure);
                    if (code == Code.OK || code == Code.NODEEXISTS) {
                        return CompletableFuture.completedFuture(null);
                    }
                    return code == Code.NONODE
                            ? createParents(ops, path, mode, aclFor)
                                    .thenCompose(ready -> create(ops, path, mode, aclFor))
                            : CompletableFuture.failedFuture(failure);
                });
    }
}
