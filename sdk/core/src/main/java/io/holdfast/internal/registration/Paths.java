// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.error.FailureKind;
import io.holdfast.session.SessionOps;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;

/** Paths and the parents that must exist above a node. */
final class Paths {

    private static final byte[] NO_DATA = new byte[0];

    private Paths() {}

    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "/" : path.substring(0, slash);
    }

    /**
     * Creates what is missing of a path's parents, from the nearest upwards, because most often only that one is missing.
     *
     * @param mode persistent or container
     * @return fails with NoNode if not even the root exists, which is then a chroot
     */
    static CompletionStage<Void> createParents(SessionOps ops, String path, CreateMode mode, UserCode user) {
        String parent = parent(path);
        if (parent.equals("/")) {
            return CompletableFuture.failedFuture(KeeperException.create(Code.NONODE, parent));
        }
        return create(ops, parent, mode, user);
    }

    private static CompletionStage<Void> create(SessionOps ops, String path, CreateMode mode, UserCode user) {
        return user.acl(path)
                .thenCompose(acl -> ops.create(path, NO_DATA, acl, mode))
                .handle((created, failure) -> failure)
                .thenCompose(failure -> {
                    Code code = failure == null ? Code.OK : FailureKind.codeOf(failure);
                    if (code == Code.OK || code == Code.NODEEXISTS) {
                        return CompletableFuture.completedFuture(null);
                    }
                    return code == Code.NONODE
                            ? createParents(ops, path, mode, user).thenCompose(ready -> create(ops, path, mode, user))
                            : CompletableFuture.failedFuture(failure);
                });
    }
}
