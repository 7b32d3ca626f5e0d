package dev.tailrace.perf.svg;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Lines over two axes, each with its name at its right end.
public final class LineChart {
    private static final double WIDTH = Svg.COLUMN_WIDTH;
    private static final double HEIGHT = 230;
    private static final double TOP = 22;
    private static final double AXIS_HEIGHT = 36;
    private static final double MAX_NAME_WIDTH = 140;
    private static final double LEAD = 16;
    private static final double GAP = 4;
    private static final double NAME_HEIGHT = 14;

    private final List<Line> lines;
    private final String xTitle;
    private final String yTitle;
    private final Ticks xTicks;
    private final Ticks yTicks;
    private final Scale x;
    private final Scale y;
    private final double right;
    private final double bottom;

    /// What scales are made of, before it is known where they are.
    public interface Axes {
        Scale x(double from, double to);

        Scale y(double from, double to);
    }

    public LineChart(
            final List<Line> lines,
            final Axes axes,
            final Ticks xTicks,
            final String xTitle,
            final Ticks yTicks,
            final String yTitle) {
        this.lines = List.copyOf(lines);
        this.xTitle = xTitle;
        this.yTitle = yTitle;
        this.xTicks = xTicks;
        this.yTicks = yTicks;
        final double names = lines.stream()
                .mapToDouble(line -> TextWidth.of(line.name(), style(line)))
                .max()
                .orElse(0);
        right = WIDTH - Math.min(MAX_NAME_WIDTH, names) - LEAD - GAP;
        bottom = TOP + Math.max(HEIGHT, NAME_HEIGHT * lines.size());
        x = axes.x(Axis.leftWidth(yTicks) + GAP, right);
        y = axes.y(bottom, TOP);
    }

    private static TextStyle style(final Line line) {
        return line.tone().isStrong() ? TextStyle.VALUE_STRONG : TextStyle.VALUE;
    }

    public Svg draw(final String label) {
        final Svg svg = new Svg(WIDTH, bottom + AXIS_HEIGHT, label);
        final double left = x.at(x.low());
        svg.text(TextStyle.NOTE, Tone.SOFT, 0, TextStyle.NOTE.size() / 2, yTitle);
        Axis.left(svg, y, yTicks, left, right);
        Axis.bottom(svg, x, xTicks, TOP, bottom);
        svg.text(TextStyle.TICK, Tone.SOFT, (left + right) / 2, bottom + AXIS_HEIGHT - GAP - GAP, xTitle);
        for (final Line line : lines.reversed()) {
            append(svg, line);
        }
        appendNames(svg);
        return svg;
    }

    private void append(final Svg svg, final Line line) {
        final List<Point> points = line.points().stream()
                .map(point -> new Point(x.at(point.x()), y.at(point.y())))
                .toList();
        final StringBuilder data = new StringBuilder();
        for (final Point point : points) {
            data.append(data.isEmpty() ? "M" : "L")
                    .append(Xml.number(point.x()))
                    .append(' ');
            data.append(Xml.number(point.y()));
        }
        final int dash = line.dash() % Line.DASHES;
        final String tone = line.tone().styleClass();
        svg.open(line.tooltip());
        svg.path("line " + tone + (dash == 0 ? "" : " dash" + dash), data.toString());
        if (line.marked()) {
            svg.dots("mark " + tone, points);
        }
        svg.close();
    }

    /// From top to bottom in the order of the lines' ends, moved apart where they would touch.
    private void appendNames(final Svg svg) {
        final List<Line> ordered = lines.stream()
                .sorted(Comparator.comparingDouble(line -> end(line).y()))
                .toList();
        final List<Double> places =
                spread(ordered.stream().map(line -> end(line).y()).toList(), NAME_HEIGHT, TOP, bottom);
        for (int i = 0; i < ordered.size(); i++) {
            final Line line = ordered.get(i);
            final Point end = end(line);
            final double textLeft = right + LEAD;
            final String name = TextWidth.fit(line.name(), style(line), WIDTH - textLeft);
            svg.line("lead", end.x() + GAP, end.y(), textLeft - 2, places.get(i));
            svg.text(style(line), line.tone(), textLeft, places.get(i), name);
        }
    }

    private Point end(final Line line) {
        final Point last = line.points().getLast();
        return new Point(x.at(last.x()), y.at(last.y()));
    }

    /// Places as near to the wanted ones as can be while they are `distance` apart and, if there is
    /// room, from `low` to `high`.
    ///
    /// @param wanted from small to large
    static List<Double> spread(final List<Double> wanted, final double distance, final double low, final double high) {
        final List<Double> places = new ArrayList<>(wanted);
        for (int i = 0; i < places.size(); i++) {
            final double least = i == 0 ? low : places.get(i - 1) + distance;
            places.set(i, Math.max(places.get(i), least));
        }
        for (int i = places.size() - 1; i >= 0; i--) {
            final double most = i == places.size() - 1 ? high : places.get(i + 1) - distance;
            places.set(i, Math.min(places.get(i), most));
        }
        return places;
    }
}
