// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.grant;

import static java.util.Objects.requireNonNull;

import io.holdfast.error.FencedException;
import io.holdfast.error.HoldfastException;
import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.error.UnknownOutcomeException;
import io.holdfast.recipes.grant.MultiFailure.GrantOver;
import io.holdfast.recipes.grant.MultiFailure.NotLet;
import io.holdfast.recipes.grant.MultiFailure.OperationFailed;
import io.holdfast.recipes.grant.TransactionOutcome.Committed;
import io.holdfast.recipes.grant.TransactionOutcome.Rejected;
import io.holdfast.zookeeper.FailureKind;
import io.holdfast.zookeeper.MultiFailedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.OpResult.CreateResult;
import org.jspecify.annotations.Nullable;

/**
 * ZooKeeper operations that are carried out only while a grant holds: all in one step, together with the checks that the
 * grant's own node, the very one that it was given for, still stands. So a holder that was paused or cut off, and whose
 * grant somebody else has by now, changes nothing. Made by a grant, used once.
 *
 * <p>With no operation at all it asks the ensemble whether the grant holds.
 *
 * <p><b>Thread-safety:</b> none; one thread at a time. <b>Blocking:</b> only {@link #commit()} does. Paths are below the
 * client's namespace, and new nodes get the ACL that the client's ACL provider says.
 *
 * <p>It does not promise that the grant still holds when the answer arrives, and it guards nothing outside this ensemble:
 * for that there are {@code FencingGuard} and the grant's token.
 */
public final class FencedTransaction {

    /** Any version, for {@link #check(String, int)} and the like. */
    private static final int ANY = -1;

    private final GrantBasis grant;
    private final List<String> paths = new ArrayList<>();
    private final List<Op> ops = new ArrayList<>();
    private boolean isUsed;

    FencedTransaction(GrantBasis grant) {
        this.grant = grant;
    }

    /** Adds the create of a persistent node. See {@link #create(String, byte[], CreateMode)}. */
    public FencedTransaction create(String path, byte[] data) {
        return create(path, data, CreateMode.PERSISTENT);
    }

    /**
     * Adds the create of a node. Its parent must exist when the transaction is carried out. An ephemeral one lives as long as
     * the grant's session; nobody keeps it.
     *
     * @param mode any but the two with a time to live
     * @throws IllegalArgumentException if the path or the mode cannot be used
     * @throws IllegalStateException if the transaction was committed before
     */
    public FencedTransaction create(String path, byte[] data, CreateMode mode) {
        requireNonNull(mode, "mode");
        if (mode.isTTL()) {
            throw new IllegalArgumentException("mode must not be one with a time to live, but was " + mode);
        }
        String full = checked(path, mode.isSequential());
        return add(path, Op.create(full, requireNonNull(data, "data").clone(), grant.aclFor(full), mode));
    }

    /** Adds the replacement of a node's data, whatever its version. */
    public FencedTransaction setData(String path, byte[] data) {
        return setData(path, data, ANY);
    }

    /**
     * Adds the replacement of a node's data if its version is this one. Mind that a node which was deleted and created again
     * starts at version 0 once more.
     *
     * @param version 0 or more, -1 for any
     */
    public FencedTransaction setData(String path, byte[] data, int version) {
        return add(
                path,
                Op.setData(checked(path, false), requireNonNull(data, "data").clone(), requireVersion(path, version)));
    }

    /** Adds the deletion of a node, whatever its version. */
    public FencedTransaction delete(String path) {
        return delete(path, ANY);
    }

    /**
     * Adds the deletion of a node if its version is this one.
     *
     * @param version 0 or more, -1 for any
     */
    public FencedTransaction delete(String path, int version) {
        return add(path, Op.delete(checked(path, false), requireVersion(path, version)));
    }

    /**
     * Adds the condition that a node exists with this version.
     *
     * @param version 0 or more, -1 for any
     */
    public FencedTransaction check(String path, int version) {
        return add(path, Op.check(checked(path, false), requireVersion(path, version)));
    }

