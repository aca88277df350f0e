// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.write;

import io.holdfast.error.MultiFailedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.OpResult.ErrorResult;

/**
 * One write of one registration: operations that are committed together, and with those of others where that is faster. Its
 * outcome is what it would be alone. Confined to the loop.
 *
 * @param <T> the answer
 */
class SharedWrite<T> {

    /** How a write is sent that shares nothing. */
    private final Supplier<CompletionStage<T>> alone;

    private final List<Op> ops;
    private final int bytes;
    private final Function<List<OpResult>, T> answer;
    private final CompletableFuture<T> done = new CompletableFuture<>();
    private int mostTogether = Integer.MAX_VALUE;

    /**
     * @param ops its operations
     * @param bytes what they take of a request
     * @param alone sends it without others
     * @param answer makes its answer of its part of a transaction's results
     */
    SharedWrite(List<Op> ops, int bytes, Supplier<CompletionStage<T>> alone, Function<List<OpResult>, T> answer) {
        this.ops = ops;
        this.bytes = bytes;
        this.alone = alone;
        this.answer = answer;
    }

    List<Op> ops() {
        return ops;
    }

    String path() {
        return ops.get(ops.size() - 1).getPath();
    }

    int bytes() {
        return bytes;
    }

    CompletionStage<T> done() {
        return done;
    }

    /** Returns in the company of how many writes, itself included, it may be sent. */
    int mostTogether() {
        return mostTogether;
    }

    void atMostTogether(int most) {
        mostTogether = Math.max(1, Math.min(mostTogether, most));
    }

    /** Sends it without others. Returns what completes with its outcome. */
    CompletionStage<T> sendAlone() {
        return follow(alone.get());
    }

    /** Its answer is that of another stage. */
    final CompletionStage<T> follow(CompletionStage<T> stage) {
        return stage.whenComplete((value, failure) -> {
            if (failure == null) {
                done.complete(value);
            } else {
                done.completeExceptionally(failure);
            }
        });
    }

    final void answered(T value) {
        done.complete(value);
    }

    final void failed(Throwable failure) {
        done.completeExceptionally(failure);
    }

    void committed(List<OpResult> results) {
        done.complete(answer.apply(results));
    }

    /** Nothing of it was done, or nobody knows, as the code says. */
    void failed(Code code) {
        done.completeExceptionally(KeeperException.create(code, path()));
    }

    /** One of its operations was refused. */
    void refused(Code code, int operation) {
        if (ops.size() == 1) {
            failed(code);
            return;
        }
        List<OpResult> results = new ArrayList<>();
        for (int i = 0; i < operation; i++) {
            results.add(new ErrorResult(Code.OK.intValue()));
        }
        results.add(new ErrorResult(code.intValue()));
        done.completeExceptionally(
                MultiFailedException.of(code, ops.stream().map(Op::getPath).toList(), results));
    }

    /** Nothing of it was done, because of another one, and a read says more than another try. */
    void notTried() {
        done.completeExceptionally(new NotTriedException(path()));
    }

    @Override
    public String toString() {
        return ops.stream().map(op -> op.getType() + " " + op.getPath()).toList() + " of " + bytes + " bytes";
    }
}
