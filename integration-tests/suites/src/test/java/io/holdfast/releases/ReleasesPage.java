// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The part of a page that this run makes: it must say what was found, but for the times. */
final class ReleasesPage {

    /** The system property that has the page written instead of compared. */
    static final String WRITE_PROPERTY = "holdfast.releases.write";

    private static final Path REPORT = Path.of("target", "releases.md");
    private static final String PAGE = "docs/evidence/releases.md";
    private static final String BEGIN = "<!-- tables: begin -->";
    private static final String END = "<!-- tables: end -->";
    private static final Pattern TIME = Pattern.compile("\\d+\\.\\d\\d s");

    private ReleasesPage() {}

    /** Compares, or writes, the tables. A run of some releases only is no ground to judge the page. */
    static void judge(String tables, boolean isWhole) throws IOException {
        Files.createDirectories(REPORT.getParent());
        Files.writeString(REPORT, tables + "\n");
        if (!isWhole) {
            return;
        }
        String page = Pages.read(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        assertThat(end).as("the markers of " + PAGE).isGreaterThanOrEqualTo(begin);
        if (Boolean.getBoolean(WRITE_PROPERTY)) {
            Pages.write(PAGE, page.substring(0, begin) + "\n\n" + tables + "\n\n" + page.substring(end));
            return;
        }
        assertThat(withoutTimes(page.substring(begin, end).strip()))
                .as(PAGE + " must say what this run found; -D" + WRITE_PROPERTY + "=true has it written")
                .isEqualTo(withoutTimes(tables));
    }

    private static String withoutTimes(String text) {
        return TIME.matcher(text).replaceAll("(time)");
    }
}