    /**
     * Sends the transaction and waits for the answer, which comes, or is given up, within about a session timeout.
     *
     * @return what became of it, if the ensemble has answered and the grant held
     * @throws FencedException if the grant is over; nothing was done
     * @throws UnknownOutcomeException if the answer was lost; it was done, or it was not: read before you repeat it, in a new
     *     transaction
     * @throws RefusedByEnsembleException if the ensemble lets this client not do this at all; nothing was done
     * @throws IllegalArgumentException if it is larger than the ensemble takes; nothing was sent
     * @throws IllegalStateException if it was committed before
     * @throws InterruptedException if the thread is interrupted, after which the outcome is unknown
     */
    public TransactionOutcome commit() throws InterruptedException {
        try {
            return send().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HoldfastException known) {
                throw known;
            }
            throw new IllegalStateException("the transaction under " + grant.path() + " failed", e.getCause());
        }
    }

    /**
     * Sends the transaction. Does not wait.
     *
     * @return completes, in a thread of the common pool, with what {@link #commit()} returns, or fails with the
     *     {@link HoldfastException} that it throws
     * @throws IllegalArgumentException if it is larger than the ensemble takes; nothing was sent
     * @throws IllegalStateException if it was committed before
     */
    public CompletionStage<TransactionOutcome> commitAsync() {
        return send();
    }

    private CompletableFuture<TransactionOutcome> send() {
        requireUnused();
        List<Op> all = new ArrayList<>(grant.checks());
        all.addAll(ops);
        grant.requireFits(all);
        isUsed = true;
        Optional<String> over = grant.over();
        if (over.isPresent()) {
            return CompletableFuture.failedFuture(fenced(over.get() + "; nothing was sent", null));
        }
        // not on the client's event thread: what the caller does next may block
        return grant.ops().multi(all).toCompletableFuture().handleAsync(this::outcome);
    }

    private TransactionOutcome outcome(@Nullable List<OpResult> results, @Nullable Throwable failure) {
        if (results != null && failure == null) {
            return new Committed(asAsked(results));
        }
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        Code code = cause == null ? Code.SYSTEMERROR : FailureKind.codeOf(cause);
        int failed = cause == null ? MultiFailedException.NONE : MultiFailedException.operationOf(cause);
        MultiFailure judged = MultiFailure.judge(code, failed, grant.checks().size());
        if (judged instanceof OperationFailed own && own.operation() < paths.size()) {
            return new Rejected(own.operation(), paths.get(own.operation()), own.code());
        }
        if (judged instanceof GrantOver over) {
            grant.ended(over.end());
            throw fenced(
                    over.check() < 0
                            ? "the ensemble no longer knows its session"
                            : "its fence " + pathOf(over.check()) + " is gone or has moved",
                    cause);
        }
        if (judged instanceof NotLet refusal) {
            throw new RefusedByEnsembleException(
                    refusal.check() < 0
                            ? "The ensemble refuses the transaction under the grant of " + grant.path() + ": "
                                    + refusal.code()
                            : "The ensemble refuses the check of " + pathOf(refusal.check()) + " with " + refusal.code()
                                    + ": this client needs the right to read it",
                    cause);
        }
        throw new UnknownOutcomeException(
                "The transaction under the grant of " + grant.path() + " with token "
                        + grant.token().value() + " was committed, or it was not (" + code
                        + "); read what it changes before you repeat it",
                cause);
    }

    /** The paths in a multi's results are the server's: with chroot and namespace. */
    private List<OpResult> asAsked(List<OpResult> results) {
        List<OpResult> own = new ArrayList<>();
        for (int i = 0; i < ops.size(); i++) {
            OpResult result = results.get(grant.checks().size() + i);
            if (result instanceof CreateResult created) {
                String path = inDirectoryOf(paths.get(i), created.getPath());
                // with a Stat, even an absent one, it would be the result of another kind of create
                own.add(created.getStat() == null ? new CreateResult(path) : new CreateResult(path, created.getStat()));
            } else {
                own.add(result);
            }
        }
        return own;
    }

    private static String inDirectoryOf(String asked, String onServer) {
        return asked.substring(0, asked.lastIndexOf('/') + 1) + onServer.substring(onServer.lastIndexOf('/') + 1);
    }

    private String pathOf(int check) {
        return grant.checks().get(check).getPath();
    }

    private FencedException fenced(String why, @Nullable Throwable cause) {
        return new FencedException(grant.path(), grant.token().value(), why, cause);
    }

    private FencedTransaction add(String path, Op op) {
        requireUnused();
        paths.add(path);
        ops.add(op);
        return this;
    }

    private void requireUnused() {
        if (isUsed) {
            throw new IllegalStateException("The transaction under the grant of " + grant.path()
                    + " was committed before; ask the grant for another one");
        }
    }

    private String checked(String path, boolean isSequential) {
        return grant.fullPath(RecipePath.require(path, isSequential));
    }

    private static int requireVersion(String path, int version) {
        if (version < ANY) {
            throw new IllegalArgumentException(
                    "version of " + path + " must be 0 or more, or -1 for any, but was " + version);
        }
        return version;
    }
}
