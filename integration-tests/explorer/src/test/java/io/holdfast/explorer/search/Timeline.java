// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.search;

import java.util.ArrayList;
import java.util.List;

/** What happened, one line each, with a column for whoever did it. */
public final class Timeline {

    private static final int WIDTH = 24;

    private record Line(int step, String who, String what) {}

    private final List<String> columns;
    private final List<Line> lines = new ArrayList<>();
    private String start = "";
    private int step;

    /** Those named get a column if they do anything. */
    public Timeline(List<String> columns) {
        this.columns = columns;
    }

    /** What happened so far is told in one sentence. */
    public void begins(String how) {
        lines.clear();
        start = how;
    }

    /** The next step begins. */
    public void step(String chosen) {
        step++;
        lines.add(new Line(step, "", chosen));
    }

    /** Somebody does something, in the step at hand. */
    public void accept(String who, String what) {
        lines.add(new Line(0, who, what));
    }

    /** It ends like this. */
    public void ends(String how) {
        lines.add(new Line(0, "", how));
    }

    @Override
    public String toString() {
        List<String> used = columns.stream()
                .filter(column -> lines.stream().anyMatch(line -> line.who().equals(column)))
                .toList();
        StringBuilder text = new StringBuilder("      ");
        used.forEach(column -> text.append(String.format("%-" + WIDTH + "s", column)));
        while (text.charAt(text.length() - 1) == ' ') {
            text.setLength(text.length() - 1);
        }
        text.append(String.format("%n   0  -- %s", start));
        for (Line line : lines) {
            if (line.who().isEmpty()) {
                String number = line.step() == 0 ? "  =>" : String.format("%4d", line.step());
                text.append(String.format("%n%s  -- %s", number, line.what()));
            } else {
                text.append(String.format("%n      %s%s", " ".repeat(WIDTH * used.indexOf(line.who())), line.what()));
            }
        }
        return text.toString();
    }
}
