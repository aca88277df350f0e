// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of the working tree. */
final class Repository {

    private static final Path ROOT = root();

    private Repository() {}

    static String read(String path) throws IOException {
        return Files.readString(ROOT.resolve(path));
    }

    static Path resolve(Path path) {
        return ROOT.resolve(path);
    }

    /** Returns the files below a folder whose names end so, built ones left out, relative to the root. */
    static Stream<Path> files(String folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
            return files
                    .filter(file ->
                            file.toString().endsWith(ending) && !file.toString().contains("/target/"))
                    .map(file -> ROOT.relativize(file.normalize()))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    /** Returns a page's sections by the text of their headings of the given level, in order. */
    static Map<String, String> sections(String page, String level) throws IOException {
        Map<String, StringBuilder> sections = new LinkedHashMap<>();
        StringBuilder current = new StringBuilder();
        for (String line : read(page).lines().toList()) {
            if (line.startsWith(level + " ")) {
                current = new StringBuilder();
                sections.put(line.substring(level.length() + 1), current);
            } else {
                current.append(line).append('\n');
            }
        }
        Map<String, String> texts = new LinkedHashMap<>();
        sections.forEach((heading, text) -> texts.put(heading, text.toString()));
        return texts;
    }

    /** Returns where each test class is, by simple name. */
    static Map<String, Path> testClasses() throws IOException {
        Map<String, Path> classes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            files.filter(file -> file.toString().matches(".*/src/test/java/.*(IT|Test)\\.java"))
                    .forEach(file ->
                            classes.put(file.getFileName().toString().replace(".java", ""), ROOT.relativize(file)));
        }
        return classes;
    }

    private static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("docs/guarantees.md"))) {
            directory = directory.getParent();
        }
        return directory;
    }
}
