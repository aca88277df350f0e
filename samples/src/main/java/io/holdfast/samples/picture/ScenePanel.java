// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.picture;

import io.holdfast.samples.history.HistoryLane;
import io.holdfast.samples.history.Party;
import io.holdfast.samples.history.SceneFinding;
import io.holdfast.samples.history.SceneRecord;
import io.holdfast.samples.screen.Wrap;
import java.util.List;

/** One scene: its story, its lanes under one time axis, and what was found. */
final class ScenePanel {

    private static final double LINE = 19;
    private static final double PARTY = 24;
    private static final int TICK_SECONDS = 2;
    private static final int LINE_LENGTH = 180;

    private final SceneRecord scene;
    private final int number;
    private final Svg svg;
    private final double width;
    private final List<String> story;
    private final Scale scale;
    private final Events events;

    ScenePanel(Svg svg, double width, SceneRecord scene, int number) {
        this.svg = svg;
        this.width = width;
        this.scene = scene;
        this.number = number;
        this.story = Wrap.lines(scene.story(), LINE_LENGTH);
        this.scale = new Scale(scene.from(), scene.to(), 220, width - 220);
        this.events = new Events(svg, scale, scene.events());
    }

    double height() {
        return 56
                + LINE * story.size()
                + events.height()
                + 2 * PARTY
                + LaneStrip.HEIGHT * scene.lanes().size()
                + 34
                + findingLines() * LINE
                + 22;
    }

    void draw(double top) {
        svg.rect(24, top, width - 48, height() - 6, 10, "card");
        double y = top + 34;
        svg.text(44, y, "h2", number + ". " + scene.title());
        for (String line : story) {
            y += LINE;
            svg.text(44, y + 4, "story", line);
        }
        double lanesTop = y + 22 + events.height();
        double lanesBottom =
                lanesTop + 2 * PARTY + LaneStrip.HEIGHT * scene.lanes().size();
        drawAxis(lanesTop, lanesBottom);
        events.drawShades(lanesTop, lanesBottom);
        y = lanesTop;
        for (Party party : Party.values()) {
            svg.text(44, y + 17, "party", party == Party.ORDINARY ? "ORDINARY CLIENT" : "HOLDFAST");
            y += PARTY;
            for (HistoryLane lane : scene.lanesOf(party)) {
                new LaneStrip(svg, scale, lane).draw(y);
                y += LaneStrip.HEIGHT;
            }
        }
        events.drawLines(lanesTop, lanesBottom);
        drawFindings(y + 44);
    }

    private void drawAxis(double top, double bottom) {
        for (long second = 0; second <= scale.lengthSeconds(); second += TICK_SECONDS) {
            double x = scale.x(scale.at(second));
            svg.line(x, top, x, bottom, "grid");
            svg.text(x, bottom + 15, "axis", Long.toString(second));
        }
        svg.text(scale.right() + 34, bottom + 15, "axis", "seconds");
    }

    private void drawFindings(double top) {
        double y = top;
        for (SceneFinding finding : scene.findings()) {
            svg.sign(46, y - 4, !finding.isHurt(), finding.isHurt() ? "badsign" : "goodsign");
            for (String line : sentence(finding)) {
                svg.text(66, y, finding.isHurt() ? "bad" : "good", line);
                y += LINE;
            }
        }
    }

    private int findingLines() {
        return scene.findings().stream()
                .mapToInt(finding -> sentence(finding).size())
                .sum();
    }

    private static List<String> sentence(SceneFinding finding) {
        return Wrap.lines(
                (finding.party() == Party.ORDINARY ? "Ordinary client: " : "Holdfast: ") + finding.words() + ".",
                LINE_LENGTH);
    }
}
