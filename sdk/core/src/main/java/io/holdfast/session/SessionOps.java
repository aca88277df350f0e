// SPDX-License-Identifier: Apache-2.0
package io.holdfast.session;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * Operations that belong to one session and are sent under no other (protocol, H8).
 *
 * <p><b>Thread-safety:</b> every method may be called from any thread. <b>Blocking:</b> none blocks; a stage completes on
 * the ZooKeeper client's event thread, which must not be blocked in turn. <b>Failures</b> arrive as the stage's
 * {@link org.apache.zookeeper.KeeperException}; none is thrown. Nothing is retried: a {@code ConnectionLoss} of a write
 * means that its outcome is unknown. Operations are sent in the order of the calls.
 *
 * <p>An ephemeral create, alone or in a multi, is refused with {@code SessionExpired} when the session has ended and with
 * {@code ConnectionLoss} while it is not confirmed; in both cases nothing was sent.
 */
public interface SessionOps {

    /** Returns the id of the session. */
    long sessionId();

    /**
     * Creates a node.
     *
     * @return the node's actual path (it differs from {@code path} for sequential modes), with the node where the server
     *     reports it together with the create ({@code create2}, 3.5 and later)
     */
    CompletionStage<Created> create(String path, byte[] data, List<ACL> acl, CreateMode mode);

    /** Reads a node's stat without its data; the watcher, if any, is set from then on whether or not the node exists. */
    CompletionStage<Optional<Znode>> exists(String path, @Nullable Watcher watcher);

    /** Reads a node with its data; empty if there is none. */
    CompletionStage<Optional<Znode>> read(String path);

    /** Replaces a node's data if its version is {@code version}, -1 for any. */
    CompletionStage<Znode> setData(String path, byte[] data, int version);

    /** Deletes a node if its version is {@code version}, -1 for any. */
    CompletionStage<Void> delete(String path, int version);

    /** Lists the names of a node's children; the watcher, if any, is set if the node exists. */
    CompletionStage<List<String>> children(String path, @Nullable Watcher watcher);

    /** Commits all operations or none. */
    CompletionStage<List<OpResult>> multi(List<Op> ops);

    /**
     * Lists the paths of all ephemeral nodes of this session; fails with {@code Unimplemented} on servers before 3.6.
     */
    CompletionStage<Set<String>> ephemerals();

    /** Makes the attached server catch up with the leader before what is asked next. */
    CompletionStage<Void> sync(String path);

    /**
     * The answer to a create.
     *
     * @param path the actual path
     * @param node the node, empty where the server does not report it with the create
     */
    record Created(String path, Optional<Znode> node) {}
}
