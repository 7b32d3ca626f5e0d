package dev.tailrace.runtime.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// Columns of text, three spaces between them.
final class Table {
    private static final int GAP = 3;

    private final List<List<String>> rows = new ArrayList<>();

    Table(final String... titles) {
        rows.add(List.of(titles));
    }

    void add(final String... cells) {
        rows.add(List.of(cells));
    }

    void print(final PrintStream out) {
        final int columns = rows.getFirst().size();
        final int[] widths = new int[columns];
        for (final List<String> row : rows) {
            for (int column = 0; column < columns; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        for (final List<String> row : rows) {
            final StringBuilder line = new StringBuilder();
            for (int column = 0; column < columns; column++) {
                line.append(row.get(column));
                if (column < columns - 1) {
                    line.repeat(' ', widths[column] - row.get(column).length() + GAP);
                }
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
