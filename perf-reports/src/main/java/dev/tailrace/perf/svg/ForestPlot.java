package dev.tailrace.perf.svg;

import java.util.List;
import java.util.stream.DoubleStream;

/// Ratios with their intervals, one below the other, on one logarithmic axis, with a band around 1 that is
/// as good as 1.
public final class ForestPlot {
    private static final double ROW_HEIGHT = 18;
    private static final double HEADING_HEIGHT = 22;
    private static final double AXIS_HEIGHT = 24;
    private static final double TOP = 4;
    private static final double MAX_NAME_WIDTH = 176;
    private static final double MAX_TEXT_WIDTH = 250;
    private static final double MIN_PLOT_WIDTH = 140;
    private static final double GAP = 10;
    private static final double ARROW = 5;
    private static final double MARK = 4;

    private final double width;
    private final List<Estimate> rows;
    private final double band;
    private final double textLeft;
    private final double nameWidth;
    private final Scale scale;
    private final Ticks ticks;

    /// @param band as a fraction of 1, 0.05 for 5 %; 0 for none
    /// @param low end of the axis; what lies beyond gets an arrow
    /// @param ticks of ratios
    public ForestPlot(
            final double width,
            final List<Estimate> rows,
            final double band,
            final double low,
            final double high,
            final Ticks ticks) {
        this.width = width;
        this.rows = List.copyOf(rows);
        this.band = band;
        this.ticks = ticks;
        nameWidth = widest(
                rows.stream()
                        .filter(row -> !row.isHeading())
                        .mapToDouble(row -> TextWidth.of(row.name(), TextStyle.NAME)),
                MAX_NAME_WIDTH);
        textLeft = width
                - widest(
                        rows.stream().mapToDouble(row -> TextWidth.of(row.text(), TextStyle.VALUE)),
                        Math.min(MAX_TEXT_WIDTH, width - nameWidth - MIN_PLOT_WIDTH));
        scale = new Scale.Logarithmic(low, high, nameWidth + GAP, textLeft - GAP);
    }

    private static double widest(final DoubleStream widths, final double most) {
        return Math.min(most, widths.max().orElse(0)) + 1;
    }

    public Svg draw(final String label) {
        final double bottom =
                TOP + rows.stream().mapToDouble(ForestPlot::height).sum();
        final Svg svg = new Svg(width, bottom + AXIS_HEIGHT, label);
        if (band > 0) {
            final double left = scale.at(1 - band);
            svg.rect("band", left, TOP, scale.at(1 + band) - left, bottom - TOP);
        }
        Axis.bottom(svg, scale, ticks, TOP, bottom);
        if (scale.holds(1)) {
            svg.line("one", scale.at(1), TOP, scale.at(1), bottom);
        }
        double top = TOP;
        for (final Estimate row : rows) {
            append(svg, row, top);
            top += height(row);
        }
        return svg;
    }

    private static double height(final Estimate row) {
        return row.isHeading() ? HEADING_HEIGHT : ROW_HEIGHT;
    }

    private void append(final Svg svg, final Estimate row, final double top) {
        if (row.isHeading()) {
            final double middle = top + HEADING_HEIGHT / 2 + 2;
            final String name = TextWidth.fit(row.name(), TextStyle.HEADING, width);
            final double height = TextStyle.HEADING.size() + 2;
            svg.rect("ground", 0, middle - height / 2, TextWidth.of(name, TextStyle.HEADING), height);
            svg.text(TextStyle.HEADING, Tone.INK, 0, middle, name);
            return;
        }
        final double middle = top + ROW_HEIGHT / 2;
        svg.open(row.tooltip());
        final String name = TextWidth.fit(row.name(), TextStyle.NAME, nameWidth);
        final String text = TextWidth.fit(row.text(), TextStyle.VALUE, width - textLeft);
        svg.text(TextStyle.NAME, Tone.INK, nameWidth, middle, name);
        svg.text(TextStyle.VALUE, row.tone() == Tone.BAD ? Tone.BAD : Tone.INK, textLeft, middle, text);
        if (row.value() > 0) {
            appendInterval(svg, row, middle);
        }
        svg.close();
    }

    private void appendInterval(final Svg svg, final Estimate row, final double middle) {
        final String tone = row.tone().styleClass();
        if (row.hasInterval()) {
            svg.line("ci " + tone, scale.at(row.lower()), middle, scale.at(row.upper()), middle);
            if (row.lower() < scale.low()) {
                svg.path("ci " + tone, arrow(scale.at(scale.low()), middle, ARROW));
            }
            if (row.upper() > scale.high()) {
                svg.path("ci " + tone, arrow(scale.at(scale.high()), middle, -ARROW));
            }
        }
        if (!scale.holds(row.value())) {
            svg.path("ci " + tone, arrow(scale.at(row.value()), middle, row.value() < 1 ? ARROW : -ARROW));
        } else if (row.hasInterval()) {
            svg.dots("mark " + tone, List.of(new Point(scale.at(row.value()), middle)));
        } else {
            svg.path("hollow", diamond(scale.at(row.value()), middle));
        }
    }

    /// The point of an arrow at `x`; its tail lies `length` to the right.
    private static String arrow(final double x, final double middle, final double length) {
        return "M%s %sL%s %sL%s %s"
                .formatted(
                        Xml.number(x + length),
                        Xml.number(middle - ARROW),
                        Xml.number(x),
                        Xml.number(middle),
                        Xml.number(x + length),
                        Xml.number(middle + ARROW));
    }

    private static String diamond(final double x, final double middle) {
        return "M%s %sl%3$s -%3$sl%3$s %3$sl-%3$s %3$sz"
                .formatted(Xml.number(x - MARK), Xml.number(middle), Xml.number(MARK));
    }
}
