package dev.tailrace.perf.report;

import dev.tailrace.perf.result.Comparison;
import java.util.List;
import java.util.Locale;

/// Comparisons as a table for a terminal.
public final class ComparisonText {
    private static final double PERCENT = 100;

    private ComparisonText() {}

    /// A line each, with a heading.
    public static String of(final List<Comparison> comparisons) {
        final TextTable table = new TextTable();
        table.add(List.of("cell, metric", "ratio", "interval", "pairs", "sure", "verdict", ""));
        for (final Comparison each : comparisons) {
            table.add(List.of(
                    each.cell() + ", " + each.metric().title(),
                    format("%.3f", each.ratio()),
                    format("%.3f to %.3f", each.lower(), each.upper()),
                    "" + each.pairs(),
                    format("%.0f %%", each.confidence() * PERCENT),
                    each.verdict().name(),
                    each.remark()));
        }
        return String.join("\n", table.lines()) + "\n";
    }

    private static String format(final String pattern, final Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
