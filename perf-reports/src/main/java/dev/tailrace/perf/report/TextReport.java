package dev.tailrace.perf.report;

import dev.tailrace.perf.matrix.Direction;
import dev.tailrace.perf.model.Cell;
import dev.tailrace.perf.model.Identity;
import dev.tailrace.perf.model.Results;
import dev.tailrace.perf.model.Series;
import java.util.ArrayList;
import java.util.List;

/// The results for a terminal.
public final class TextReport {
    private TextReport() {}

    public static String of(final Results results) {
        final List<String> lines = new ArrayList<>();
        final TextTable table = new TextTable();
        for (final int mtu : results.mtus()) {
            table.add(ResultRow.header(results, mtu));
            for (final Identity backend : results.backends()) {
                final List<String> row = new ArrayList<>(ResultRow.of(results, backend, mtu));
                row.set(0, "  " + row.getFirst());
                table.add(row);
            }
            table.add(List.of(""));
        }
        lines.addAll(table.lines());
        results.ours().ifPresent(ours -> {
            for (final Identity ruler : results.rulers()) {
                lines.add("%s to %s: %s".formatted(ours.id(), ruler.id(), ratios(results, ours, ruler)));
            }
        });
        for (final Series series : results.series()) {
            for (final String failure : series.failures()) {
                lines.add("failed: %s, MTU %d %s: %s"
                        .formatted(
                                series.backend(),
                                series.cell().mtu(),
                                series.cell().direction().label(),
                                failure));
            }
        }
        for (final Identity backend : results.backends()) {
            lines.add("%s: %s".formatted(backend.id(), describe(backend)));
        }
        results.environment().forEach((name, value) -> lines.add(name + ": " + value));
        return String.join("\n", lines) + "\n";
    }

    /// In every cell.
    static String ratios(final Results results, final Identity backend, final Identity other) {
        final List<String> ratios = new ArrayList<>();
        for (final int mtu : results.mtus()) {
            for (final Direction direction : Direction.values()) {
                final String ratio =
                        Format.spread(results.ratio(backend.id(), other.id(), new Cell(mtu, direction)), "x");
                ratios.add("MTU %d %s %s".formatted(mtu, direction.label(), ratio));
            }
        }
        return String.join(", ", ratios);
    }

    /// Program, version and settings in one line.
    static String describe(final Identity backend) {
        final List<String> parts = new ArrayList<>(List.of(backend.program(), backend.version(), backend.settings()));
        parts.removeIf(String::isEmpty);
        return String.join("; ", parts);
    }
}
