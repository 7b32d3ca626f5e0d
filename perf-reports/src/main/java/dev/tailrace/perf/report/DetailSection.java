package dev.tailrace.perf.report;

import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Protocol;
import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.Block;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.Noise;
import dev.tailrace.perf.result.RunRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// What is read when something looks odd: all numbers, who was measured, where, and what went wrong.
final class DetailSection {
    private static final double PERCENT = 100;

    private final RunView view;
    private final RunRecord run;

    DetailSection(final RunView view) {
        this.view = view;
        this.run = view.run();
    }

    String html() {
        final List<String> troubles = troubles();
        return "<section>\n" + Html.heading(2, "Details")
                + details("What went wrong (%d)".formatted(troubles.size()), Html.list("failure", troubles))
                + details("All numbers", numbers())
                + details("Who was measured", identities())
                + details("Machine and settings", Html.facts(facts()))
                + "</section>\n";
    }

    private static String details(final String summary, final String content) {
        return content.isEmpty()
                ? ""
                : "<details>\n<summary>%s</summary>\n%s</details>\n".formatted(Html.escape(summary), content);
    }

    /// Failed samples and objections to blocks, the same ones together.
    private List<String> troubles() {
        final Map<String, Integer> counts = new LinkedHashMap<>();
        for (final CellResult cell : run.cells()) {
            final String stage = cell.stage().equals(CellResult.ONLY_STAGE) ? "" : " (" + cell.stage() + ")";
            final String where = cell.cell().id() + stage;
            for (final String backend : cell.backends()) {
                cell.failures(backend)
                        .forEach(reason ->
                                counts.merge("%s, %s failed: %s".formatted(where, backend, reason), 1, Integer::sum));
            }
            cell.blocks().stream()
                    .flatMap(block -> block.objections().stream())
                    .forEach(reason -> counts.merge(where + ", block does not count: " + reason, 1, Integer::sum));
        }
        return counts.entrySet().stream()
                .map(each -> each.getKey() + (each.getValue() == 1 ? "" : " (%d times)".formatted(each.getValue())))
                .toList();
    }

    private String numbers() {
        final StringBuilder tables = new StringBuilder();
        for (final Protocol protocol : Protocol.values()) {
            final List<Cell> cells = view.cells().stream()
                    .filter(cell -> cell.protocol() == protocol)
                    .toList();
            if (!cells.isEmpty()) {
                tables.append(Html.table("numbers", numbers(cells)));
            }
        }
        return tables.isEmpty() ? "" : Html.paragraph("legend", "Median [least..most], n: blocks that count.") + tables;
    }

    private List<List<String>> numbers(final List<Cell> cells) {
        final List<Metric> metrics = Arrays.stream(Metric.values())
                .filter(metric -> cells.stream()
                        .anyMatch(cell -> view.rows(cell, metric).stream()
                                .anyMatch(row -> !row.values().isEmpty())))
                .toList();
        final List<List<String>> rows = new ArrayList<>();
        final List<String> header = new ArrayList<>(List.of("cell", "backend", "n"));
        metrics.forEach(metric -> header.add(metric.title() + ", " + Quantity.unit(metric)));
        rows.add(header);
        for (final Cell cell : cells) {
            String name = cell.id();
            for (final RunView.Row first : view.rows(cell, Metric.primary(cell))) {
                rows.add(numbers(name, cell, first, metrics));
                name = "";
            }
        }
        return rows;
    }

    private List<String> numbers(
            final String name, final Cell cell, final RunView.Row first, final List<Metric> metrics) {
        final BackendIdentity backend = first.backend();
        final String invalid = first.fault().isEmpty() ? "" : " INVALID";
        final String count = first.values().isEmpty()
                ? "failed"
                : String.valueOf(first.values().count());
        final List<String> row = new ArrayList<>(List.of(name, backend.id() + invalid, count));
        for (final Metric metric : metrics) {
            row.add(view.row(cell, backend, metric)
                    .map(each -> Quantity.spread(metric, each.values()))
                    .orElse(""));
        }
        return row;
    }

    private String identities() {
        final StringBuilder html = new StringBuilder();
        for (final BackendIdentity each : view.backends()) {
            final Map<String, String> facts = new LinkedHashMap<>();
            facts.put("role", each.role().name().toLowerCase(Locale.ROOT));
            facts.put("program", each.program());
            facts.put("sha256", each.sha256());
            facts.put("version", each.version());
            facts.put("settings", each.settings());
            facts.put("running", each.executable());
            facts.put("command", each.commandLine());
            facts.put("congestion", each.congestion());
            facts.put("objections", String.join("; ", each.objections()));
            facts.values().removeIf(String::isEmpty);
            html.append(Html.heading(3, each.id())).append(Html.facts(facts));
        }
        return html.toString();
    }

    private Map<String, String> facts() {
        final Map<String, String> facts = new LinkedHashMap<>(run.environment());
        facts.put("run", run.runId());
        facts.put("kind and profile", run.kind() + ", " + run.profile());
        facts.put("started", run.startedAt());
        facts.put("took", run.elapsedSeconds() + " s");
        facts.put("seed", String.valueOf(run.seed()));
        facts.put("commit", run.source().commit() + (run.source().dirty() ? " with changes" : ""));
        facts.put("baseline", run.source().baseline());
        run.settings().forEach(facts::putIfAbsent);
        facts.put("disturbance, worst block", noise());
        facts.values().removeIf(String::isEmpty);
        return facts;
    }

    private String noise() {
        final List<Noise> noises = run.cells().stream()
                .flatMap(cell -> cell.blocks().stream())
                .map(Block::noise)
                .toList();
        if (noises.isEmpty()) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "steal %.1f %%, other processes %.1f %%, waiting backends %.1f %%, pressure %.1f %%, load %.1f",
                PERCENT * most(noises.stream().map(Noise::steal)),
                PERCENT * most(noises.stream().map(Noise::foreign)),
                PERCENT * most(noises.stream().map(Noise::idleBackends)),
                most(noises.stream().map(Noise::pressure)),
                most(noises.stream().map(Noise::load)));
    }

    private static double most(final Stream<Double> values) {
        return values.mapToDouble(Double::doubleValue).max().orElse(0);
    }
}
