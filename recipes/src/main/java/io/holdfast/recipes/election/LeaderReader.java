// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.election;

import io.holdfast.error.FailureKind;
import io.holdfast.recipes.grant.FencingToken;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionOps;
import io.holdfast.session.Znode;
import io.holdfast.spi.RecipeSupport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;
import org.jspecify.annotations.Nullable;

/** Reads who leads and who takes part. Decides nothing; immutable. */
final class LeaderReader {

    private final RecipeSupport client;
    private final Shape shape;

    LeaderReader(RecipeSupport client, Shape shape) {
        this.client = client;
        this.shape = shape;
    }

    /** Finds the leader in the session at hand, or in the first one if that comes in time. */
    CompletionStage<Optional<Leader>> leader(Duration atMost) {
        return FirstSession.of(client, atMost).thenCompose(session -> leader(session.ops(), null));
    }

    /** Reads everybody in the queue, as {@link #leader(Duration)}. */
    CompletionStage<List<Participant>> participants(Duration atMost) {
        return FirstSession.of(client, atMost).thenCompose(session -> participants(session.ops()));
    }

    /** Finds the leader, and leaves the watcher where the next change of leader shows. */
    CompletionStage<Optional<Leader>> leader(SessionOps ops, @Nullable Watcher watcher) {
        return shape.isFixed()
                ? leaderAt(ops, client.fullPath(shape.path()), watcher)
                : headOfQueue(ops, shape.directory(client), watcher);
    }

    /** Reads everybody in the queue, the first one first. */
    CompletionStage<List<Participant>> participants(SessionOps ops) {
        String directory = shape.directory(client);
        return names(ops, directory).thenCompose(names -> {
            List<CompletableFuture<Optional<Znode>>> reads = names.stream()
                    .map(name -> ops.read(directory + "/" + name).toCompletableFuture())
                    .toList();
            return CompletableFuture.allOf(reads.toArray(CompletableFuture<?>[]::new))
                    .thenApply(done -> participants(
                            reads.stream().map(CompletableFuture::join).toList()));
        });
    }

    private static List<Participant> participants(List<Optional<Znode>> nodes) {
        List<Participant> all = new ArrayList<>();
        nodes.forEach(read -> read.ifPresent(
                node -> all.add(new Participant(node.data(), new SessionId(node.owner()), all.isEmpty()))));
        return List.copyOf(all);
    }

    private static CompletionStage<Optional<Leader>> leaderAt(SessionOps ops, String path, @Nullable Watcher watcher) {
        CompletionStage<Optional<Znode>> seen = ops.exists(path, watcher);
        CompletionStage<Optional<Znode>> read = ops.read(path);
        return seen.thenCompose(any -> read).thenApply(node -> node.map(LeaderReader::leading));
    }

    private CompletionStage<Optional<Leader>> headOfQueue(SessionOps ops, String directory, @Nullable Watcher watcher) {
        return names(ops, directory).thenCompose(names -> {
            if (names.isEmpty()) {
                return nobody(ops, directory, watcher);
            }
            return leaderAt(ops, directory + "/" + names.get(0), watcher)
                    .thenCompose(leader -> leader.isPresent()
                            ? CompletableFuture.completedFuture(leader)
                            : headOfQueue(ops, directory, watcher)); // it left between the two requests
        });
    }

    /** Nobody is in the queue: leaves the watcher on the directory, or on its creation. */
    private CompletionStage<Optional<Leader>> nobody(SessionOps ops, String directory, @Nullable Watcher watcher) {
        if (watcher == null) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return ops.exists(directory, watcher)
                .thenCompose(there -> there.isEmpty()
                        ? CompletableFuture.completedFuture(Optional.<Leader>empty())
                        : names(ops, directory, watcher)
                                .thenCompose(names -> names.isEmpty()
                                        ? CompletableFuture.completedFuture(Optional.<Leader>empty())
                                        : headOfQueue(ops, directory, watcher)));
    }

    private static CompletionStage<List<String>> names(SessionOps ops, String directory) {
        return names(ops, directory, null);
    }

    private static CompletionStage<List<String>> names(SessionOps ops, String directory, @Nullable Watcher watcher) {
        return ops.children(directory, watcher)
                .thenApply(Shape::inOrder)
                .exceptionallyCompose(failure -> FailureKind.codeOf(failure) == Code.NONODE
                        ? CompletableFuture.completedFuture(List.of())
                        : CompletableFuture.failedFuture(failure));
    }

    private static Leader leading(Znode node) {
        return new Leader(node.data(), new SessionId(node.owner()), new FencingToken(node.czxid()));
    }
}
