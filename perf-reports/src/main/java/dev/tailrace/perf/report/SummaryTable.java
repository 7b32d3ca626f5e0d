package dev.tailrace.perf.report;

import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.BackendIdentity.Role;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Comparison;
import dev.tailrace.perf.result.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The one table of a summary: of a gate the comparisons with the baseline, of a calibration those with itself, else
/// a line for each cell.
///
/// @param columns each with its title first; the first columns are the most important
/// @param notes what has no place in the table, one line each
record SummaryTable(List<List<String>> columns, List<String> notes) {
    private static final String ABSENT = "-";

    /// @param times the sign for times: × or x
    static SummaryTable of(final RunView view, final Findings findings, final String times) {
        if (findings.isCalibration()) {
            return comparisons(view, view.run().calibration());
        }
        return findings.isGate() ? comparisons(view, findings.gated()) : run(view, times);
    }

    private static SummaryTable comparisons(final RunView view, final List<Comparison> comparisons) {
        final List<List<String>> rows = new ArrayList<>();
        for (final Comparison each : comparisons) {
            final String stage = each.stage().equals(CellResult.ONLY_STAGE) ? "" : " " + each.stage();
            rows.add(List.of(
                    each.cell() + stage,
                    each.metric().title(),
                    Wording.change(each),
                    each.verdict().name(),
                    median(view, each, each.candidate()),
                    median(view, each, each.baseline()),
                    String.valueOf(each.pairs())));
        }
        return new SummaryTable(
                turned(List.of("cell", "metric", "change", "verdict", "candidate", "baseline", "pairs"), rows),
                List.of());
    }

    private static String median(final RunView view, final Comparison comparison, final String backend) {
        return view.run()
                .cell(comparison.cell(), comparison.stage())
                .map(cell -> Values.of(cell.values(backend, comparison.metric())))
                .filter(values -> !values.isEmpty())
                .map(values -> Quantity.withUnit(comparison.metric(), values.median()))
                .orElse(ABSENT);
    }

    private static SummaryTable run(final RunView view, final String times) {
        final Optional<BackendIdentity> ours = view.ours();
        final List<BackendIdentity> others = new ArrayList<>(view.of(Role.PEER));
        others.addAll(view.of(Role.RULER));
        final List<Cell> cells = view.cells().stream()
                .filter(cell -> ours.isPresent() && hasRow(view, cell, ours.get()))
                .toList();
        final List<List<String>> columns = new ArrayList<>();
        columns.add(column("cell", cells, Cell::id));
        ours.ifPresent(each -> {
            columns.add(column(Wording.name(each), cells, cell -> value(view, cell, each, Metric.primary(cell))));
            if (cells.stream().anyMatch(cell -> cell.operation().isEmpty())) {
                columns.add(column("its CPU", cells, cell -> value(view, cell, each, cpu(cell))));
            }
            if (cells.stream().anyMatch(cell -> cell.operation().isPresent())) {
                columns.add(column("its p90", cells, cell -> value(view, cell, each, Metric.TAIL_TIME)));
            }
            if (cells.stream().anyMatch(cell -> cell.beside().isPresent())) {
                columns.add(column("its p50", cells, cell -> value(view, cell, each, Metric.P50)));
                columns.add(column("its p99", cells, cell -> value(view, cell, each, Metric.P99)));
            }
        });
        for (final BackendIdentity other : others) {
            final List<String> column =
                    column("to " + Wording.name(other), cells, cell -> ratio(view, cell, other, times));
            if (column.stream().skip(1).anyMatch(text -> !text.equals(ABSENT))) {
                columns.add(column);
            }
        }
        final List<String> notes = new ArrayList<>(withoutOurs(view, cells));
        notes.addAll(roundTrips(view));
        return new SummaryTable(List.copyOf(columns), notes);
    }

    private static boolean hasRow(final RunView view, final Cell cell, final BackendIdentity backend) {
        return view.row(cell, backend, Metric.primary(cell)).isPresent();
    }

