// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory and all in it. */
final class DirectoryTree {

    private static final int ATTEMPTS = 20;

    private DirectoryTree() {}

    /** Deletes it, also while others delete in it or finish their last writes. */
    static void delete(Path root) {
        IOException failure = new IOException("nothing tried");
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                deleteOnce(root);
                return;
            } catch (IOException e) {
                failure = e;
            } catch (UncheckedIOException e) {
                failure = new IOException(e);
            }
        }
        throw new UncheckedIOException("cannot delete " + root, failure);
    }

    private static void deleteOnce(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
