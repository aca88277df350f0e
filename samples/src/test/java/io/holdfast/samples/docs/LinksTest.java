// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LinksTest {
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]*)(?:#([^)]*))?\\)");
    private static final Pattern ANCHOR = Pattern.compile("<a id=\"([^\"]+)\"></a>");
    private static final Pattern DECISION = Pattern.compile("docs/adr/[\\w-]+\\.md");

    static Stream<Path> pages() throws IOException {
        return Repository.files(".", ".md");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkToAPageOfOursLeadsSomewhere(Path page) throws IOException {
        List<String> broken = new ArrayList<>();
        for (MatchResult link :
                LINK.matcher(Repository.read(page.toString())).results().toList()) {
            Path target = link.group(1).isEmpty()
                    ? page
                    : page.resolveSibling(link.group(1)).normalize();
            if (!Files.exists(Repository.resolve(target))
                    || (link.group(2) != null && !anchors(target).contains(link.group(2)))) {
                broken.add(link.group());
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void everyDecisionThatTheCodeNamesIsThere() throws IOException {
        for (Path source : Stream.concat(
                        Repository.files("sdk/core/src/main", ".java"), Repository.files("recipes/src/main", ".java"))
                .toList()) {
            assertThat(DECISION.matcher(Repository.read(source.toString())).results())
                    .as("%s", source)
                    .allSatisfy(named -> assertThat(Repository.resolve(Path.of(named.group())))
                            .exists());
        }
    }

    private static Set<String> anchors(Path page) throws IOException {
        String text = Repository.read(page.toString());
        return Stream.concat(
                        ANCHOR.matcher(text).results().map(anchor -> anchor.group(1)),
                        text.lines().filter(line -> line.startsWith("#")).map(line -> line.replaceFirst("^#+ ", "")
                                .toLowerCase(Locale.ROOT)
                                .replaceAll("[^\\w\\- ]", "")
                                .replace(' ', '-')))
                .collect(Collectors.toSet());
    }
}
