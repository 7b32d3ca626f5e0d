package dev.tailrace.perf.report;

import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.BackendIdentity.Role;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Comparison;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.Verdict;
import dev.tailrace.perf.svg.Estimate;
import dev.tailrace.perf.svg.ForestPlot;
import dev.tailrace.perf.svg.Svg;
import dev.tailrace.perf.svg.Ticks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/// Ratios with their intervals: of a gate candidate to baseline, of a run ours to each other backend.
final class ForestSection {
    /// What counts as equal.
    static final double BAND = 0.05;

    private static final double ALONE_WIDTH = 560;
    private static final double LEAST_REACH = 0.12;
    private static final double MOST_REACH = 0.5;
    private static final double PERCENT = 100;
    private static final int PERCENT_TICKS = 5;
    private static final double MARGIN = 1.15;

    private final RunView view;
    private final Findings findings;
    private final Extent extent;

    ForestSection(final RunView view, final Findings findings, final Extent extent) {
        this.view = view;
        this.extent = extent;
        this.findings = findings;
    }

    String html() {
        return (findings.gated().isEmpty() ? "" : gate()) + peers() + twice();
    }

    private String gate() {
        final List<Comparison> compared = findings.gated();
        final List<Estimate> rows = new ArrayList<>(changes("", compared));
        rows.addAll(changes("same program twice: ", view.run().calibration()));
        return "<section>\n" + Html.heading(2, "Candidate to baseline") + changes(rows, compared) + "</section>\n";
    }

    /// The program to itself; of a run it is worth less room.
    private String twice() {
        final List<Comparison> compared = view.run().calibration();
        if (compared.isEmpty() || !findings.gated().isEmpty()) {
            return "";
        }
        final String figure = changes(changes("", compared), compared);
        if (findings.isCalibration()) {
            return "<section>\n" + Html.heading(2, "The same program twice") + figure + "</section>\n";
        }
        return extent.rulers()
                ? "<details>\n<summary>The same program twice</summary>\n" + figure + "</details>\n"
                : "";
    }

    private static String changes(final List<Estimate> rows, final List<Comparison> compared) {
        final String legend =
                "Mark: estimate, line: interval, each end%s sure. The band is ±%.0f %%; right of it is more,"
                        + " which is better of throughput and worse of times. Red marks are worse.";
        return Html.paragraph("legend", legend.formatted(confidence(compared), BAND * PERCENT))
                + Html.grid(
                        "alone",
                        List.of(Html.figure(
                                "Change of each metric, cell by cell",
                                changes(rows).inline())));
    }

    /// A heading for each cell and stage, and below it the metrics.
    private static List<Estimate> changes(final String what, final List<Comparison> comparisons) {
        final Map<String, List<Estimate>> cells = new LinkedHashMap<>();
        for (final Comparison each : comparisons) {
            final String stage = each.stage().equals(CellResult.ONLY_STAGE) ? "" : ", " + each.stage();
            final String title = what + each.cell() + stage;
            cells.computeIfAbsent(title, name -> new ArrayList<>(List.of(Estimate.heading(name))))
                    .add(change(each, each.metric().title()));
        }
        return cells.values().stream().flatMap(List::stream).toList();
    }

    private static Svg changes(final List<Estimate> rows) {
        final double reach = Math.clamp(
                rows.stream()
                        .filter(row -> row.value() > 0)
                        .flatMapToDouble(row -> DoubleStream.of(row.lower(), row.upper()))
                        .map(value -> Math.abs(value - 1))
                        .max()
                        .orElse(0),
                LEAST_REACH,
                MOST_REACH);
        final Ticks percent = Ticks.linear(-reach * PERCENT, reach * PERCENT, PERCENT_TICKS);
        final Ticks ticks = new Ticks(
                percent.values().stream().map(value -> 1 + value / PERCENT).toList(),
                ratio -> String.format(Locale.ROOT, "%+.0f %%", (ratio - 1) * PERCENT)
                        .replace("+0 %", "0")
                        .replace("-0 %", "0"));
        return new ForestPlot(ALONE_WIDTH, rows, BAND, 1 - reach, 1 + reach, ticks).draw("candidate to baseline");
    }

    private static Estimate change(final Comparison each, final String name) {
        final boolean sure = Wording.hasInterval(each);
        final String verdict = each.verdict() == Verdict.UNCHANGED ? "" : "  " + each.verdict();
        return new Estimate(
                name,
                Wording.tone(each.verdict()),
                each.ratio(),
                sure ? each.lower() : each.ratio(),
                sure ? each.upper() : each.ratio(),
                each.verdict() == Verdict.INVALID ? "INVALID: " + each.remark() : Wording.change(each) + verdict,
                tooltip(each));
    }

