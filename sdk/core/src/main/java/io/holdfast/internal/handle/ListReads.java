// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.error.FailureKind;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ZKConfig;
import org.jspecify.annotations.Nullable;

/** Reads lists of children on one handle, but none again that the connection does not survive. */
final class ListReads {

    private final ConfirmingZooKeeper handle;
    private final LongLists lists;

    ListReads(ConfirmingZooKeeper handle, LongLists lists) {
        this.handle = handle;
        this.lists = lists;
    }

    CompletionStage<List<String>> children(String path, @Nullable Watcher watcher) {
        CompletableFuture<List<String>> result = new CompletableFuture<>();
        if (lists.isSuspect(path)) {
            askForLengthFirst(path, watcher, result);
        } else {
            list(path, watcher, result);
        }
        return result;
    }

    private void list(String path, @Nullable Watcher watcher, CompletableFuture<List<String>> result) {
        handle.sendGetChildren(path, watcher, (rc, p, ctx, names) -> {
            if (rc == Code.OK.intValue()) {
                lists.answered(path);
                result.complete(List.copyOf(names));
                return;
            }
            Code code = FailureKind.codeOf(rc);
            if (code == Code.CONNECTIONLOSS) {
                lists.broke(path);
            }
            result.completeExceptionally(KeeperException.create(code, path));
        });
    }

    private void askForLengthFirst(String path, @Nullable Watcher watcher, CompletableFuture<List<String>> result) {
        handle.sendExists(path, null, (rc, p, ctx, stat) -> {
            int most = handle.getClientConfig()
                    .getInt(ZKConfig.JUTE_MAXBUFFER, ZKClientConfig.CLIENT_MAX_PACKET_LENGTH_DEFAULT);
            if (rc != Code.OK.intValue()) {
                result.completeExceptionally(KeeperException.create(FailureKind.codeOf(rc), path));
            } else if (LongLists.isTooLong(stat.getNumChildren(), most)) {
                result.completeExceptionally(KeeperException.create(
                        Code.MARSHALLINGERROR,
                        path + ": the connection breaks on the list of its " + stat.getNumChildren()
                                + " children, which is larger than jute.maxbuffer (" + most + " bytes) lets through"));
            } else {
                list(path, watcher, result);
            }
        });
    }
}
