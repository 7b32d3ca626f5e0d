package dev.tailrace.perf.report;

import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Direction;
import dev.tailrace.perf.matrix.Protocol;
import dev.tailrace.perf.matrix.TrafficPath;
import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.svg.Line;
import dev.tailrace.perf.svg.LineChart;
import dev.tailrace.perf.svg.Point;
import dev.tailrace.perf.svg.Scale;
import dev.tailrace.perf.svg.Ticks;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Throughput over the MTU.
final class LineSection {
    private static final int TICKS = 5;
    private static final double MARGIN = 1.08;

    private final RunView view;

    /// Cells that differ in nothing but the MTU.
    private record Series(Protocol protocol, TrafficPath path, Direction direction, int streams, int lengthBytes) {
        static Series of(final Cell cell) {
            return new Series(cell.protocol(), cell.path(), cell.direction(), cell.streams(), cell.lengthBytes());
        }

        String title() {
            final String length = lengthBytes == 0 ? "" : ", %d bytes".formatted(lengthBytes);
            return "%s, %s, %s%s"
                    .formatted(Wording.protocol(protocol), path.title(), Wording.direction(direction, streams), length);
        }
    }

    LineSection(final RunView view) {
        this.view = view;
    }

    String html() {
        final Map<Series, List<Cell>> all = view.cells().stream()
                .filter(cell -> cell.protocol().isBulk())
                .collect(Collectors.groupingBy(Series::of, LinkedHashMap::new, Collectors.toList()));
        final List<String> figures = new ArrayList<>();
        all.forEach((series, cells) -> {
            final List<Line> lines = lines(cells);
            if (!lines.isEmpty()) {
                figures.add(Html.figure(series.title(), chart(series, cells, lines)));
            }
        });
        return figures.isEmpty()
                ? ""
                : "<section>\n" + Html.heading(2, "Throughput over the MTU")
                        + Html.paragraph("legend", "Medians.")
                        + Html.grid("pair", figures)
                        + "</section>\n";
    }

    private List<Line> lines(final List<Cell> cells) {
        final Dashes dashes = new Dashes();
        final List<Line> lines = new ArrayList<>();
        for (final BackendIdentity backend : view.backends()) {
            final List<Point> points = cells.stream()
                    .flatMap(cell -> view
                            .row(cell, backend, Metric.GOODPUT)
                            .filter(row ->
                                    row.fault().isEmpty() && !row.values().isEmpty())
                            .map(row -> new Point(
                                    cell.mtu(),
                                    Quantity.scaled(Metric.GOODPUT, row.values().median())))
                            .stream())
                    .toList();
            if (points.size() > 1) {
                lines.add(new Line(
                        backend.id(),
                        Wording.tone(backend.role()),
                        dashes.next(backend.role()),
                        points,
                        true,
                        tooltip(backend.id(), points)));
            }
        }
        return lines;
    }

    private static String tooltip(final String backend, final List<Point> points) {
        return backend + ", Gbit/s: "
                + points.stream()
                        .map(point -> "MTU %.0f %s".formatted(point.x(), Quantity.number(point.y())))
                        .collect(Collectors.joining(", "));
    }

    private static String chart(final Series series, final List<Cell> cells, final List<Line> lines) {
        final double least = cells.stream().mapToInt(Cell::mtu).min().orElseThrow();
        final double most = cells.stream().mapToInt(Cell::mtu).max().orElseThrow();
        final double high = MARGIN
                * lines.stream()
                        .flatMap(line -> line.points().stream())
                        .mapToDouble(Point::y)
                        .max()
                        .orElse(1);
        final Ticks mtus = new Ticks(
                cells.stream().map(cell -> (double) cell.mtu()).distinct().toList(), Ticks::plain);
        final LineChart.Axes axes = new LineChart.Axes() {
            @Override
            public Scale x(final double from, final double to) {
                return new Scale.Logarithmic(least, most, from, to);
            }

            @Override
            public Scale y(final double from, final double to) {
                return new Scale.Linear(0, high, from, to);
            }
        };
        return new LineChart(lines, axes, mtus, "MTU, bytes", Ticks.linear(0, high, TICKS), "Gbit/s")
                .draw("throughput over the MTU: " + series.title())
                .inline();
    }

    /// Deals out the patterns of lines, role by role.
    static final class Dashes {
        private final Map<BackendIdentity.Role, Integer> dealt = new EnumMap<>(BackendIdentity.Role.class);

        int next(final BackendIdentity.Role role) {
            return dealt.merge(role, 1, Integer::sum) - 1;
        }
    }
}
