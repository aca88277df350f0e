// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.write;

import io.holdfast.error.FailureKind;
import io.holdfast.session.SessionOps;
import io.holdfast.session.Znode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.zookeeper.Watcher;

/**
 * Sets the watches of nodes that one transaction has created.
 *
 * @param ops of their session
 * @param manyWatches sets them on the same connection
 */
record SharedWatches(SessionOps ops, Executor loop, ManyWatches manyWatches) {

    /** So many reads are cheaper than what it takes to set their watches together. */
    private static final int FEW = 4;

    /** All nodes of a transaction have its id as their czxid: two of them are read, and the watches of all are set from there on. */
    void watch(List<SharedCreate> created) {
        if (created.size() < FEW) {
            created.forEach(SharedCreate::read);
            return;
        }
        CompletionStage<Optional<Znode>> first = ops.exists(created.get(0).path(), null);
        CompletionStage<Optional<Znode>> last =
                ops.exists(created.get(created.size() - 1).path(), null);
        var unused = first.thenCombine(last, this::transactionOf)
                .whenCompleteAsync(
                        (zxid, failure) -> {
                            if (failure != null) {
                                created.forEach(each -> each.failed(FailureKind.codeOf(failure)));
                            } else if (zxid.isEmpty() || !watchAll(created, zxid.getAsLong())) {
                                created.forEach(SharedCreate::read);
                            }
                        },
                        loop);
    }

    private OptionalLong transactionOf(Optional<Znode> one, Optional<Znode> other) {
        boolean isSame = one.isPresent()
                && other.isPresent()
                && one.get().czxid() == other.get().czxid()
                && one.get().owner() == ops.sessionId()
                && other.get().owner() == ops.sessionId();
        return isSame ? OptionalLong.of(one.get().czxid()) : OptionalLong.empty();
    }

    private boolean watchAll(List<SharedCreate> created, long zxid) {
        Map<String, Watcher> watchers = new HashMap<>();
        created.forEach(each -> {
            each.watching();
            watchers.put(each.path(), each.watch().watcher());
        });
        Optional<CompletionStage<Void>> set = manyWatches.watch(zxid, watchers);
        set.ifPresent(stage -> {
            var unused = stage.whenComplete((done, failure) -> created.forEach(each -> {
                if (failure == null) {
                    each.watched(zxid);
                } else {
                    each.failed(FailureKind.codeOf(failure));
                }
            }));
        });
        return set.isPresent();
    }
}
