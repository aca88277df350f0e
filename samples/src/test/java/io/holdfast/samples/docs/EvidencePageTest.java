// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page that says what shows each guarantee is complete, and names nothing that is not there. */
class EvidencePageTest {
    private static final String PAGE = "docs/evidence.md";
    private static final Pattern GUARANTEE = Pattern.compile("(?m)^\\| \\[(G\\d+)\\]\\(guarantees\\.md#g\\d+\\)");
    private static final Pattern TEST_CLASS = Pattern.compile("`([A-Z]\\w*(?:IT|Test))`");

    @Test
    void everyGuaranteeHasItsRow() throws IOException {
        List<String> guarantees = new ArrayList<>();
        for (String heading : Repository.sections("docs/guarantees.md", "##").keySet()) {
            if (heading.matches("G\\d+\\. .*")) {
                guarantees.add(heading.substring(0, heading.indexOf('.')));
            }
        }

        assertThat(found(GUARANTEE)).containsExactlyElementsOf(guarantees);
    }

    @Test
    void everyTestThatItNamesExists() throws IOException {
        Set<String> named = new TreeSet<>(found(TEST_CLASS));

        assertThat(named).isNotEmpty();
        assertThat(Repository.testClasses().keySet()).containsAll(named);
    }

    private static List<String> found(Pattern pattern) throws IOException {
        return pattern.matcher(Repository.read(PAGE))
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toList());
    }
}
