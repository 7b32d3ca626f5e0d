package dev.tailrace.perf.report;

import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Protocol;
import dev.tailrace.perf.result.BackendIdentity.Role;
import dev.tailrace.perf.result.Comparison;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.Verdict;
import dev.tailrace.perf.svg.Bar;
import dev.tailrace.perf.svg.BarChart;
import dev.tailrace.perf.svg.Svg;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Bars of one metric, cell by cell, all of a group of cells on one scale.
final class BarSection {
    private static final Set<Metric> DOTTED =
            Set.of(Metric.GOODPUT, Metric.DATAGRAMS, Metric.TRANSACTIONS, Metric.MEDIAN_TIME);

    private final RunView view;
    private final Extent extent;

    BarSection(final RunView view, final Extent extent) {
        this.view = view;
        this.extent = extent;
    }

    /// Throughput of the bulk protocols.
    String throughput() {
        return section(
                "Throughput",
                "Gbit/s at the receiver. The bar goes to the median%s, the line from the least to the most.%s%s"
                        .formatted(
                                extent.dots() ? ", each dot is a block" : "",
                                timesLegend(Metric.GOODPUT),
                                rulersLegend(Metric.GOODPUT)),
                Metric.GOODPUT,
                cell -> Metric.primary(cell) == Metric.GOODPUT);
    }

    /// Rate of the datagrams whose length is given.
    String datagrams() {
        return section(
                "Datagrams of a given length",
                "Datagrams per second that arrived.%s%s"
                        .formatted(timesLegend(Metric.DATAGRAMS), rulersLegend(Metric.DATAGRAMS)),
                Metric.DATAGRAMS,
                cell -> Metric.primary(cell) == Metric.DATAGRAMS);
    }

    /// Processor time of the bulk protocols.
    String cpu() {
        return section(
                "CPU per GiB",
                "Seconds of processor time of the program for each GiB carried: shorter is better.%s Without a"
                                .formatted(timesLegend(Metric.CPU_PER_GIB))
                        + " program there is no bar.",
                Metric.CPU_PER_GIB,
                cell -> cell.protocol().isBulk());
    }

    private String rulersLegend(final Metric metric) {
        final boolean ruled = view.cells().stream()
                .flatMap(cell -> view.rows(cell, metric).stream())
                .anyMatch(row -> row.backend().role() == Role.RULER);
        return ruled ? " Paler bars are rulers: what the machine can do." : "";
    }

    private String timesLegend(final Metric metric) {
        return view.reference()
                .filter(peer -> view.cells().stream()
                        .anyMatch(
                                cell -> view.comparison(cell, metric, peer.id()).isPresent()))
                .map(peer -> " × is how many times that of %s, block by block.".formatted(Wording.name(peer)))
                .orElse("");
    }

    private String section(final String title, final String legend, final Metric metric, final Predicate<Cell> shown) {
        final StringBuilder section = new StringBuilder();
        for (final Map.Entry<RunView.Group, List<Cell>> group : view.groups().entrySet()) {
            final List<Cell> cells = group.getValue().stream().filter(shown).toList();
            section.append(group(group.getKey().title(), cells, metric));
        }
        return section.isEmpty()
                ? ""
                : "<section>\n" + Html.heading(2, title) + Html.paragraph("legend", legend) + section + "</section>\n";
    }

    private String group(final String title, final List<Cell> cells, final Metric metric) {
        final List<String> figures = List.copyOf(figures(cells, metric, "").values());
        return figures.isEmpty() ? "" : Html.heading(3, title) + Html.grid("pair", figures);
    }

    /// One for each cell that has the metric.
    ///
    /// @param what is behind the name of the cell in the captions
    Map<Cell, String> figures(final List<Cell> cells, final Metric metric, final String what) {
        final Map<Cell, List<Bar>> bars = cells.stream()
                .filter(cell -> view.rows(cell, metric).stream()
                        .anyMatch(row -> !row.values().isEmpty() || metric == Metric.primary(cell)))
                .collect(Collectors.toMap(
                        cell -> cell, cell -> bars(cell, metric), (one, other) -> one, LinkedHashMap::new));
        final BarChart chart = BarChart.comparing(
                Svg.COLUMN_WIDTH,
                bars.values().stream().flatMap(List::stream).toList(),
                extent.dots() && DOTTED.contains(metric));
        final Map<Cell, String> figures = new LinkedHashMap<>();
        bars.forEach((cell, rows) -> {
            final String label = "%s: %s, %s".formatted(metric.title(), Wording.title(cell), Quantity.unit(metric));
            final String why =
                    view.discarded(cell).map(reason -> " - INVALID: " + reason).orElse("");
            figures.put(
                    cell,
                    Html.figure(
                            Wording.place(cell) + what + why,
                            chart.of(rows, label).inline()));
        });
        return figures;
    }

    /// Ours first.
    List<Bar> bars(final Cell cell, final Metric metric) {
        return view.rows(cell, metric).stream()
                .map(row -> bar(cell, metric, row))
                .toList();
    }

    private Bar bar(final Cell cell, final Metric metric, final RunView.Row row) {
        final Values values = row.values();
        final List<Double> scaled = values.all().stream()
                .map(value -> Quantity.scaled(metric, value))
                .toList();
        return new Bar(
                row.backend().id(),
                Wording.tone(row.backend().role()),
                scaled,
                Quantity.scaled(metric, values.median()),
                values.isEmpty() ? "" : text(cell, metric, row),
                warning(row),
                fault(cell, row),
                tooltip(metric, row));
    }

    /// What the caption says of the whole cell is not said again.
    private String fault(final Cell cell, final RunView.Row row) {
        if (row.fault().isEmpty()) {
            return "";
        }
        return view.discarded(cell).isPresent() ? " " : "INVALID: " + row.fault();
    }

    private String text(final Cell cell, final Metric metric, final RunView.Row row) {
        final String median = Quantity.number(metric, row.values().median());
        final String lost = lost(cell, metric, row);
        final Optional<Comparison> comparison = row.backend().role() == Role.OURS
                ? view.reference().flatMap(peer -> view.comparison(cell, metric, peer.id()))
                : Optional.empty();
        final String ratio = comparison
                .filter(each -> each.verdict() != Verdict.INVALID)
                .map(each -> " (%s×)".formatted(Wording.ratio(each.ratio())))
                .orElse("");
        return median + ratio + lost;
    }

    private String lost(final Cell cell, final Metric metric, final RunView.Row row) {
        if (cell.protocol() == Protocol.TCP || metric != Metric.primary(cell)) {
            return "";
        }
        return view.row(cell, row.backend(), Metric.LOST)
                .filter(each -> !each.values().isEmpty())
                .map(each -> ", " + Quantity.withUnit(Metric.LOST, each.values().median()) + " lost")
                .orElse("");
    }

    private static String warning(final RunView.Row row) {
        final int failed = row.failures().size();
        if (row.values().isEmpty()) {
            return "failed: "
                    + String.join("; ", row.failures().stream().distinct().toList());
        }
        return failed == 0 ? "" : failed + " failed";
    }

    private String tooltip(final Metric metric, final RunView.Row row) {
        final Values values = row.values();
        if (values.isEmpty() || !row.fault().isEmpty()) {
            return "%s: %s".formatted(row.backend().id(), values.isEmpty() ? warning(row) : row.fault());
        }
        return extent.tooltips()
                ? "%s: %s %s, n %d"
                        .formatted(
                                row.backend().id(),
                                Quantity.spread(metric, values),
                                Quantity.unit(metric),
                                values.count())
                : "";
    }
}
