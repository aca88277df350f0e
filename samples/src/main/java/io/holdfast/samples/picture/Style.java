// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.picture;

/** The colours and fonts of the picture, all inside the file. */
final class Style {

    /** How many colours there are for the sessions of one client; more sessions begin again with the first. */
    static final int SESSIONS = 4;

    private static final String[] COLOURS = {"#3f72af", "#e0892b", "#7a5ba6", "#1f9e94"};

    private Style() {}

    /** Returns the class of a node owned by the client's n-th session, counted from 0. */
    static String owned(int session) {
        return "s" + session % SESSIONS;
    }

    /** Returns the class of the same after the client has given that session up. */
    static String abandoned(int session) {
        return "a" + session % SESSIONS;
    }

    static String definitions() {
        StringBuilder css = new StringBuilder("""
                <style>
                text { font-family: Inter, "Segoe UI", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; fill: #1f2933; font-size: 13px; }
                .page { fill: #f6f7f9; } .card { fill: #ffffff; stroke: #dfe3e8; }
                .h1 { font-size: 25px; font-weight: 700; } .h2 { font-size: 18px; font-weight: 700; }
                .story { fill: #52606d; font-size: 13.5px; } .small { fill: #616e7c; font-size: 11.5px; }
                .node { font-weight: 600; font-size: 13px; } .row { fill: #7b8794; font-size: 10.5px; text-anchor: end; }
                .party { font-weight: 700; font-size: 12.5px; letter-spacing: .4px; }
                .in { fill: #ffffff; font-size: 11px; font-weight: 600; } .over { fill: #1f2933; font-size: 11px; font-weight: 600; paint-order: stroke; stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; }
                .track { fill: #edf0f3; } .grid { stroke: #e3e7ec; } .axis { fill: #7b8794; font-size: 11px; text-anchor: middle; }
                .band0 { fill: #ffb74d; fill-opacity: .22; } .band1 { fill: #90a4ae; fill-opacity: .22; }
                .chip { font-size: 12px; font-weight: 600; fill: #5d4037; }
                .moment { stroke: #37474f; stroke-dasharray: 4 3; stroke-width: 1.4; stroke-opacity: .7; }
                .true { fill: #2f9e5f; } .doubt { fill: #cfe3b4; } .false { fill: url(#false); stroke: #c62f3c; }
                .end { fill: #1f2933; stroke: #ffffff; stroke-width: 1.2; }
                .good { fill: #1d7a46; font-weight: 600; } .bad { fill: #b3202e; font-weight: 600; } .quiet { fill: #616e7c; }
                .goodsign { stroke: #1d7a46; stroke-width: 2.6; fill: none; stroke-linecap: round; stroke-linejoin: round; }
                .badsign { stroke: #b3202e; stroke-width: 2.6; fill: none; stroke-linecap: round; }
                .goodbox { fill: #e6f5ec; stroke: #8cceaa; } .badbox { fill: #fdeaec; stroke: #e6a0a7; }
                """);
        StringBuilder patterns = new StringBuilder("<defs>\n").append(stripes("false", "#fbd5d9", "#d6404d"));
        for (int i = 0; i < SESSIONS; i++) {
            css.append(
                    ".s%1$d { fill: %2$s; } .a%1$d { fill: url(#over%1$d); stroke: %2$s; }%n".formatted(i, COLOURS[i]));
            patterns.append(stripes("over" + i, "#ffffff", COLOURS[i]));
        }
        return css.append("</style>\n") + patterns.append("</defs>\n").toString();
    }

    private static String stripes(String id, String ground, String stripe) {
        return """
                <pattern id="%s" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">\
                <rect width="7" height="7" fill="%s"/><rect width="2.4" height="7" fill="%s"/></pattern>
                """.formatted(id, ground, stripe);
    }
}
