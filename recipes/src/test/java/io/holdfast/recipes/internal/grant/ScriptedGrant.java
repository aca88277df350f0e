// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.grant;

import io.holdfast.error.MultiFailedException;
import io.holdfast.recipes.grant.FencingToken;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.session.SessionOps;
import io.holdfast.session.Znode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.OpResult.ErrorResult;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.data.ACL;

/** A grant of "/lock" in the namespace "space", whose session answers the one multi as it was told to. */
final class ScriptedGrant implements GrantBasis, SessionOps {

    static final Op CHECK = Op.check("/space/lock/me", -1);
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final List<Op> sent = new ArrayList<>();
    private final List<String> askedForAcl = new ArrayList<>();
    private final List<GrantEnd> ends = new ArrayList<>();
    private CompletableFuture<List<OpResult>> answer = new CompletableFuture<>();
    private Optional<Code> failure = Optional.empty();
    private int failed;
    private Optional<String> over = Optional.empty();
    private int most = Integer.MAX_VALUE;

    void answer(OpResult... results) {
        answer = CompletableFuture.completedFuture(List.of(results));
    }

    /** Fails the multi as a server does: all is well before the operation that failed, and nothing is tried after it. */
    void fail(Code code, int operation) {
        failure = Optional.of(code);
        failed = operation;
    }

    /** Fails the multi without an answer that names an operation. */
    void fail(Code code) {
        fail(code, MultiFailedException.NONE);
    }

    void over(String why) {
        over = Optional.of(why);
    }

    void takeAtMost(int operations) {
        most = operations;
    }

    List<Op> sent() {
        return sent;
    }

    List<String> askedForAcl() {
        return askedForAcl;
    }

    List<GrantEnd> ends() {
        return ends;
    }

    @Override
    public String path() {
        return "/lock";
    }

    @Override
    public FencingToken token() {
        return new FencingToken(17);
    }

    @Override
    public SessionOps ops() {
        return this;
    }

    @Override
    public List<Op> checks() {
        return List.of(CHECK);
    }

    @Override
    public Optional<String> over() {
        return over;
    }

    @Override
    public void ended(GrantEnd why) {
        ends.add(why);
    }

    @Override
    public String fullPath(String path) {
        return "/space" + path;
    }

    @Override
    public List<ACL> aclFor(String fullPath) {
        askedForAcl.add(fullPath);
        return Ids.OPEN_ACL_UNSAFE;
    }

    @Override
    public Executor callbacks() {
        return ForkJoinPool.commonPool();
    }

    @Override
    public void requireFits(List<Op> ops) {
        if (ops.size() > most) {
            throw new IllegalArgumentException("too large");
        }
    }

    @Override
    public CompletionStage<List<OpResult>> multi(List<Op> ops) {
        sent.addAll(ops);
        if (failure.isEmpty()) {
            return answer;
        }
        List<OpResult> results = new ArrayList<>();
        for (int i = 0; i < ops.size() && failed >= 0; i++) {
            Code code = i < failed ? Code.OK : i == failed ? failure.get() : Code.RUNTIMEINCONSISTENCY;
            results.add(new ErrorResult(code.intValue()));
        }
        List<String> paths = ops.stream().map(Op::getPath).toList();
        return CompletableFuture.failedFuture(MultiFailedException.of(failure.get(), paths, results));
    }

    @Override
    public long sessionId() {
        return 1;
    }

    @Override
    public CompletionStage<Created> create(String path, byte[] data, List<ACL> acl, CreateMode mode) {
        throw new AssertionError("create of " + path);
    }

    @Override
    public CompletionStage<Optional<Znode>> exists(String path, Watcher watcher) {
        throw new AssertionError("exists of " + path);
    }

    @Override
    public CompletionStage<Optional<Znode>> read(String path) {
        throw new AssertionError("read of " + path);
    }

    @Override
    public CompletionStage<Znode> setData(String path, byte[] data, int version) {
        throw new AssertionError("setData of " + path);
    }

    @Override
    public CompletionStage<Void> delete(String path, int version) {
        throw new AssertionError("delete of " + path);
    }

    @Override
    public CompletionStage<List<String>> children(String path, Watcher watcher) {
        throw new AssertionError("children of " + path);
    }

    @Override
    public CompletionStage<Set<String>> ephemerals() {
        throw new AssertionError("ephemerals");
    }

    @Override
    public CompletionStage<Void> sync(String path) {
        throw new AssertionError("sync of " + path);
    }
}
