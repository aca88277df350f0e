// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Holds the Java blocks of a document against the tagged regions of the sources they name. */
final class Snippets {

    private static final Pattern ORIGIN = Pattern.compile("<!-- (?<file>[\\w./-]+\\.java)#(?<tag>[\\w-]+) -->");

    private final Path repository;

    Snippets(Path repository) {
        this.repository = repository;
    }

    /** Returns what is wrong with the document's Java blocks, a line for each; nothing if they are as they should be. */
    List<String> complaints(String document) throws IOException {
        List<String> complaints = new ArrayList<>();
        List<String> lines = document.lines().toList();
        String lastWords = "";
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("```java")) {
                int start = i + 1;
                i = start;
                while (i < lines.size() && !lines.get(i).startsWith("```")) {
                    i++;
                }
                int block = start;
                complaint(lastWords, lines.subList(start, i))
                        .ifPresent(complaint -> complaints.add("line " + block + ": " + complaint));
            }
            if (i < lines.size() && !lines.get(i).isBlank()) {
                lastWords = lines.get(i).strip();
            }
        }
        return complaints;
    }

    private Optional<String> complaint(String before, List<String> block) throws IOException {
        Matcher origin = ORIGIN.matcher(before);
        if (!origin.matches()) {
            return Optional.of("the block has no comment before it that names its source");
        }
        Path source = repository.resolve(origin.group("file"));
        if (!Files.isRegularFile(source)) {
            return Optional.of("there is no " + origin.group("file"));
        }
        List<String> region = region(Files.readAllLines(source), origin.group("tag"));
        if (region.isEmpty()) {
            return Optional.of("there is no region " + origin.group("tag") + " in " + origin.group("file"));
        }
        return region.equals(block)
                ? Optional.empty()
                : Optional.of("the block differs from its source:\n" + String.join("\n", region));
    }

    private static List<String> region(List<String> source, String tag) {
        int from = indexOf(source, "// tag::" + tag + "[]");
        int to = indexOf(source, "// end::" + tag + "[]");
        if (from < 0 || to < from) {
            return List.of();
        }
        String text = String.join("\n", source.subList(from + 1, to));
        return text.stripIndent().lines().toList();
    }

    private static int indexOf(List<String> source, String marker) {
        for (int i = 0; i < source.size(); i++) {
            if (source.get(i).strip().equals(marker)) {
                return i;
            }
        }
        return -1;
    }
}
