// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.grant;

import static java.util.Objects.requireNonNull;

import io.holdfast.error.FailureKind;
import io.holdfast.error.FencedException;
import io.holdfast.error.HoldfastException;
import io.holdfast.error.MultiFailedException;
import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.error.UnknownOutcomeException;
import io.holdfast.recipes.grant.FencedTransaction;
import io.holdfast.recipes.grant.TransactionOutcome;
import io.holdfast.recipes.grant.TransactionOutcome.Committed;
import io.holdfast.recipes.grant.TransactionOutcome.Rejected;
import io.holdfast.recipes.internal.grant.MultiFailure.GrantOver;
import io.holdfast.recipes.internal.grant.MultiFailure.NotLet;
import io.holdfast.recipes.internal.grant.MultiFailure.OperationFailed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.OpResult.CreateResult;
import org.jspecify.annotations.Nullable;

/** A transaction under one grant: its checks come first, and a failure says whether the grant or an operation failed. */
final class GrantTransaction implements FencedTransaction {

    /** Any version, whatever it is. */
    private static final int ANY = -1;

    private final GrantBasis grant;
    private final List<String> paths = new ArrayList<>();
    private final List<Op> ops = new ArrayList<>();
    private boolean isUsed;

    GrantTransaction(GrantBasis grant) {
        this.grant = grant;
    }

    @Override
    public FencedTransaction create(String path, byte[] data) {
        return create(path, data, CreateMode.PERSISTENT);
    }

    @Override
    public FencedTransaction create(String path, byte[] data, CreateMode mode) {
        requireNonNull(mode, "mode");
        if (mode.isTTL()) {
            throw new IllegalArgumentException("mode must not be one with a time to live, but was " + mode);
        }
        String full = checked(path, mode.isSequential());
        return add(path, Op.create(full, requireNonNull(data, "data").clone(), grant.aclFor(full), mode));
    }

    @Override
    public FencedTransaction setData(String path, byte[] data) {
        return setData(path, data, ANY);
    }

    @Override
    public FencedTransaction setData(String path, byte[] data, int version) {
        return add(
                path,
                Op.setData(checked(path, false), requireNonNull(data, "data").clone(), requireVersion(path, version)));
    }

    @Override
    public FencedTransaction delete(String path) {
        return delete(path, ANY);
    }

    @Override
    public FencedTransaction delete(String path, int version) {
        return add(path, Op.delete(checked(path, false), requireVersion(path, version)));
    }

    @Override
    public FencedTransaction check(String path, int version) {
        return add(path, Op.check(checked(path, false), requireVersion(path, version)));
    }

    @Override
    public TransactionOutcome commit() throws InterruptedException {
        grant.requireMayWait("commit under " + grant.path(), "commitAsync()");
        try {
            return send(grant.background()).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HoldfastException known) {
                throw known;
            }
            throw new IllegalStateException("the transaction under " + grant.path() + " failed", e.getCause());
        }
    }

    @Override
    public CompletionStage<TransactionOutcome> commitAsync() {
        return send(grant.callbacks());
    }

    private CompletableFuture<TransactionOutcome> send(Executor executor) {
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
        return grant.ops().multi(all).toCompletableFuture().handleAsync(this::outcome, executor);
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
