package dev.tailrace.perf.svg;

import java.util.Collection;
import java.util.Collections;
import java.util.List;

/// Horizontal bars from 0: a bar to the middle value, the range as a line, and a dot for each value if
/// wanted.
public final class BarChart {
    private static final double ROW_HEIGHT = 21;
    private static final double FAULT_HEIGHT = 14;
    private static final double BAR_HEIGHT = 14;
    private static final double MAX_NAME_WIDTH = 150;
    private static final double MAX_TEXT_WIDTH = 190;
    private static final double GAP = 6;
    private static final double CAP = 3;
    private static final double HATCH = 6;

    private final double width;
    private final double nameWidth;

    /// Length of a value of 1.
    private final double unit;

    private final boolean dotted;

    private BarChart(final double width, final double nameWidth, final double unit, final boolean dotted) {
        this.width = width;
        this.nameWidth = nameWidth;
        this.dotted = dotted;
        this.unit = unit;
    }

    /// Charts with one scale and one width of names, so that they can be compared.
    ///
    /// @param all bars of all the charts
    /// @param dotted whether every value gets a dot
    public static BarChart comparing(final double width, final Collection<Bar> all, final boolean dotted) {
        final double names = all.stream().mapToDouble(BarChart::nameWidth).max().orElse(0);
        final double nameWidth = Math.min(names, MAX_NAME_WIDTH) + 1;
        final double room = width - nameWidth - 3 * GAP;
        final double unit = all.stream()
                .filter(bar -> largest(bar) > 0)
                .mapToDouble(bar -> (room - Math.min(textWidth(bar), MAX_TEXT_WIDTH)) / largest(bar))
                .min()
                .orElse(1);
        return new BarChart(width, nameWidth, unit, dotted);
    }

    private static double nameWidth(final Bar bar) {
        return TextWidth.of(bar.name(), nameStyle(bar));
    }

    private static double textWidth(final Bar bar) {
        if (bar.values().isEmpty()) {
            return 0;
        }
        final double warning = bar.warning().isEmpty() ? 0 : GAP + TextWidth.of(bar.warning(), TextStyle.NOTE);
        return TextWidth.of(bar.text(), valueStyle(bar)) + warning;
    }

    private static double largest(final Bar bar) {
        return bar.values().isEmpty() ? 0 : Collections.max(bar.values());
    }

    private static TextStyle nameStyle(final Bar bar) {
        return bar.tone().isStrong() ? TextStyle.NAME_STRONG : TextStyle.NAME;
    }

    private static TextStyle valueStyle(final Bar bar) {
        return bar.tone().isStrong() ? TextStyle.VALUE_STRONG : TextStyle.VALUE;
    }

    public Svg of(final List<Bar> bars, final String label) {
        final Svg svg =
                new Svg(width, bars.stream().mapToDouble(BarChart::height).sum(), label);
        double top = 0;
        for (final Bar bar : bars) {
            svg.open(bar.tooltip());
            append(svg, bar, top + ROW_HEIGHT / 2);
            svg.close();
            top += height(bar);
        }
        return svg;
    }

    private static double height(final Bar bar) {
        return ROW_HEIGHT + (bar.fault().isBlank() || bar.values().isEmpty() ? 0 : FAULT_HEIGHT);
    }

    private void append(final Svg svg, final Bar bar, final double middle) {
        final String name = TextWidth.fit(bar.name(), nameStyle(bar), nameWidth);
        final double start = nameWidth + GAP;
        final double room = width - start - GAP;
        if (bar.values().isEmpty()) {
            svg.text(nameStyle(bar), bar.tone(), nameWidth, middle, name);
            final String why = bar.fault().isBlank() ? bar.warning() : bar.fault();
            svg.text(TextStyle.NOTE, Tone.BAD, start + GAP, middle, TextWidth.fit(why, TextStyle.NOTE, room - GAP));
            return;
        }
        final double length = unit * bar.middle();
        if (bar.fault().isEmpty()) {
            svg.text(nameStyle(bar), bar.tone(), nameWidth, middle, name);
            svg.rect(bar.tone().styleClass(), start, middle - BAR_HEIGHT / 2, length, BAR_HEIGHT);
        } else {
            svg.struck(nameStyle(bar), bar.tone(), nameWidth, middle, name);
            svg.path("hatch", hatching(start, middle, length));
            appendFault(svg, bar, start, middle + (ROW_HEIGHT + FAULT_HEIGHT) / 2);
        }
        appendRange(svg, bar, start, middle);
        appendText(svg, bar, start, middle);
    }

    private void appendFault(final Svg svg, final Bar bar, final double start, final double below) {
        if (!bar.fault().isBlank()) {
            final String fault = TextWidth.fit(bar.fault(), TextStyle.NOTE, width - start - GAP);
            svg.text(TextStyle.NOTE, Tone.BAD, start, below, fault);
        }
    }

    private void appendRange(final Svg svg, final Bar bar, final double start, final double middle) {
        if (bar.values().size() < 2) {
            return;
        }
        final double from = start + unit * Collections.min(bar.values());
        final double to = start + unit * Collections.max(bar.values());
        svg.path(
                "w",
                "M%1$s %4$sv%5$sM%1$s %3$sH%2$sM%2$s %4$sv%5$s"
                        .formatted(
                                Xml.number(from),
                                Xml.number(to),
                                Xml.number(middle),
                                Xml.number(middle - CAP),
                                Xml.number(2 * CAP)));
        if (dotted) {
            svg.dots(
                    "d",
                    bar.values().stream()
                            .map(value -> new Point(start + unit * value, middle))
                            .toList());
        }
    }

    private void appendText(final Svg svg, final Bar bar, final double start, final double middle) {
        final double x = start + unit * largest(bar) + GAP;
        final double room = width - x;
        final String text = TextWidth.fit(bar.text(), valueStyle(bar), room);
        if (bar.fault().isEmpty()) {
            svg.text(valueStyle(bar), bar.tone(), x, middle, text);
        } else {
            svg.struck(valueStyle(bar), Tone.SOFT, x, middle, text);
        }
        final double used = TextWidth.of(text, valueStyle(bar)) + GAP;
        if (!bar.warning().isEmpty() && room > used) {
            final String warning = TextWidth.fit(bar.warning(), TextStyle.NOTE, room - used);
            svg.text(TextStyle.NOTE, Tone.BAD, x + used, middle, warning);
        }
    }

    /// The outline of a bar, and slanted lines in it.
    private static String hatching(final double start, final double middle, final double length) {
        final double top = middle - BAR_HEIGHT / 2;
        final double bottom = middle + BAR_HEIGHT / 2;
        final StringBuilder data = new StringBuilder("M%s %sh%sv%sh-%sz"
                .formatted(
                        Xml.number(start),
                        Xml.number(top),
                        Xml.number(length),
                        Xml.number(BAR_HEIGHT),
                        Xml.number(length)));
        for (double x = HATCH; x < length + BAR_HEIGHT; x += HATCH) {
            final double cutLeft = Math.max(0, x - BAR_HEIGHT);
            final double cutRight = Math.min(x, length);
            data.append("M%s %sL%s %s"
                    .formatted(
                            Xml.number(start + cutLeft),
                            Xml.number(Math.min(bottom, top + (x - cutLeft))),
                            Xml.number(start + cutRight),
                            Xml.number(top + (x - cutRight))));
        }
        return data.toString();
    }
}
