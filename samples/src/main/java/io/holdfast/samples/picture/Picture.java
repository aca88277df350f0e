// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.picture;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.samples.history.Party;
import io.holdfast.samples.history.SceneRecord;
import java.util.ArrayList;
import java.util.List;

/** The timeline of a show as one SVG file that refers to nothing outside itself. */
public final class Picture {

    private static final double WIDTH = 1320;
    private static final double HEAD = 150;
    private static final double FOOT = 84;

    private final String servers;
    private final List<SceneRecord> scenes;
    private final String verdict;

    /**
     * @param servers what it was played on
     * @param verdict the sum of it, in a sentence
     */
    public Picture(String servers, List<SceneRecord> scenes, String verdict) {
        this.servers = servers;
        this.scenes = List.copyOf(scenes);
        this.verdict = verdict;
    }

    /** Returns the file's content. */
    public String toSvg() {
        List<ScenePanel> panels = new ArrayList<>();
        Svg svg = new Svg();
        scenes.forEach(scene -> panels.add(new ScenePanel(svg, WIDTH, scene, panels.size() + 1)));
        double height = HEAD + panels.stream().mapToDouble(ScenePanel::height).sum() + FOOT;
        svg.rect(0, 0, WIDTH, height, 0, "page");
        svg.text(32, 48, "h1", "Two failures of ephemeral nodes: an ordinary client and Holdfast, side by side");
        svg.text(
                32,
                74,
                "story",
                "Played on " + servers + ". Owners as an independent observer saw them at every server.");
        drawLegend(svg, 32, 112);
        double y = HEAD;
        for (ScenePanel panel : panels) {
            panel.draw(y);
            y += panel.height();
        }
        boolean good = scenes.stream().noneMatch(scene -> scene.isHurt(Party.HOLDFAST));
        svg.rect(24, y + 4, WIDTH - 48, 52, 10, good ? "goodbox" : "badbox");
        svg.text(46, y + 36, good ? "h2 good" : "h2 bad", verdict);
        return svg.file(WIDTH, height, "Two failures of ephemeral nodes", verdict, Style.definitions());
    }

    private static void drawLegend(Svg svg, double left, double y) {
        double x = left;
        svg.text(x, y, "party", "ON THE SERVERS");
        x += 128;
        x = swatch(svg, x, y, Style.owned(0), "owned by the client's session");
        x = swatch(svg, x, y, Style.abandoned(0), "owned by a session its client has given up or never knew");
        swatch(svg, x, y, "track", "no node");
        svg.text(left, y + 24, "party", "THE CLIENT SAYS");
        x = left + 128;
        x = swatch(svg, x, y + 24, "true", "registered, and is");
        x = swatch(svg, x, y + 24, "false", "registered, and is not");
        x = swatch(svg, x, y + 24, "doubt", "in doubt");
        x = swatch(svg, x, y + 24, "track", "not registered");
        svg.diamond(x + 8, y + 20, 6, "end", "");
        svg.text(x + 24, y + 24, "small", "gives its session up: expired, or not confirmed in time");
    }

    /** Draws one entry of the legend; returns where the next one begins. */
    @CanIgnoreReturnValue
    private static double swatch(Svg svg, double x, double y, String style, String text) {
        svg.rect(x, y - 11, 24, 14, 2, style);
        svg.text(x + 32, y, "small", text);
        return x + 32 + text.length() * 5.5 + 20;
    }
}
