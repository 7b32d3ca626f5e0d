package dev.tailrace.perf.report;

import dev.tailrace.perf.result.Walkthrough;
import dev.tailrace.perf.svg.Bar;
import dev.tailrace.perf.svg.BarChart;
import dev.tailrace.perf.svg.Svg;
import dev.tailrace.perf.svg.Tone;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A walkthrough for people: a table for the terminal, a section for the page.
public final class WalkthroughReport {
    private static final String IN_2019 = "2019";

    private static final String SOURCE = "2019: what the article that presented the first rootless Docker measured with"
            + " the same commands, on another machine. Container to container was a bridge of the kernel, as it is here."
            + " To the host each packet of 1,500 bytes went by itself through a user-mode stack (moby issue 44750 has"
            + " 0.818 for it); here, at the same MTU, segments of up to 64 KiB do. The host's address leads through the"
            + " published port into the other container, so that bytes pass our stack twice.";

    private WalkthroughReport() {}

    /// The bandwidths, with line ends.
    public static String text(final Walkthrough walkthrough) {
        final TextTable table = new TextTable();
        rows(walkthrough).forEach(table::add);
        return String.join("\n", table.lines()) + "\n";
    }

    /// A section of a page.
    public static String html(final Walkthrough walkthrough) {
        final StringBuilder steps = new StringBuilder();
        for (final Walkthrough.Step step : walkthrough.steps()) {
            steps.append("$ ").append(step.command()).append('\n');
            step.answer()
                    .lines()
                    .forEach(line -> steps.append("  ").append(line).append('\n'));
        }
        return "<section>\n"
                + Html.heading(2, "The walkthrough of 2019, today")
                + Html.paragraph("legend", SOURCE + " One transfer each: a sign, no measurement.")
                + Html.grid("pair", figures(walkthrough))
                + Html.table("numbers", rows(walkthrough))
                + "<details><summary>What was typed</summary>\n<div class=\"wide\"><pre>"
                + Html.escape(steps.toString())
                + "</pre></div></details>\n</section>\n";
    }

    private static List<List<String>> rows(final Walkthrough walkthrough) {
        final List<List<String>> rows = new ArrayList<>();
        final List<String> head = new ArrayList<>(List.of("Gbit/s", IN_2019));
        walkthrough.drivers().forEach(driver -> head.add("today, " + driver));
        rows.add(head);
        for (final Walkthrough.Path path : Walkthrough.Path.values()) {
            final List<String> row = new ArrayList<>(List.of(path.title(), number(path.gigabitsIn2019())));
            walkthrough.drivers().forEach(driver -> row.add(number(walkthrough.gigabits(path, driver))));
            rows.add(row);
        }
        return rows;
    }

    private static List<String> figures(final Walkthrough walkthrough) {
        final Map<String, List<Bar>> charts = new LinkedHashMap<>();
        for (final Walkthrough.Path path : Walkthrough.Path.values()) {
            final List<Bar> bars = new ArrayList<>();
            for (final String driver : walkthrough.drivers()) {
                bars.add(bar("today, " + driver, Tone.OURS, walkthrough.gigabits(path, driver)));
            }
            if (!Double.isNaN(path.gigabitsIn2019())) {
                bars.add(bar(IN_2019, Tone.PEER, path.gigabitsIn2019()));
            }
            charts.put(path.title(), bars);
        }
        final BarChart chart = BarChart.comparing(
                Svg.COLUMN_WIDTH, charts.values().stream().flatMap(List::stream).toList(), false);
        final List<String> figures = new ArrayList<>();
        charts.forEach((title, bars) -> figures.add(
                Html.figure(title, chart.of(bars, "Gbit/s, " + title).inline())));
        return figures;
    }

    private static Bar bar(final String name, final Tone tone, final double gigabits) {
        final List<Double> values = Double.isNaN(gigabits) ? List.of() : List.of(gigabits);
        final String text = number(gigabits);
        return new Bar(name, tone, values, Double.isNaN(gigabits) ? 0 : gigabits, text, "", "", name + ": " + text);
    }

    private static String number(final double gigabits) {
        return Double.isNaN(gigabits) ? "-" : String.format(Locale.ROOT, gigabits < 10 ? "%.2f" : "%.1f", gigabits);
    }
}
