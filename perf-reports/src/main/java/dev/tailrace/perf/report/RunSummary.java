package dev.tailrace.perf.report;

import dev.tailrace.perf.result.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A session as Markdown: the verdict, what is to be known of it, and one table.
public final class RunSummary {
    private RunSummary() {}

    /// @return of the flavour that GitHub shows, with a line end
    public static String markdown(final RunRecord run) {
        final RunView view = new RunView(run);
        final Findings findings = new Findings(view);
        final List<String> parts = new ArrayList<>();
        parts.add("**%s**%s %s"
                .formatted(findings.badge(), run.partial() ? " (partial):" : ":", escape(findings.statement())));
        findings.warnings().forEach(warning -> parts.add("> " + escape(warning)));
        if (!findings.lead().isEmpty()) {
            parts.add(escape(findings.lead()));
        }
        final SummaryTable table = SummaryTable.of(view, findings, "×");
        if (!table.isEmpty()) {
            parts.add(table(table.rows(Integer.MAX_VALUE)));
        }
        bullets(parts, table.notes());
        parts.add(escape(findings.noiseFloor()) + ".");
        bullets(parts, run.remarks());
        parts.add(Facts.caption(run).stream().map(RunSummary::escape).collect(Collectors.joining(" · ")));
        return String.join("\n\n", parts) + "\n";
    }

    private static void bullets(final List<String> parts, final List<String> lines) {
        if (!lines.isEmpty()) {
            parts.add(lines.stream().map(line -> "- " + escape(line)).collect(Collectors.joining("\n")));
        }
    }

    private static String table(final List<List<String>> rows) {
        final List<String> lines = new ArrayList<>();
        for (final List<String> row : rows) {
            lines.add(row.stream().map(RunSummary::escape).collect(Collectors.joining(" | ", "| ", " |")));
            if (lines.size() == 1) {
                lines.add("|---|" + "--:|".repeat(row.size() - 1));
            }
        }
        return String.join("\n", lines);
    }

    /// Text in which GitHub finds no markup, in one line.
    static String escape(final String text) {
        final StringBuilder escaped = new StringBuilder();
        for (final char each : text.replaceAll("\\s+", " ").toCharArray()) {
            switch (each) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '\\', '`', '*', '_', '|', '[', ']', '~', '#', '@' ->
                    escaped.append('\\').append(each);
                default -> escaped.append(each);
            }
        }
        return escaped.toString();
    }
}
