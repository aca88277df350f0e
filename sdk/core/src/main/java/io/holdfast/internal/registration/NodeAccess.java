// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.error.FailureKind;
import io.holdfast.internal.ownership.Claim;
import io.holdfast.internal.session.Paths;
import io.holdfast.internal.write.NodeWatch;
import io.holdfast.session.SessionOps;
import io.holdfast.session.Znode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.data.ACL;

/**
 * The requests with which one registration creates and finds its node. Decides nothing.
 *
 * @param path the path asked for
 * @param isSequential whether the server appends a number
 * @param fence moves with each create, if there is one
 * @param claim how the node is known again
 * @param watch set on whatever is at the path
 * @param loop where the fence is confined to
 */
record NodeAccess(
        String path, boolean isSequential, Optional<Fence> fence, Claim claim, NodeWatch watch, Executor loop) {

    /** Ten digits, or eleven characters once the parent has counted beyond the largest number of 32 bits. */
    private static final Pattern NUMBER = Pattern.compile("[0-9]{10}|-[0-9]{9,10}");

    /**
     * Creates the node, and sets the watch: in the same round trip where the name is known beforehand and the create does not
     * wait for a transaction that it shares.
     *
     * @return the node as the read that set the watch found it; empty if it was gone again. Fails as the create failed
     */
    CompletionStage<Optional<Znode>> create(LiveSession session, byte[] data, List<ACL> acl) {
        SessionOps ops = session.ops();
        if (isSequential) {
            return ops.create(path, data, acl, CreateMode.EPHEMERAL_SEQUENTIAL)
                    .thenCompose(done -> watch(ops, done.path()));
        }
        if (fence.isEmpty()) {
            return session.writes().createWatched(path, data, acl, watch);
        }
        CompletionStage<?> created = createAndMove(ops, data, acl, fence.get());
        CompletionStage<Optional<Znode>> seen = watch(ops, path);
        return created.thenCompose(done -> seen);
    }

    private CompletionStage<Void> createAndMove(SessionOps ops, byte[] data, List<ACL> acl, Fence moving) {
        List<Op> creating = new ArrayList<>(List.of(Op.create(path, data, acl, CreateMode.EPHEMERAL)));
        creating.addAll(moving.steps());
        return ops.multi(creating).thenAcceptAsync(moving::moved, loop);
    }

    /**
     * Looks for the node and leaves a watch at the path.
     *
     * @param knownPath the actual path of a sequential node, if it is known
     */
    CompletionStage<Optional<Znode>> find(LiveSession session, Optional<String> knownPath) {
        session.writes().beforeReading(path);
        if (!isSequential || knownPath.isPresent()) {
            return read(session.ops(), knownPath.orElse(path));
        }
        return candidates(session).thenCompose(names -> firstOfOurs(session, names, 0));
    }

    /** Looks at a path, and leaves the watch there. */
    CompletionStage<Optional<Znode>> watch(SessionOps ops, String where) {
        return watch.readAt(ops, where);
    }

    private CompletionStage<Optional<Znode>> read(SessionOps ops, String where) {
        CompletionStage<Optional<Znode>> watched = watch(ops, where);
        CompletionStage<Optional<Znode>> read = ops.read(where);
        return watched.thenCompose(seen -> read);
    }

    /** Nodes that may be the one whose name a lost answer carried: this session's own, or else all with the prefix. */
    private CompletionStage<List<String>> candidates(LiveSession session) {
        return ephemerals(session.ops())
                .thenCompose(listed -> listed.isPresent()
                        ? CompletableFuture.completedFuture(
                                listed.get().stream().filter(this::mayBeOurs).toList())
                        : siblings(session));
    }

    private CompletionStage<List<String>> siblings(LiveSession session) {
        String parent = Paths.parent(path);
        String base = parent.equals("/") ? "/" : parent + "/";
        return session.ops()
                .exists(parent, null)
                .thenCompose(found -> found.isEmpty()
                        ? CompletableFuture.completedFuture(List.<String>of())
                        : session.ops().children(parent, null).thenApply(names -> names.stream()
                                .map(base::concat)
                                .filter(this::mayBeOurs)
                                .toList()));
    }

    private boolean mayBeOurs(String candidate) {
        return candidate.startsWith(path)
                && NUMBER.matcher(candidate.substring(path.length())).matches();
    }

    private CompletionStage<Optional<Znode>> firstOfOurs(LiveSession session, List<String> names, int from) {
        if (from == names.size()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        String name = names.get(from);
        return session.ops().read(name).thenCompose(found -> {
            boolean isOurs =
                    found.isPresent() && found.get().owner() == session.id().value() && claim.made(found.get());
            return isOurs ? read(session.ops(), name) : firstOfOurs(session, names, from + 1);
        });
    }

    /** Returns the paths of this session's nodes, empty where the server cannot tell (before 3.6). */
    static CompletionStage<Optional<Set<String>>> ephemerals(SessionOps ops) {
        CompletableFuture<Optional<Set<String>>> result = new CompletableFuture<>();
        var unused = ops.ephemerals().whenComplete((paths, failure) -> {
            if (failure == null) {
                result.complete(Optional.of(paths));
            } else if (FailureKind.of(FailureKind.codeOf(failure)) == FailureKind.UNIMPLEMENTED) {
                result.complete(Optional.empty());
            } else {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }
}
