// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.error.FailureKind;
import io.holdfast.event.HoldfastEvent.TaskFailed;
import io.holdfast.event.HoldfastObserver;
import io.holdfast.internal.time.Guarded;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.ACL;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the user's code that makes data and ACLs: on the executor for it, one call at a time, never on the loop. What it
 * throws, Errors included, fails the stage and is reported as an event. Thread-safe.
 */
final class UserCode {

    /** What the user's code threw, with words that say which code it was. */
    private static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failed(String what, Throwable thrown) {
            super(what + " failed: " + thrown, thrown);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(UserCode.class);

    private final Executor executor;
    private final Function<String, List<ACL>> aclFor;
    private final HoldfastObserver observer;

    UserCode(Executor executor, Function<String, List<ACL>> aclFor, HoldfastObserver observer) {
        this.executor = executor;
        this.aclFor = aclFor;
        this.observer = observer;
    }

    CompletionStage<byte[]> data(String path, Supplier<byte[]> supplier) {
        return call("the data supplier", path, supplier);
    }

    /** Returns what the ACL provider has for a path. */
    CompletionStage<List<ACL>> acl(String path) {
        return call("the ACL provider", path, () -> aclFor.apply(path));
    }

    CompletionStage<List<ACL>> acl(String path, Optional<List<ACL>> given) {
        return given.isPresent() ? CompletableFuture.completedFuture(given.get()) : acl(path);
    }

    /** Returns in words why a request, or what was to be made for it, failed. */
    static String why(Throwable failure) {
        Throwable cause = failure instanceof Failed || failure.getCause() == null ? failure : failure.getCause();
        if (cause instanceof KeeperException) {
            return FailureKind.codeOf(failure).toString();
        }
        return cause instanceof Failed ? String.valueOf(cause.getMessage()) : cause.toString();
    }

    private <T> CompletionStage<T> call(String what, String path, Supplier<T> code) {
        CompletableFuture<T> made = new CompletableFuture<>();
        Runnable task = () -> {
            try {
                T result = code.get();
                if (result == null) {
                    throw new NullPointerException(what + " returned null");
                }
                made.complete(result);
            } catch (RuntimeException | Error e) {
                Guarded.run(LOG, "An observer", () -> observer.onEvent(new TaskFailed(path, 0, what, e)));
                made.completeExceptionally(new Failed(what, e));
            }
        };
        try {
            executor.execute(task);
        } catch (RuntimeException | Error e) {
            made.completeExceptionally(new Failed("the executor for " + what, e));
        }
        return made;
    }
}
