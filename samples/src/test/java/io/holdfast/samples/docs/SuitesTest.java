// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Each suite is run by one of the two commands. Which one, its package says: see the patterns in the POM of
 * {@code integration-tests/suites}. A suite anywhere else would be run by none.
 */
class SuitesTest {

    private static final String SUITES = "integration-tests/suites/pom.xml";

    @Test
    void everySuiteIsInAModuleThatRunsSuites() throws IOException {
        List<Path> suites = Repository.testClasses().entrySet().stream()
                .filter(entry -> entry.getKey().endsWith("IT"))
                .map(Map.Entry::getValue)
                .toList();

        assertThat(suites).hasSizeGreaterThan(50).allSatisfy(suite -> assertThat(
                        suite.startsWith("integration-tests/suites") || suite.startsWith("samples"))
                .as(suite.toString())
                .isTrue());
    }

    @Test
    void whatOneCommandIncludesTheOtherLeavesOut() throws IOException {
        String pom = Repository.read(SUITES);

        assertThat(pom)
                .contains("<suites.included>**/guarantees/**/*IT.java</suites.included>")
                .contains("<suites.included>**/*IT.java</suites.included>")
                .contains("<suites.excluded>**/guarantees/**,${suites.alone}</suites.excluded>")
                .contains("<include>${suites.alone}</include>");
    }
}
