// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the harness finds what its build has put beside its classes. */
final class BuildDirectory {

    private BuildDirectory() {}

    /** Returns the path in this system property, or else this entry of the directory our own classes are in. */
    static Path find(String property, String entry) {
        String configured = System.getProperty(property);
        if (configured != null) {
            return Path.of(configured).toAbsolutePath();
        }
        Path beside = classes().resolveSibling(entry);
        return Files.exists(beside) ? beside : Path.of("target", entry).toAbsolutePath();
    }

    /** Returns the directory or jar our own classes are in. */
    static Path classes() {
        return Release.origin(BuildDirectory.class)
                .orElseThrow(() -> new IllegalStateException("the harness does not know where its own classes are"));
    }
}
