// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page on forced interleavings, its suites and the table of what servers did say the same. */
class InterleavingsPageTest {
    private static final String PAGE = "docs/evidence/interleavings.md";
    private static final String TABLE =
            "integration-tests/explorer/src/test/resources/io/holdfast/explorer/what-servers-did.txt";
    private static final String CURRENT_RELEASE = "zookeeper.version";
    private static final Pattern SUITE = Pattern.compile("`(\\w+IT)`");
    private static final Pattern SCENARIO = Pattern.compile("`([a-z0-9]+(?:-[a-z0-9]+)+)`");

    @Test
    void everyHazardThatServersCanBeMadeToShowHasARow() throws IOException {
        List<String> hazards = rowsOf("Hazards").stream()
                .map(row -> row.get(0).replaceFirst(" .*", ""))
                .toList();

        assertThat(hazards).containsExactly("H1", "H2", "H3", "H4", "H5", "H6", "H7", "H8", "H9", "H10", "H13");
    }

    @Test
    void everySuiteOfTheHazardsIsNamedAndEverySuiteNamedExists() throws IOException {
        Map<String, Path> suites = Repository.testClasses();
        Set<String> named = matches(SUITE, Repository.read(PAGE));

        assertThat(suites.keySet()).containsAll(named);
        assertThat(named)
                .containsAll(suites.entrySet().stream()
                        .filter(suite -> suite.getValue().getParent().endsWith("hazards"))
                        .map(Map.Entry::getKey)
                        .filter(name -> name.endsWith("IT"))
                        .toList());
        for (List<String> row : rowsOf("Hazards")) {
            assertThat(matches(SUITE, row.get(4))).as(row.get(0)).isNotEmpty();
        }
    }

    @Test
    void everyRowOfTheTableIsHeldAgainstARealServerByASuiteThatItsScenarioNames() throws IOException {
        Map<String, Path> suites = Repository.testClasses();
        String current = currentRelease();
        for (List<String> row : table()) {
            String scenario = row.get(0);
            String release = row.get(1);
            List<String> sources = Stream.of(rowsOf("What servers do").stream()
                            .filter(line -> matches(SCENARIO, line.get(0)).contains(scenario))
                            .map(line -> line.get(3))
                            .collect(Collectors.joining()))
                    .flatMap(tests -> matches(SUITE, tests).stream())
                    .filter(suites::containsKey)
                    .map(suite -> read(suites.get(suite)))
                    .toList();

            assertThat(sources)
                    .as("%s on %s", scenario, release)
                    .anyMatch(source -> source.contains('"' + scenario + '"')
                            && (release.equals(current) || source.contains('"' + release + '"')));
        }
    }

    @Test
    void everyScenarioOfThePageIsInTheTable() throws IOException {
        Set<String> scenarios = table().stream().map(row -> row.get(0)).collect(Collectors.toSet());

        for (List<String> row : rowsOf("What servers do")) {
            assertThat(matches(SCENARIO, row.get(0)))
                    .as(row.get(0))
                    .isNotEmpty()
                    .isSubsetOf(scenarios);
        }
    }

    private static List<List<String>> table() throws IOException {
        return Repository.read(TABLE)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(InterleavingsPageTest::cells)
                .toList();
    }

    private static List<List<String>> rowsOf(String section) throws IOException {
        return Repository.sections(PAGE, "##")
                .get(section)
                .lines()
                .filter(line -> line.startsWith("| "))
                .skip(1)
                .map(line -> cells(line.substring(1, line.lastIndexOf('|'))))
                .toList();
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
    }

    private static Set<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String currentRelease() throws IOException {
        String pom = Repository.read("pom.xml");
        String opening = "<" + CURRENT_RELEASE + ">";
        int start = pom.indexOf(opening) + opening.length();
        return pom.substring(start, pom.indexOf('<', start));
    }

    private static String read(Path path) {
        try {
            return Repository.read(path.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
