// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ArgumentsTest {

    private static final int WRONG_ARGUMENTS = 64;

    private final StringWriter complaint = new StringWriter();

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "localhost:",
                "localhost:0",
                "localhost:65536",
                ":2181",
                "a:1,,b:2",
                "a:1,b",
                "a:1/x/"
            })
    void a_connect_string_that_names_no_servers_is_refused_with_its_value(String connectString) {
        assertThat(run("--connect", connectString)).isEqualTo(WRONG_ARGUMENTS);
        assertThat(complaint.toString()).contains("--connect is '" + connectString + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"relative", "/", "/ends/", "/double//slash", "/../up"})
    void a_path_that_cannot_be_a_node_of_its_own_is_refused_with_its_value(String path) {
        assertThat(run("--connect", "localhost:2181", "--path", path)).isEqualTo(WRONG_ARGUMENTS);
        assertThat(complaint.toString()).contains("--path is '" + path + "'");
    }

    @Test
    void a_path_without_servers_to_go_with_it_is_refused() {
        assertThat(run("--path", "/mine")).isEqualTo(WRONG_ARGUMENTS);
        assertThat(complaint.toString()).contains("--path needs --connect");
    }

    @Test
    void a_picture_that_could_not_be_written_is_refused_before_anything_is_started() throws Exception {
        Files.createDirectory(directory.resolve("taken.svg"));
        assertThat(run("--out", directory.resolve("missing/a.svg").toString())).isEqualTo(WRONG_ARGUMENTS);
        assertThat(run("--out", directory.resolve("taken.svg").toString())).isEqualTo(WRONG_ARGUMENTS);
        assertThat(complaint.toString()).contains("missing").contains("which is a directory");
    }

    @ParameterizedTest
    @CsvSource({"--nonsense", "--out"})
    void an_option_that_is_unknown_or_lacks_its_value_is_refused(String option) {
        assertThat(run(option)).isEqualTo(WRONG_ARGUMENTS);
        assertThat(complaint.toString()).contains(option);
    }

    @Test
    void help_explains_the_exit_codes_and_starts_nothing() {
        StringWriter help = new StringWriter();
        CommandLine commandLine = ShowFailures.newCommandLine().setOut(new PrintWriter(help));
        assertThat(commandLine.execute("--help")).isZero();
        assertThat(help.toString()).contains("--connect", "--path", "--out", "--quiet", "64");
    }

    private int run(String... arguments) {
        return ShowFailures.newCommandLine()
                .setErr(new PrintWriter(complaint, true))
                .execute(arguments);
    }
}
