// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.screen;

import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/** Breaks a text into lines between words. */
public final class Wrap {

    private Wrap() {}

    /** Returns lines of at most this many characters; a longer word gets a line of its own. */
    public static List<String> lines(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        StringTokenizer words = new StringTokenizer(text);
        while (words.hasMoreTokens()) {
            String word = words.nextToken();
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
