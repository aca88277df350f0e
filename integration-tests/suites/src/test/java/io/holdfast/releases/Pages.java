// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The pages of the documentation, wherever the build runs. */
final class Pages {

    private Pages() {}

    static String read(String page) throws IOException {
        return Files.readString(path(page));
    }

    static void write(String page, String text) throws IOException {
        Files.writeString(path(page), text);
    }

    private static Path path(String page) {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("docs/guarantees.md"))) {
            directory = directory.getParent();
        }
        return directory.resolve(page);
    }
}
