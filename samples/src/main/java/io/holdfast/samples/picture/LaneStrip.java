// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.picture;

import io.holdfast.samples.history.ClaimSpan;
import io.holdfast.samples.history.HistoryLane;
import io.holdfast.samples.history.OwnerSpan;
import io.holdfast.samples.history.SessionSpan;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** One node's strip: above, who owned it on the servers; below, what its client said; on the right, how it ended. */
final class LaneStrip {

    static final double HEIGHT = 48;

    /** A false claim that is shorter is the delivery of the news, and too narrow to be seen anyway. */
    private static final Duration SHORTEST_FALSE_CLAIM = Duration.ofMillis(100);

    private static final double OWNER_Y = 4;
    private static final double OWNER_HEIGHT = 18;
    private static final double CLAIM_Y = 26;
    private static final double CLAIM_HEIGHT = 11;
    private static final double ROOM_FOR_WORDS = 64;

    private final Svg svg;
    private final Scale scale;
    private final HistoryLane lane;
    private final List<Long> cast;

    LaneStrip(Svg svg, Scale scale, HistoryLane lane) {
        this.svg = svg;
        this.scale = scale;
        this.lane = lane;
        this.cast = lane.cast();
    }

    void draw(double y) {
        svg.text(44, y + 22, "node", lane.node());
        svg.text(scale.left() - 8, y + OWNER_Y + 13, "row", "on the servers");
        svg.text(scale.left() - 8, y + CLAIM_Y + 9, "row", "it says");
        double width = scale.right() - scale.left();
        svg.rect(scale.left(), y + OWNER_Y, width, OWNER_HEIGHT, 3, "track");
        svg.rect(scale.left(), y + CLAIM_Y, width, CLAIM_HEIGHT, 3, "track");
        lane.owners().forEach(span -> drawOwner(span, y + OWNER_Y));
        lane.claims().forEach(span -> drawClaim(span, y + CLAIM_Y));
        lane.falseClaims().stream()
                .filter(claim -> claim.length().compareTo(SHORTEST_FALSE_CLAIM) > 0)
                .forEach(claim -> bar(
                        claim.from(),
                        claim.to(),
                        y + CLAIM_Y,
                        CLAIM_HEIGHT,
                        "false",
                        "says registered, and is not: " + seconds(claim.from()) + " to " + seconds(claim.to())));
        lane.sessions().stream()
                .filter(session -> session.to() < scale.to())
                .forEach(session -> drawEnd(session, y + CLAIM_Y + CLAIM_HEIGHT / 2));
        drawOutcome(y);
    }

    private void drawOwner(OwnerSpan span, double y) {
        int ordinal = cast.indexOf(span.owner());
        long givenUp = lane.sessions().stream()
                .filter(session -> session.session() == span.owner())
                .mapToLong(SessionSpan::to)
                .max()
                .orElse(span.from());
        long turn = Math.min(span.to(), Math.max(span.from(), givenUp));
        String owner = "session 0x" + Long.toHexString(span.owner());
        String tip = "owned by " + owner + " from " + seconds(span.from()) + " to " + seconds(span.to());
        bar(span.from(), turn, y, OWNER_HEIGHT, Style.owned(ordinal), tip);
        bar(turn, span.to(), y, OWNER_HEIGHT, Style.abandoned(ordinal), tip + ", given up by its client");
        label(span.from(), turn, y, "in", "session " + (ordinal + 1));
        label(turn, span.to(), y, "over", turn > span.from() ? "given up" : "orphan");
    }

    private void label(long from, long to, double y, String style, String text) {
        if (scale.x(to) - scale.x(from) > ROOM_FOR_WORDS) {
            svg.text(scale.x(from) + 7, y + 13, style, text);
        }
    }

    private void drawClaim(ClaimSpan span, double y) {
        String tip = "says " + span.claim().words() + ": " + seconds(span.from()) + " to " + seconds(span.to());
        String style =
                switch (span.claim().kind()) {
                    case REGISTERED -> "true";
                    case IN_DOUBT -> "doubt";
                    case NOT_REGISTERED -> "track";
                };
        bar(span.from(), span.to(), y, CLAIM_HEIGHT, style, tip);
    }

    private void drawEnd(SessionSpan session, double y) {
        svg.diamond(
                scale.x(session.to()),
                y,
                6,
                "end",
                "gives up session 0x" + Long.toHexString(session.session()) + " at " + seconds(session.to()));
    }

    private void drawOutcome(double y) {
        double x = scale.right() + 14;
        boolean good = lane.isRegisteredAt(scale.to());
        boolean believed = lane.isOnlyBelievedAt(scale.to());
        svg.sign(x, y + 17, good, good ? "goodsign" : "badsign");
        svg.text(
                x + 20,
                y + 19,
                good ? "good" : "bad",
                good ? "registered" : believed ? "gone, still believed" : "not registered");
        String note = lane.strays().stream()
                .map(stray -> String.format(
                        Locale.ROOT,
                        "orphan for %.1f s",
                        scale.secondsInto(stray.to()) - scale.secondsInto(stray.from())))
                .findFirst()
                .orElseGet(() -> good || !believed
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                "for %.1f s",
                                lane.longestFalseClaim().toMillis() / 1000.0));
        svg.text(x + 20, y + 35, "small", note);
    }

    private void bar(long from, long to, double y, double height, String style, String tip) {
        if (to > from && to > scale.from()) {
            double x = scale.x(from);
            svg.rect(x, y, Math.max(1, scale.x(to) - x), height, 2, style, tip);
        }
    }

    private String seconds(long at) {
        return String.format(Locale.ROOT, "%.1f s", scale.secondsInto(at));
    }
}
