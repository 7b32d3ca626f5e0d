package dev.tailrace.runtime.container.seccomp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The rows of `calls.txt`, which says what the columns mean.
final class CallTable {
    /// @param x86 and the other numbers: [#NONE] where there is no such call
    /// @param rule as in the file
    record Row(String name, int x86, int x32, int i386, int aarch64, List<String> rule) {}

    static final int NONE = -1;

    private static final String RESOURCE = "calls.txt";
    private static final int COLUMNS = 5;

    private CallTable() {}

    static List<Row> rows() {
        final List<Row> rows = new ArrayList<>();
        try (InputStream resource = CallTable.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException(RESOURCE + " is missing");
            }
            final BufferedReader reader =
                    new BufferedReader(new InputStreamReader(resource, StandardCharsets.US_ASCII));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.startsWith("#")) {
                    rows.add(row(line.split(" ", -1)));
                }
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    private static Row row(final String... columns) {
        if (columns.length != COLUMNS) {
            throw new IllegalStateException(RESOURCE + ": " + String.join(" ", columns));
        }
        final int slash = columns[1].indexOf('/');
        final String x86 = slash < 0 ? columns[1] : columns[1].substring(0, slash);
        return new Row(
                columns[0],
                number(x86),
                number(columns[1].substring(slash + 1)),
                number(columns[2]),
                number(columns[3]),
                List.of(columns[4].split(",", -1)));
    }

    private static int number(final String column) {
        return column.equals("-") ? NONE : Integer.parseInt(column);
    }
}
