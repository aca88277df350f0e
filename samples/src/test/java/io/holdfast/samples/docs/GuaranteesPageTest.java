// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A guarantee that nothing checks is a wish, and a suite that no guarantee names checks nobody knows what. */
class GuaranteesPageTest {
    private static final String PAGE = "docs/guarantees.md";
    private static final Pattern TEST_CLASS = Pattern.compile("`([A-Z]\\w*(?:IT|Test))`");

    @Test
    void everyGuaranteeNamesATestThatExists() throws IOException {
        Set<String> existing = Repository.testClasses().keySet();

        assertThat(guarantees())
                .isNotEmpty()
                .allSatisfy((heading, text) ->
                        assertThat(testsNamedIn(text)).as(heading).isNotEmpty().isSubsetOf(existing));
    }

    @Test
    void everySuiteOfTheGuaranteesIsNamedByOne() throws IOException {
        Set<String> named = testsNamedIn(String.join("\n", guarantees().values()));
        Set<String> suites = Repository.testClasses().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("IT") && isAboutGuarantees(entry.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(named).containsAll(suites);
    }

    @Test
    void guaranteesAreNumberedInOrderAndCanBeLinked() throws IOException {
        List<String> numbers = guarantees().keySet().stream()
                .map(heading -> heading.substring(0, heading.indexOf('.')))
                .toList();
        String page = Repository.read(PAGE);

        for (int i = 0; i < numbers.size(); i++) {
            assertThat(numbers.get(i)).isEqualTo("G" + (i + 1));
            assertThat(page).contains("<a id=\"g" + (i + 1) + "\"></a>\n## G" + (i + 1) + ".");
        }
    }

    private static Map<String, String> guarantees() throws IOException {
        Map<String, String> sections = Repository.sections(PAGE, "##");
        sections.keySet().removeIf(heading -> !heading.matches("G\\d+\\. .*"));
        return sections;
    }

    private static Set<String> testsNamedIn(String text) {
        return TEST_CLASS
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isAboutGuarantees(Path test) {
        return test.toString().contains("/io/holdfast/guarantees/");
    }
}
