// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A bug in the track record can be looked for again with the command beside it. */
class TrackRecordTest {

    private static final Pattern NAMED = Pattern.compile("-D(?:it\\.)?test='?([\\w,#]+)");

    @Test
    void everyTestThatACommandNamesExists() throws IOException {
        Set<String> named = NAMED.matcher(Repository.read("integration-tests/README.md"))
                .results()
                .flatMap((MatchResult match) -> Stream.of(match.group(1).split(",")))
                .map(name -> name.replaceAll("#.*", ""))
                .filter(name -> name.endsWith("IT") || name.endsWith("Test"))
                .filter(name -> !name.equals("NameIT"))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(named)
                .hasSizeGreaterThan(10)
                .isSubsetOf(Repository.testClasses().keySet());
    }
}
