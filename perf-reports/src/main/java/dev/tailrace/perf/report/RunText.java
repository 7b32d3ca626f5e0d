package dev.tailrace.perf.report;

import dev.tailrace.perf.result.RunRecord;
import java.util.ArrayList;
import java.util.List;

/// A session for a terminal of 120 columns: the table, what is to be known of it, and at the end the
/// verdict and facts.
public final class RunText {
    private static final int COLUMNS = 120;
    private static final int MOST_IN_COLUMN = 60;
    private static final String INDENT = "  ";

    private RunText() {}

    /// @return lines of at most 120 characters, the last with its end
    public static String of(final RunRecord run) {
        final RunView view = new RunView(run);
        final Findings findings = new Findings(view);
        final List<String> lines = new ArrayList<>();
        final SummaryTable table = SummaryTable.of(view, findings, "x");
        if (!table.isEmpty()) {
            addTable(lines, table);
        }
        table.notes().forEach(note -> wrap(lines, note));
        if (!lines.isEmpty()) {
            lines.add("");
        }
        findings.warnings().forEach(warning -> wrap(lines, warning));
        run.remarks().forEach(remark -> wrap(lines, remark));
        wrap(lines, findings.lead().replace('×', 'x'));
        wrap(lines, findings.noiseFloor());
        wrap(lines, findings.verdictLine());
        Facts.withoutPaths(run).forEach((name, value) -> wrap(lines, name + ": " + value));
        return String.join("\n", lines) + "\n";
    }

    /// As many columns as there is room for, and the titles of the others.
    private static void addTable(final List<String> lines, final SummaryTable table) {
        int count = table.columns().size();
        while (count > 1 && width(drawn(table, count)) > COLUMNS) {
            count--;
        }
        drawn(table, count).forEach(line -> lines.add(cut(line, COLUMNS)));
        final List<String> rest =
                table.columns().stream().skip(count).map(List::getFirst).toList();
        if (!rest.isEmpty()) {
            wrap(lines, "on the page only: " + String.join(", ", rest));
        }
    }

    private static List<String> drawn(final SummaryTable table, final int count) {
        final TextTable drawn = new TextTable();
        table.rows(count)
                .forEach(row -> drawn.add(row.stream()
                        .map(text -> cut(clean(text), MOST_IN_COLUMN))
                        .toList()));
        return drawn.lines();
    }

    private static int width(final List<String> lines) {
        return lines.stream().mapToInt(String::length).max().orElse(0);
    }

    private static String cut(final String text, final int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "…";
    }

    /// What a terminal would act upon is not passed on.
    private static String clean(final String text) {
        return text.replaceAll("\\s+", " ").replaceAll("\\p{Cntrl}", "?").strip();
    }

    private static void wrap(final List<String> lines, final String text) {
        String rest = clean(text);
        String indent = "";
        while (indent.length() + rest.length() > COLUMNS) {
            final int room = COLUMNS - indent.length();
            final int space = lastSpace(rest, room);
            final int end = space > 0 ? space : room;
            lines.add(indent + rest.substring(0, end));
            rest = rest.substring(end).strip();
            indent = INDENT;
        }
        if (!rest.isEmpty()) {
            lines.add(indent + rest);
        }
    }

    /// Not between a number and its percent sign; 0 or less if there is none.
    private static int lastSpace(final String text, final int room) {
        final int space = text.lastIndexOf(' ', room);
        return space > 0 && text.startsWith(" %", space) ? text.lastIndexOf(' ', space - 1) : space;
    }
}
