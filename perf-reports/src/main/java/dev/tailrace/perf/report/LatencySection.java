package dev.tailrace.perf.report;

import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Protocol;
import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.Block;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.svg.Line;
import dev.tailrace.perf.svg.LineChart;
import dev.tailrace.perf.svg.Point;
import dev.tailrace.perf.svg.Scale;
import dev.tailrace.perf.svg.Ticks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/// Requests and connections: how many, how fast the answers came, and at what cost.
final class LatencySection {
    private static final double NS_PER_MICRO = 1_000;
    private static final double ALL = 100;
    private static final double HALF = 50;
    private static final int POINTS_PER_NINE = 8;
    private static final double LEAST_HIGH = 99;
    private static final double MOST_HIGH = 99.999;
    private static final double MARGIN = 1.2;
    private static final double[] NINES = {50, 90, 99, 99.9, 99.99, 99.999};
    private static final double MILLI = 1000;

    private final RunView view;
    private final BarSection bars;

    LatencySection(final RunView view, final Extent extent) {
        this.view = view;
        this.bars = new BarSection(view, extent);
    }

    String html() {
        final StringBuilder section = new StringBuilder();
        for (final Map.Entry<RunView.Group, List<Cell>> group : view.groups().entrySet()) {
            final Protocol protocol = group.getKey().protocol();
            if (protocol == Protocol.RR || protocol == Protocol.CRR) {
                section.append(group(group.getKey(), group.getValue()));
            }
        }
        return section.isEmpty()
                ? ""
                : "<section>\n" + Html.heading(2, "Requests and connections")
                        + Html.paragraph(
                                "legend",
                                "Requests: one byte and its answer over one connection, again and again."
                                        + " Connections: a new one for each. More transactions are better, and less"
                                        + " time.")
                        + section + "</section>\n";
    }

    private String group(final RunView.Group group, final List<Cell> cells) {
        final Map<Cell, String> transactions = bars.figures(cells, Metric.TRANSACTIONS, ": transactions per second");
        final Map<Cell, String> cpu = bars.figures(cells, Metric.CPU_PER_TRANSACTION, ": CPU per transaction, us");
        final List<String> notes = new ArrayList<>();
        final List<String> figures = new ArrayList<>();
        for (final Cell cell : cells) {
            figures.add(transactions.getOrDefault(cell, ""));
            figures.addAll(percentiles(cell, notes));
            figures.add(cpu.getOrDefault(cell, ""));
        }
        final StringBuilder html = new StringBuilder(Html.heading(3, group.title()));
        html.append(Html.grid("pair", figures));
        notes.forEach(note -> html.append(Html.paragraph("failure", note)));
        return html.toString();
    }

    /// The figure of a cell, or none; adds a note for each backend of which something could not be
    /// read.
    private List<String> percentiles(final Cell cell, final List<String> notes) {
        final LineSection.Dashes dashes = new LineSection.Dashes();
        final List<Line> lines = new ArrayList<>();
        for (final BackendIdentity backend : view.backends()) {
            final Histograms histograms = Histograms.of(view.blocks(cell)
                    .filter(Block::isValid)
                    .flatMap(block -> Optional.ofNullable(block.samples().get(backend.id())).stream()));
            if (!histograms.faults().isEmpty()) {
                notes.add("%s of %s in %s could not be read and is not in the figure: %s"
                        .formatted(
                                Wording.count(histograms.faults().size(), "histogram"),
                                backend.id(),
                                cell.id(),
                                histograms.faults().getFirst()));
            }
            if (backend.objections().isEmpty()) {
                histograms.merged().ifPresent(histogram -> lines.add(line(backend, histogram, dashes)));
            }
        }
        return lines.isEmpty()
                ? List.of()
                : List.of(Html.figure(Wording.place(cell) + ": time to the answer", chart(cell, lines)));
    }

    private static double micros(final Histogram histogram, final double percentile) {
        return histogram.getValueAtPercentile(percentile) / NS_PER_MICRO;
    }

    private static Line line(
            final BackendIdentity backend, final Histogram histogram, final LineSection.Dashes dashes) {
        final double high = Math.clamp(ALL - ALL / histogram.getTotalCount(), LEAST_HIGH, MOST_HIGH);
        final double first = -Math.log10(1 - HALF / ALL);
        final double last = -Math.log10(1 - high / ALL);
        final int steps = (int) Math.ceil((last - first) * POINTS_PER_NINE);
        final List<Point> points = new ArrayList<>();
        for (int i = 0; i <= steps; i++) {
            final double nines = first + (last - first) * i / steps;
            final double percentile = ALL * (1 - Math.pow(10, -nines));
            points.add(new Point(percentile, Math.max(1, micros(histogram, percentile))));
        }
        final String tooltip = Arrays.stream(NINES)
                .filter(percentile -> percentile <= high)
                .mapToObj(percentile -> "%s %s".formatted(percent(percentile), time(micros(histogram, percentile))))
                .collect(Collectors.joining(", "));
        return new Line(
                backend.id(),
                Wording.tone(backend.role()),
                dashes.next(backend.role()),
                points,
                false,
                "%s: %s; %,d answers".formatted(backend.id(), tooltip, histogram.getTotalCount()));
    }

    private static String chart(final Cell cell, final List<Line> lines) {
        final List<Point> points =
                lines.stream().flatMap(line -> line.points().stream()).toList();
        final double high = points.stream().mapToDouble(Point::x).max().orElse(LEAST_HIGH);
        final double least = points.stream().mapToDouble(Point::y).min().orElse(1) / MARGIN;
        final double most = points.stream().mapToDouble(Point::y).max().orElse(1) * MARGIN;
        final Ticks percentiles = new Ticks(
                Arrays.stream(NINES)
                        .filter(percentile -> percentile <= high)
                        .boxed()
                        .toList(),
                LatencySection::percent);
        final Ticks times = new Ticks(Ticks.logarithmic(least, most).values(), LatencySection::time);
        final LineChart.Axes axes = new LineChart.Axes() {
            @Override
            public Scale x(final double from, final double to) {
                return new Scale.Percentile(HALF, high, from, to);
            }

            @Override
            public Scale y(final double from, final double to) {
                return new Scale.Logarithmic(least, most, from, to);
            }
        };
        return new LineChart(lines, axes, percentiles, "share of the answers", times, "answered within")
                .draw("time to the answer: " + Wording.title(cell))
                .inline();
    }

    private static String percent(final double percentile) {
        return Ticks.plain(percentile) + " %";
    }

    private static String time(final double micros) {
        return micros >= MILLI
                ? Ticks.plain(Math.round(micros) / MILLI) + " ms"
                : String.format(Locale.ROOT, "%.0f us", micros);
    }
}
