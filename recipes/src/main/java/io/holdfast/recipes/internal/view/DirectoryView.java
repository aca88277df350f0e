// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.view;

import io.holdfast.recipes.view.Freshness;
import io.holdfast.recipes.view.LiveView;
import io.holdfast.recipes.view.ViewListener;
import io.holdfast.spi.RecipeSupport;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;

/** The entries that a recipe sees in the children of one directory. */
public final class DirectoryView<K extends Comparable<K>, T> implements LiveView<K, T> {

    private final LiveChildren children;
    private final Translation<K, T> entries;

    private DirectoryView(LiveChildren children, Translation<K, T> entries) {
        this.children = children;
        this.entries = entries;
    }

    /**
     * Starts to read a directory. Does not wait.
     *
     * @param directory as the user gave it, below the client's namespace
     */
    public static <K extends Comparable<K>, T> DirectoryView<K, T> of(
            RecipeSupport client, String directory, Translation<K, T> entries) {
        return new DirectoryView<>(LiveChildren.of(client, client.fullPath(directory)), entries);
    }

    @Override
    public SortedMap<K, T> entries() {
        return entries.entries(children.children());
    }

    @Override
    public Optional<T> entry(K key) {
        return Optional.ofNullable(entries().get(key));
    }

    @Override
    public boolean isCurrent() {
        return freshness().isCurrent();
    }

    @Override
    public Freshness freshness() {
        return children.freshness();
    }

    @Override
    public boolean awaitCurrent(Duration atMost) throws InterruptedException {
        return children.awaitCurrent(atMost);
    }

    @Override
    public CompletionStage<SortedMap<K, T>> refreshed() {
        return children.refreshed().thenApply(entries::entries);
    }

    @Override
    public void addListener(ViewListener<T> listener) {
        children.addListener(entries.notifying(Objects.requireNonNull(listener, "listener")));
    }

    @Override
    public void close() {
        children.close();
    }

    @Override
    public String toString() {
        return children.toString();
    }
}
