package dev.tailrace.perf.report;

import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.svg.ChartStyle;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A session as one page without scripts or other files, light or dark as the reader's system is, light on
/// paper. What was not measured has no section, and what would make the page of a very long session too
/// large is left out.
public final class RunPage {
    private static final int MOST_BYTES = 300_000;

    private RunPage() {}

    /// @param history earlier sessions, in any order; without them there is no history
    public static String html(final RunRecord run, final List<RunRecord> history) {
        return html(run, history, "");
    }

    /// @param first a section that comes before the others
    public static String html(final RunRecord run, final List<RunRecord> history, final String first) {
        final RunView view = new RunView(run);
        String page = "";
        for (final Extent extent : Extent.FALLING) {
            page = html(view, history, extent, first);
            if (page.getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES) {
                return page;
            }
        }
        return page;
    }

    private static String html(
            final RunView view, final List<RunRecord> history, final Extent extent, final String first) {
        final Findings findings = new Findings(view);
        return "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                + "<title>%s</title>\n".formatted(Html.escape(findings.headline()))
                + "<style>\n" + ChartStyle.page() + styles() + "</style>\n</head>\n<body>\n<main>\n"
                + header(view, findings)
                + first
                + new BarSection(view, extent).throughput()
                + new BarSection(view, extent).datagrams()
                + new ForestSection(view, findings, extent).html()
                + new BarSection(view, extent).cpu()
                + new OperationSection(view, extent).html()
                + new LineSection(view).html()
                + new LatencySection(view, extent).html()
                + StartSection.html(view)
                + new HistorySection(view, history).html()
                + new DetailSection(view).html()
                + "</main>\n</body>\n</html>\n";
    }

    private static String header(final RunView view, final Findings findings) {
        final RunRecord run = view.run();
        final StringBuilder header = new StringBuilder("<header>\n");
        header.append(Html.paragraph("kicker", kicker(run)));
        header.append(Html.heading(1, findings.headline()));
        header.append("<p class=\"verdict\"><span class=\"badge %s\">%s</span> %s</p>\n"
                .formatted(
                        run.verdict().name().toLowerCase(Locale.ROOT),
                        findings.badge(),
                        Html.escape(findings.noiseFloor())));
        header.append(Html.list("banner", findings.warnings()));
        header.append(Html.paragraph("lead", findings.lead()));
        final List<List<String>> scores = new Scoreboard(view, findings).rows();
        if (!scores.isEmpty()) {
            header.append(Html.table("numbers scores", scores));
        }
        header.append(Html.list("remarks", run.remarks()));
        return header.append("</header>\n").toString();
    }

    private static String kicker(final RunRecord run) {
        final List<String> parts = new ArrayList<>(List.of(run.runId(), run.startedAt()));
        final String commit = Wording.commit(run);
        if (!commit.isEmpty()) {
            parts.add("commit " + commit);
        }
        for (final Map.Entry<String, String> fact : run.environment().entrySet()) {
            if (fact.getKey().equals(Facts.MACHINE) || fact.getKey().equals(Facts.KERNEL)) {
                parts.add(fact.getKey().equals(Facts.KERNEL) ? "kernel " + fact.getValue() : fact.getValue());
            }
        }
        return String.join(" · ", parts);
    }

    private static String styles() {
        try (InputStream styles = RunPage.class.getResourceAsStream("run.css")) {
            if (styles == null) {
                throw new IllegalStateException("run.css is not next to " + RunPage.class.getName());
            }
            return new String(styles.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
