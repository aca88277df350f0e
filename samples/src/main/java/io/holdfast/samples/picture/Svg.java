// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.picture;

import java.util.Locale;

/** Collects SVG elements. Every text and attribute is escaped; numbers have one decimal. Not thread-safe. */
final class Svg {

    private final StringBuilder elements = new StringBuilder();

    /** Adds a rectangle; the tip is shown where the reader can hover. */
    void rect(double x, double y, double width, double height, double radius, String style, String tip) {
        open("rect", style)
                .append(at("x", x))
                .append(at("y", y))
                .append(at("width", Math.max(0, width)))
                .append(at("height", height))
                .append(at("rx", radius));
        if (tip.isEmpty()) {
            elements.append("/>\n");
        } else {
            elements.append("><title>").append(escape(tip)).append("</title></rect>\n");
        }
    }

    void rect(double x, double y, double width, double height, double radius, String style) {
        rect(x, y, width, height, radius, style, "");
    }

    void line(double x1, double y1, double x2, double y2, String style) {
        open("line", style)
                .append(at("x1", x1))
                .append(at("y1", y1))
                .append(at("x2", x2))
                .append(at("y2", y2))
                .append("/>\n");
    }

    void text(double x, double y, String style, String text) {
        open("text", style)
                .append(at("x", x))
                .append(at("y", y))
                .append('>')
                .append(escape(text))
                .append("</text>\n");
    }

    /** Adds a diamond around this point. */
    void diamond(double x, double y, double size, String style, String tip) {
        open("path", style)
                .append(" d=\"M")
                .append(number(x))
                .append(' ')
                .append(number(y - size))
                .append("l")
                .append(number(size) + " " + number(size))
                .append("l")
                .append(number(-size) + " " + number(size))
                .append("l")
                .append(number(-size) + " " + number(-size))
                .append("z\"><title>")
                .append(escape(tip))
                .append("</title></path>\n");
    }

    /** Adds a tick or a cross, some twelve wide, drawn so that no font has to have it. */
    void sign(double x, double y, boolean good, String style) {
        String path = good ? "l4 4l7 -9" : "m0 -5l9 9m0 -9l-9 9";
        open("path", style).append(" d=\"M" + number(x) + " " + number(y) + path + "\"/>\n");
    }

    /** Returns a complete file. */
    String file(double width, double height, String title, String description, String definitions) {
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$s %2$s" width="%1$s" height="%2$s" role="img">
                <title>%3$s</title>
                <desc>%4$s</desc>
                %5$s%6$s</svg>
                """.formatted(number(width), number(height), escape(title), escape(description), definitions, elements);
    }

    private StringBuilder open(String element, String style) {
        return elements.append('<')
                .append(element)
                .append(" class=\"")
                .append(escape(style))
                .append('"');
    }

    private static String at(String name, double value) {
        return " " + name + "=\"" + number(value) + "\"";
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
