package dev.tailrace.perf.report;

import dev.tailrace.perf.model.Cell;
import dev.tailrace.perf.model.Identity;
import dev.tailrace.perf.model.Results;
import dev.tailrace.perf.model.Sample;
import dev.tailrace.perf.model.Series;
import dev.tailrace.perf.model.Spread;
import java.util.Locale;
import java.util.Optional;

/// Horizontal bars of throughput in one cell, as SVG: a bar to the median, a dot for each run, the range as a line.
final class BarChart {
    private static final int WIDTH = 480;
    private static final int ROW_HEIGHT = 26;
    private static final int BAR_HEIGHT = 16;
    private static final int LABEL_WIDTH = 92;
    private static final int VALUE_WIDTH = 104;
    private static final int PLOT_WIDTH = WIDTH - LABEL_WIDTH - VALUE_WIDTH;
    private static final int GAP = 6;
    private static final double DOT_RADIUS = 2.5;

    private final Results results;
    private final double scale;

    /// @param largest the value that fills the width, the same for all charts of a page so that they can be
    /// compared
    BarChart(final Results results, final double largest) {
        this.results = results;
        this.scale = PLOT_WIDTH / largest;
    }

    String of(final Cell cell) {
        final int height = ROW_HEIGHT * results.backends().size();
        final StringBuilder svg = new StringBuilder();
        svg.append("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n"
                .formatted(
                        WIDTH,
                        height,
                        "Gbit/s, MTU " + cell.mtu() + " " + cell.direction().label()));
        int top = 0;
        for (final Identity backend : results.backends()) {
            appendRow(svg, backend, cell, top);
            top += ROW_HEIGHT;
        }
        return svg.append("</svg>\n").toString();
    }

    private void appendRow(final StringBuilder svg, final Identity backend, final Cell cell, final int top) {
        final int middle = top + ROW_HEIGHT / 2;
        final String role = backend.role().name().toLowerCase(Locale.ROOT);
        text(svg, "name " + role, LABEL_WIDTH - GAP, middle, backend.id());
        final Optional<Series> series = results.find(backend.id(), cell);
        final Optional<Spread> spread = series.flatMap(each -> each.spread(Sample::gigabitsPerSecond));
        if (series.isEmpty() || spread.isEmpty()) {
            text(svg, "value", LABEL_WIDTH + GAP, middle, "failed");
            return;
        }
        bar(svg, role, spread.get(), middle);
        if (spread.get().count() > 1) {
            range(svg, series.get(), spread.get(), middle);
        }
        final String ratio = results.ratio(backend.id(), cell)
                .map(each -> "  " + Format.number(each.median()) + "×")
                .orElse("");
        text(
                svg,
                "value " + role,
                LABEL_WIDTH + scale * spread.get().max() + GAP + DOT_RADIUS,
                middle,
                Format.number(spread.get().median()) + ratio);
    }

    private void bar(final StringBuilder svg, final String role, final Spread spread, final int middle) {
        svg.append("<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%s\" height=\"%d\" rx=\"2\"/>\n"
                .formatted(
                        role, LABEL_WIDTH, middle - BAR_HEIGHT / 2, coordinate(scale * spread.median()), BAR_HEIGHT));
    }

    private void range(final StringBuilder svg, final Series series, final Spread spread, final int middle) {
        svg.append("<path class=\"range\" d=\"M%s %dH%s\"/>\n"
                .formatted(
                        coordinate(LABEL_WIDTH + scale * spread.min()),
                        middle,
                        coordinate(LABEL_WIDTH + scale * spread.max())));
        for (final Sample sample : series.samples()) {
            svg.append("<circle class=\"run\" cx=\"%s\" cy=\"%d\" r=\"%s\"/>\n"
                    .formatted(
                            coordinate(LABEL_WIDTH + scale * sample.gigabitsPerSecond()),
                            middle,
                            coordinate(DOT_RADIUS)));
        }
    }

    private static void text(
            final StringBuilder svg, final String style, final double x, final int middle, final String content) {
        svg.append("<text class=\"%s\" x=\"%s\" y=\"%d\">%s</text>\n"
                .formatted(style, coordinate(x), middle, Html.escape(content)));
    }

    private static String coordinate(final double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
