// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.picture;

import io.holdfast.samples.history.Event;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What was done to the servers and the network: shades over all lanes, lines through them, and their labels above. */
final class Events {

    private static final double ROW = 18;

    /** A moment as close to the edge of a shade is what began or ended it, and needs no line of its own. */
    private static final long EDGE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    private static final double CHARACTER = 7;

    private final Svg svg;
    private final Scale scale;
    private final List<Event> events;
    private final int[] rows;

    Events(Svg svg, Scale scale, List<Event> events) {
        this.svg = svg;
        this.scale = scale;
        this.events = events.stream()
                .filter(event -> !event.isMoment() || events.stream().noneMatch(other -> isEdge(event, other)))
                .sorted((a, b) -> Long.compare(a.from(), b.from()))
                .toList();
        this.rows = assignRows();
    }

    /** Returns the height the labels need above the lanes. */
    double height() {
        return ROW * (Arrays.stream(rows).max().orElse(0) + 1) + 6;
    }

    /** Draws the shades from the labels down to the bottom. */
    void drawShades(double top, double bottom) {
        int shade = 0;
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            if (!event.isMoment()) {
                double x = scale.x(event.from());
                double y = labelY(top, i) - 14;
                svg.rect(x, y, scale.x(event.to()) - x, bottom - y, 0, "band" + shade % 2);
                shade++;
            }
        }
    }

    /** Draws the lines and the labels. */
    void drawLines(double top, double bottom) {
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            double x = scale.x(event.from());
            double y = labelY(top, i);
            if (event.isMoment()) {
                svg.line(x, y + 4, x, bottom, "moment");
            }
            svg.text(x + 5, y, "chip", event.text());
        }
    }

    private double labelY(double top, int event) {
        return top - 7 - ROW * rows[event];
    }

    /**
     * Gives each label the lowest row in which nothing is in its way. Moments choose first, as their lines would cross what is
     * below them.
     */
    private int[] assignRows() {
        int[] assigned = new int[events.size()];
        List<List<Event>> taken = new ArrayList<>();
        for (boolean moments : new boolean[] {true, false}) {
            for (int i = 0; i < events.size(); i++) {
                Event event = events.get(i);
                if (event.isMoment() == moments) {
                    int row = 0;
                    while (row < taken.size() && taken.get(row).stream().anyMatch(other -> collide(event, other))) {
                        row++;
                    }
                    if (row == taken.size()) {
                        taken.add(new ArrayList<>());
                    }
                    taken.get(row).add(event);
                    assigned[i] = row;
                }
            }
        }
        return assigned;
    }

    private boolean collide(Event a, Event b) {
        return scale.x(a.from()) < labelEnd(b) && scale.x(b.from()) < labelEnd(a);
    }

    private double labelEnd(Event event) {
        return scale.x(event.from()) + event.text().length() * CHARACTER + 12;
    }

    private static boolean isEdge(Event moment, Event other) {
        return !other.isMoment()
                && (Math.abs(moment.from() - other.from()) < EDGE_NANOS
                        || Math.abs(moment.from() - other.to()) < EDGE_NANOS);
    }
}
