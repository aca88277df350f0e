// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DocsSnippetsTest {

    private static final Path REPOSITORY = repository();

    @TempDir
    Path elsewhere;

    static List<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.walk(REPOSITORY.resolve("docs"))) {
            return Stream.concat(
                            Stream.of(REPOSITORY.resolve("README.md")),
                            docs.filter(file -> file.toString().endsWith(".md")).sorted())
                    .map(REPOSITORY::relativize)
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void every_java_block_is_a_region_of_a_compiled_source(Path document) throws IOException {
        assertThat(new Snippets(REPOSITORY).complaints(Files.readString(REPOSITORY.resolve(document))))
                .isEmpty();
    }

    @Test
    void a_block_that_equals_its_region_is_accepted_whatever_the_indentation() throws IOException {
        assertThat(complaintsAbout("<!-- A.java#x -->", "int i;\n    int j;")).isEmpty();
    }

    @Test
    void a_block_that_differs_from_its_region_is_refused() throws IOException {
        assertThat(complaintsAbout("<!-- A.java#x -->", "int i;"))
                .singleElement()
                .asString()
                .contains("differs");
    }

    @Test
    void a_block_without_a_source_is_refused() throws IOException {
        assertThat(complaintsAbout("As follows:", "int i;"))
                .singleElement()
                .asString()
                .contains("no comment");
    }

    @Test
    void a_block_of_a_file_or_region_that_does_not_exist_is_refused() throws IOException {
        assertThat(complaintsAbout("<!-- B.java#x -->", "int i;"))
                .singleElement()
                .asString()
                .contains("no B.java");
        assertThat(complaintsAbout("<!-- A.java#y -->", "int i;"))
                .singleElement()
                .asString()
                .contains("no region y");
    }

    private List<String> complaintsAbout(String before, String block) throws IOException {
        Files.writeString(
                elsewhere.resolve("A.java"), "  // tag::x[]\n        int i;\n            int j;\n  // end::x[]\n");
        return new Snippets(elsewhere).complaints("# Title\n\n" + before + "\n```java\n" + block + "\n```\nEnd.\n");
    }

    private static Path repository() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("LICENSE"))) {
            directory = directory.getParent();
        }
        return directory;
    }
}
