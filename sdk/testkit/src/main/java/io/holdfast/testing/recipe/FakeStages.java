// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Stages that wait for one thing to happen, and are told of it on the executor for callbacks. */
final class FakeStages<T> {

    private final Executor notifier;
    private final List<CompletableFuture<T>> open = new ArrayList<>();

    FakeStages(Executor notifier) {
        this.notifier = notifier;
    }

    CompletionStage<T> add() {
        CompletableFuture<T> stage = new CompletableFuture<>();
        open.add(stage);
        return stage.copy();
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    void complete(T value) {
        tell(stage -> stage.complete(value));
    }

    void fail(Throwable why) {
        tell(stage -> stage.completeExceptionally(why));
    }

    private void tell(Consumer<CompletableFuture<T>> news) {
        List<CompletableFuture<T>> told = List.copyOf(open);
        open.clear();
        told.forEach(stage -> notifier.execute(() -> news.accept(stage)));
    }
}