    /// Cells that only others can carry: their medians.
    private static List<String> withoutOurs(final RunView view, final List<Cell> shown) {
        final List<String> notes = new ArrayList<>();
        for (final Cell cell : view.cells()) {
            if (shown.contains(cell)) {
                continue;
            }
            final Metric metric = Metric.primary(cell);
            notes.add(cell.id() + ": " + medians(view.rows(cell, metric), metric));
        }
        return notes;
    }

    /// What a request takes, by everybody: one after the other, and at a fixed rate from when it was sent and from when
    /// it was due. Beside a stream it is compared with others without one.
    private static List<String> roundTrips(final RunView view) {
        final List<String> notes = new ArrayList<>();
        if (view.cells().stream().noneMatch(cell -> cell.beside().isPresent())) {
            return notes;
        }
        for (final Cell cell : view.cells()) {
            for (final Metric metric : List.of(Metric.ROUND_TRIP_P50, Metric.PACED_ROUND_TRIP_P50, Metric.P50)) {
                final List<RunView.Row> rows = view.rows(cell, metric);
                if (!rows.isEmpty()) {
                    notes.add("%s, %s: %s".formatted(cell.id(), metric.title(), medians(rows, metric)));
                }
            }
        }
        return notes;
    }

    private static String medians(final List<RunView.Row> rows, final Metric metric) {
        return rows.stream()
                .map(row -> Wording.name(row.backend()) + " " + text(row, metric))
                .collect(Collectors.joining(", "));
    }

    private static Metric cpu(final Cell cell) {
        return cell.protocol().isBulk() ? Metric.CPU_PER_GIB : Metric.CPU_PER_TRANSACTION;
    }

    private static String value(
            final RunView view, final Cell cell, final BackendIdentity backend, final Metric metric) {
        return view.row(cell, backend, metric).map(row -> text(row, metric)).orElse(ABSENT);
    }

    private static String text(final RunView.Row row, final Metric metric) {
        if (row.values().isEmpty()) {
            return "failed";
        }
        final String invalid = row.fault().isEmpty() ? "" : " INVALID";
        return Quantity.withUnit(metric, row.values().median()) + invalid;
    }

    private static String ratio(final RunView view, final Cell cell, final BackendIdentity other, final String times) {
        final Metric metric = Metric.primary(cell);
        final Optional<RunView.Row> row = view.row(cell, other, metric);
        if (row.isPresent() && row.get().values().isEmpty()) {
            return "failed";
        }
        return view.comparison(cell, metric, other.id())
                .map(each -> Wording.ratio(each, times))
                .orElse(ABSENT);
    }

    private static List<String> column(final String title, final List<Cell> cells, final Function<Cell, String> text) {
        final List<String> column = new ArrayList<>(List.of(title));
        cells.stream().map(text).forEach(column::add);
        return column;
    }

    private static List<List<String>> turned(final List<String> header, final List<List<String>> rows) {
        final List<List<String>> columns = new ArrayList<>();
        for (int i = 0; i < header.size(); i++) {
            final List<String> column = new ArrayList<>(List.of(header.get(i)));
            for (final List<String> row : rows) {
                column.add(row.get(i));
            }
            columns.add(column);
        }
        return columns;
    }

    /// Lines of the first `count` columns, the titles first.
    List<List<String>> rows(final int count) {
        final List<List<String>> rows = new ArrayList<>();
        final int lines = columns.isEmpty() ? 0 : columns.getFirst().size();
        for (int i = 0; i < lines; i++) {
            final int line = i;
            rows.add(columns.stream()
                    .limit(count)
                    .map(column -> column.get(line))
                    .toList());
        }
        return rows;
    }

    /// Whether there is anything under the titles.
    boolean isEmpty() {
        return columns.isEmpty() || columns.getFirst().size() <= 1;
    }
}
