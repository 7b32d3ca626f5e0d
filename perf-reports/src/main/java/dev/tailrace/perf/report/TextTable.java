package dev.tailrace.perf.report;

import java.util.ArrayList;
import java.util.List;

/// Columns of text, the first aligned left and the others right.
final class TextTable {
    private static final String GAP = "   ";

    private final List<List<String>> rows = new ArrayList<>();

    void add(final List<String> row) {
        rows.add(List.copyOf(row));
    }

    /// All rows, each as a line.
    List<String> lines() {
        final int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        final int[] widths = new int[columns];
        for (final List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(final List<String> row, final int[] widths) {
        final StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            final String padding = " ".repeat(widths[i] - row.get(i).length());
            line.append(i == 0 ? row.get(i) + padding : GAP + padding + row.get(i));
        }
        return line.toString().stripTrailing();
    }
}