    /// What is not in the row.
    private static String tooltip(final Comparison each) {
        final String remark = each.remark().isEmpty() ? "" : "; " + each.remark();
        return "%s, %s, %s%s"
                .formatted(
                        each.verdict(),
                        Wording.count(each.pairs(), "pair"),
                        Wording.hasInterval(each) ? Wording.confidence(each.confidence()) + " sure" : "no interval",
                        remark);
    }

    /// ` 99 %`, or from least to most; empty if there is no interval.
    private static String confidence(final List<Comparison> comparisons) {
        final TreeSet<Double> all = new TreeSet<>(comparisons.stream()
                .filter(Wording::hasInterval)
                .map(Comparison::confidence)
                .toList());
        if (all.isEmpty()) {
            return "";
        }
        final String least = Wording.confidence(all.first());
        final String most = Wording.confidence(all.last());
        return " " + (least.equals(most) ? least : least + " to " + most);
    }

    private String peers() {
        final List<String> against = forests(Role.PEER);
        final List<String> rulers = extent.rulers() ? forests(Role.RULER) : List.of();
        if (against.isEmpty() && rulers.isEmpty()) {
            return "";
        }
        final StringBuilder section = new StringBuilder("<section>\n");
        section.append(Html.heading(2, "Ours to each other, cell by cell"));
        final List<Comparison> all = Stream.concat(view.of(Role.PEER).stream(), view.of(Role.RULER).stream())
                .flatMap(backend -> comparisons(backend).stream())
                .toList();
        final String legend =
                "Ratio of throughput (of requests: transactions), block by block; right of 1 ours is faster."
                        + " The ends of the intervals are%s sure; a hollow mark has no interval.";
        section.append(Html.paragraph("legend", legend.formatted(confidence(all))));
        section.append(Html.grid("pair", against));
        if (!rulers.isEmpty()) {
            section.append("<details>\n<summary>Against the rulers</summary>\n");
            section.append(Html.grid("pair", rulers)).append("</details>\n");
        }
        return section.append("</section>\n").toString();
    }

    private List<String> forests(final Role role) {
        final List<String> figures = new ArrayList<>();
        for (final BackendIdentity backend : view.of(role)) {
            final List<Estimate> rows = rows(backend);
            if (!rows.isEmpty()) {
                figures.add(Html.figure(
                        "ours to " + Wording.name(backend),
                        ratios(rows, backend.id()).inline()));
            }
        }
        return figures;
    }

    private List<Comparison> comparisons(final BackendIdentity backend) {
        return view.cells().stream()
                .map(cell -> view.comparison(cell, Metric.primary(cell), backend.id()))
                .flatMap(Optional::stream)
                .toList();
    }

    private List<Estimate> rows(final BackendIdentity backend) {
        final List<Estimate> rows = new ArrayList<>();
        for (final Map.Entry<RunView.Group, List<Cell>> group : view.groups().entrySet()) {
            final List<Estimate> part = group.getValue().stream()
                    .flatMap(cell -> view
                            .comparison(cell, Metric.primary(cell), backend.id())
                            .map(each -> ratio(each, Wording.place(cell)))
                            .stream())
                    .toList();
            if (!part.isEmpty()) {
                rows.add(Estimate.heading(group.getKey().title()));
                rows.addAll(part);
            }
        }
        return rows;
    }

    private static Estimate ratio(final Comparison each, final String name) {
        final boolean invalid = each.verdict() == Verdict.INVALID;
        final boolean sure = Wording.hasInterval(each) && !invalid;
        final String text =
                invalid && !each.remark().isEmpty() ? "INVALID: " + each.remark() : Wording.ratio(each, "×");
        return new Estimate(
                name,
                Wording.tone(each.verdict()),
                invalid ? 0 : each.ratio(),
                sure ? each.lower() : each.ratio(),
                sure ? each.upper() : each.ratio(),
                text,
                tooltip(each));
    }

    private static Svg ratios(final List<Estimate> rows, final String backend) {
        final List<Estimate> marked =
                rows.stream().filter(row -> row.value() > 0).toList();
        final double low = marked.stream().mapToDouble(Estimate::lower).min().orElse(1);
        final double high = marked.stream().mapToDouble(Estimate::upper).max().orElse(1);
        final double from = Math.min(low, 1 - BAND) / MARGIN;
        final double to = Math.max(high, 1 + BAND) * MARGIN;
        final Ticks round = Ticks.logarithmic(from, to);
        final Ticks ticks = new Ticks(round.values(), value -> Ticks.plain(value) + "×");
        return new ForestPlot(Svg.COLUMN_WIDTH, rows, BAND, from, to, ticks).draw("ours to " + backend);
    }
}
