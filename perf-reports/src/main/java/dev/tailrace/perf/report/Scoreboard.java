package dev.tailrace.perf.report;

import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Protocol;
import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.BackendIdentity.Role;
import dev.tailrace.perf.result.Comparison;
import dev.tailrace.perf.result.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Ours to every other backend in one line each: the range of the ratios over the cells, and in how many
/// cells who is faster.
final class Scoreboard {
    private static final String NOTHING = "";

    private final RunView view;
    private final Findings findings;

    Scoreboard(final RunView view, final Findings findings) {
        this.view = view;
        this.findings = findings;
    }

    /// The header and then the lines; nothing if there is nobody to compare with.
    List<List<String>> rows() {
        final List<List<String>> columns = new ArrayList<>();
        final List<BackendIdentity> others = Stream.of(Role.PEER, Role.RULER)
                .flatMap(role -> view.of(role).stream())
                .filter(each -> !findings.byStanding(each.id()).isEmpty())
                .toList();
        if (others.isEmpty()) {
            return List.of();
        }
        add(columns, "ours to", others.stream().map(Wording::name).toList());
        for (final Family family : Family.of(view.cells())) {
            add(columns, family.title(), ranges(others, family.rate(), family::has));
        }
        add(columns, "CPU per GiB of TCP", ranges(others, Metric.CPU_PER_GIB, cell -> cell.protocol() == Protocol.TCP));
        for (final Standing standing : Standing.values()) {
            add(columns, standing.words(), counts(others, standing));
        }
        final List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i <= others.size(); i++) {
            final int line = i;
            rows.add(columns.stream().map(column -> column.get(line)).toList());
        }
        return rows;
    }

    private static void add(final List<List<String>> columns, final String title, final List<String> values) {
        if (values.stream().allMatch(String::isEmpty)) {
            return;
        }
        final List<String> column = new ArrayList<>(List.of(title));
        column.addAll(values);
        columns.add(column);
    }

    private List<String> ranges(final List<BackendIdentity> others, final Metric metric, final Predicate<Cell> cells) {
        return others.stream()
                .map(each -> findings.ratios(each.id(), metric, cells))
                .map(ratios -> ratios.isEmpty() ? NOTHING : Findings.range(ratios) + "×")
                .toList();
    }

    private List<String> counts(final List<BackendIdentity> others, final Standing standing) {
        final List<String> counts = new ArrayList<>();
        for (final BackendIdentity each : others) {
            final Map<Standing, List<Comparison>> standings = findings.byStanding(each.id());
            final int count = standings.getOrDefault(standing, List.of()).size();
            counts.add(count == 0 ? NOTHING : Wording.count(count, "cell"));
        }
        return counts;
    }
}
