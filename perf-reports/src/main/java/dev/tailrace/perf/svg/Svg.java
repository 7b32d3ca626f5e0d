package dev.tailrace.perf.svg;

import java.util.List;

/// Writes one picture. Colours and fonts come from [ChartStyle]; all coordinates are in units of the
/// picture, y downwards.
public final class Svg {
    /// Of a chart that stands in a column of a page.
    public static final int COLUMN_WIDTH = 480;

    private static final String NAMESPACE = " xmlns=\"http://www.w3.org/2000/svg\"";

    private final StringBuilder content = new StringBuilder();
    private final double width;
    private final double height;
    private final String label;

    /// @param label what a screen reader says instead of the picture
    public Svg(final double width, final double height, final String label) {
        this.width = width;
        this.height = height;
        this.label = label;
    }

    /// Starts a group that shows `tooltip` under the pointer, if it is not empty; [#close] ends it.
    public Svg open(final String tooltip) {
        content.append("<g>");
        if (!tooltip.isEmpty()) {
            content.append("<title>").append(Xml.escape(tooltip)).append("</title>");
        }
        return this;
    }

    public Svg close() {
        content.append("</g>\n");
        return this;
    }

    /// The letters stand around `middle`.
    public Svg text(final TextStyle style, final Tone tone, final double x, final double middle, final String text) {
        return text(style, tone, "", x, middle, text);
    }

    /// The text with a line through it.
    public Svg struck(final TextStyle style, final Tone tone, final double x, final double middle, final String text) {
        return text(style, tone, " gone", x, middle, text);
    }

    private Svg text(
            final TextStyle style,
            final Tone tone,
            final String more,
            final double x,
            final double middle,
            final String text) {
        final String colour = tone == Tone.INK ? "" : " " + tone.styleClass();
        content.append("<text class=\"%s%s%s\" x=\"%s\" y=\"%s\">%s</text>"
                .formatted(
                        style.styleClass(),
                        colour,
                        more,
                        Xml.number(x),
                        Xml.number(style.baseline(middle)),
                        Xml.escape(text)));
        return this;
    }

    public Svg rect(final String styleClass, final double x, final double y, final double wide, final double high) {
        content.append("<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>"
                .formatted(styleClass, Xml.number(x), Xml.number(y), Xml.number(wide), Xml.number(high)));
        return this;
    }

    public Svg path(final String styleClass, final String data) {
        content.append("<path class=\"%s\" d=\"%s\"/>".formatted(styleClass, data));
        return this;
    }

    public Svg line(final String styleClass, final double x1, final double y1, final double x2, final double y2) {
        return path(
                styleClass, "M%s %sL%s %s".formatted(Xml.number(x1), Xml.number(y1), Xml.number(x2), Xml.number(y2)));
    }

    /// A dot at each point; their size is that of the stroke of their class.
    public Svg dots(final String styleClass, final List<Point> points) {
        final StringBuilder data = new StringBuilder();
        double lastX = 0;
        double lastY = 0;
        for (final Point point : points) {
            final double x = Xml.rounded(point.x());
            final double y = Xml.rounded(point.y());
            data.append(data.isEmpty() ? 'M' : 'm')
                    .append(Xml.number(x - lastX))
                    .append(' ');
            data.append(Xml.number(y - lastY)).append("h0");
            lastX = x;
            lastY = y;
        }
        return path(styleClass, data.toString());
    }

    /// Something drawn by others, moved.
    public Svg inside(final double x, final double y, final Svg other) {
        content.append("<g transform=\"translate(%s %s)\">\n".formatted(Xml.number(x), Xml.number(y)));
        content.append(other.content).append("</g>\n");
        return this;
    }

    public double height() {
        return height;
    }

    /// For a page that has [ChartStyle#page] in its style sheet.
    public String inline() {
        return "<svg %s>\n%s</svg>\n".formatted(frame(), content);
    }

    /// A file of its own, with its colours for light and dark.
    public String standalone() {
        return "<svg%s width=\"%s\" height=\"%s\" %s>\n<style>\n%s</style>\n%s</svg>\n"
                .formatted(NAMESPACE, Xml.number(width), Xml.number(height), frame(), ChartStyle.standalone(), content);
    }

    private String frame() {
        return "viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\""
                .formatted(Xml.number(width), Xml.number(height), Xml.escape(label));
    }
}
