// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.grant;

import static java.util.Objects.requireNonNull;

import org.apache.zookeeper.common.PathUtils;

/** The paths that recipes take, checked before anything is sent; for recipes, not applications. */
public final class RecipePath {

    private RecipePath() {}

    /**
     * Checks the path of a recipe.
     *
     * @return the path
     * @throws IllegalArgumentException if it is not absolute, not well-formed, or the root
     */
    public static String require(String path) {
        return require(path, false);
    }

    /**
     * As {@link #require(String)}, for the path of a node to which the server may append a number.
     *
     * @param isSequential whether it does; then the root is as good as any other directory
     */
    static String require(String path, boolean isSequential) {
        requireNonNull(path, "path");
        try {
            PathUtils.validatePath(path, isSequential);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "path must be an absolute ZooKeeper path such as /services/a, but was \"" + path + "\": "
                            + e.getMessage(),
                    e);
        }
        if (path.equals("/") && !isSequential) {
            throw new IllegalArgumentException("path must not be the root \"/\"");
        }
        return path;
    }
}
