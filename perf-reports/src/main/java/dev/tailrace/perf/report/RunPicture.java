package dev.tailrace.perf.report;

import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Protocol;
import dev.tailrace.perf.matrix.TrafficPath;
import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.BackendIdentity.Role;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.svg.Bar;
import dev.tailrace.perf.svg.BarChart;
import dev.tailrace.perf.svg.Svg;
import dev.tailrace.perf.svg.TextStyle;
import dev.tailrace.perf.svg.TextWidth;
import dev.tailrace.perf.svg.Tone;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// TCP from the container to the host as a picture for the README: ours, its peers and the proxies, at each
/// MTU of the run. Stands alone, on a ground of its own, in light and dark.
public final class RunPicture {
    private static final double WIDTH = 860;
    private static final double MARGIN = 20;
    private static final double GUTTER = 28;
    private static final double COLUMN = (WIDTH - 2 * MARGIN - GUTTER) / 2;
    private static final double TITLE_HEIGHT = 26;
    private static final double LINE_HEIGHT = 16;
    private static final double HEADING_HEIGHT = 24;
    private static final double PANEL_GAP = 10;
    private static final String PROXY = "proxy";

    private RunPicture() {}

    /// @return a file; one that says so if there is nothing to show
    public static String svg(final RunRecord run) {
        final RunView view = new RunView(run);
        final Map<Cell, List<Bar>> panels = panels(view);
        final List<String> caption = wrapped(Facts.caption(run));
        final BarChart chart = BarChart.comparing(
                COLUMN, panels.values().stream().flatMap(List::stream).toList(), true);
        final Map<Cell, Svg> drawn = new LinkedHashMap<>();
        panels.forEach((cell, bars) -> drawn.put(cell, chart.of(bars, Wording.place(cell))));
        final List<List<Cell>> lines = lines(panels.keySet());
        final double panelsHeight = lines.stream()
                .mapToDouble(line -> height(line, drawn) + HEADING_HEIGHT + PANEL_GAP)
                .sum();
        final double top = MARGIN + TITLE_HEIGHT + LINE_HEIGHT + PANEL_GAP;
        final double height = top + panelsHeight + LINE_HEIGHT * caption.size() + MARGIN;
        final Svg svg = new Svg(WIDTH, height, new Findings(view).headline());
        svg.rect("bg", 0.5, 0.5, WIDTH - 1, height - 1);
        final String title = title(view, panels.keySet());
        svg.text(
                TextStyle.TITLE,
                Tone.INK,
                MARGIN,
                MARGIN + TITLE_HEIGHT / 2 - 2,
                TextWidth.fit(title, TextStyle.TITLE, WIDTH - 2 * MARGIN));
        svg.text(
                TextStyle.NOTE,
                Tone.SOFT,
                MARGIN,
                MARGIN + TITLE_HEIGHT + LINE_HEIGHT / 2,
                TextWidth.fit(legend(view, panels), TextStyle.NOTE, WIDTH - 2 * MARGIN));
        double y = top;
        for (final List<Cell> line : lines) {
            append(svg, line, drawn, y);
            y += height(line, drawn) + HEADING_HEIGHT + PANEL_GAP;
        }
        for (final String text : caption) {
            svg.text(TextStyle.NOTE, Tone.SOFT, MARGIN, y + LINE_HEIGHT / 2, text);
            y += LINE_HEIGHT;
        }
        return svg.standalone();
    }

    private static void append(final Svg svg, final List<Cell> line, final Map<Cell, Svg> drawn, final double y) {
        double x = MARGIN;
        for (final Cell cell : line) {
            svg.text(TextStyle.HEADING, Tone.INK, x, y + HEADING_HEIGHT / 2, Wording.place(cell));
            svg.line("grid", x, y + HEADING_HEIGHT - 2, x + COLUMN, y + HEADING_HEIGHT - 2);
            final Svg panel = drawn.get(cell);
            if (panel != null) {
                svg.inside(x, y + HEADING_HEIGHT, panel);
            }
            x += COLUMN + GUTTER;
        }
    }

    private static double height(final List<Cell> line, final Map<Cell, Svg> drawn) {
        return drawn.entrySet().stream()
                .filter(each -> line.contains(each.getKey()))
                .mapToDouble(each -> each.getValue().height())
                .max()
                .orElse(0);
    }

    /// With the fewest streams that there are.
    private static Map<Cell, List<Bar>> panels(final RunView view) {
        final List<Cell> all = view.cells().stream()
                .filter(cell -> cell.protocol() == Protocol.TCP && cell.path() == TrafficPath.C2H)
                .toList();
        final int streams = all.stream().mapToInt(Cell::streams).min().orElse(1);
        final BarSection bars = new BarSection(view, Extent.ALL);
        final Set<String> shown = view.backends().stream()
                .filter(RunPicture::isShown)
                .map(BackendIdentity::id)
                .collect(Collectors.toSet());
        final Map<Cell, List<Bar>> panels = new LinkedHashMap<>();
        for (final Cell cell : all) {
            if (cell.streams() == streams) {
                panels.put(
                        cell,
                        bars.bars(cell, Metric.GOODPUT).stream()
                                .filter(bar -> shown.contains(bar.name()))
                                .toList());
            }
        }
        return panels;
    }

    private static boolean isShown(final BackendIdentity backend) {
        return switch (backend.role()) {
            case OURS, PEER -> true;
            case BASELINE -> false;
            case RULER -> backend.id().contains(PROXY);
        };
    }

    /// Up and down at one MTU beside each other.
    private static List<List<Cell>> lines(final Set<Cell> cells) {
        return List.copyOf(cells.stream()
                .collect(Collectors.groupingBy(Cell::mtu, LinkedHashMap::new, Collectors.toList()))
                .values());
    }

    private static String title(final RunView view, final Set<Cell> cells) {
        if (cells.isEmpty()) {
            return "No TCP from a container to its host was measured";
        }
        final int streams = cells.iterator().next().streams();
        return "TCP from a container to its host, %s, Gbit/s"
                        .formatted(streams == 1 ? "one stream" : streams + " streams")
                + (view.run().partial() ? " (partial run)" : "");
    }

    private static String legend(final RunView view, final Map<Cell, List<Bar>> panels) {
        final int blocks = panels.values().stream()
                .flatMap(List::stream)
                .mapToInt(bar -> bar.values().size())
                .max()
                .orElse(0);
        final String times = view.reference()
                .filter(peer -> view.run().first(Role.OURS).isPresent())
                .map(peer -> "; × is times " + peer.id())
                .orElse("");
        return blocks == 0
                ? ""
                : "Bar: median of up to %s, line: range, dots: single runs%s"
                        .formatted(Wording.count(blocks, "run"), times);
    }

    private static List<String> wrapped(final List<String> parts) {
        final List<String> lines = new ArrayList<>();
        String line = "";
        for (final String part : parts) {
            final String longer = line.isEmpty() ? part : line + " · " + part;
            if (TextWidth.of(longer, TextStyle.NOTE) <= WIDTH - 2 * MARGIN) {
                line = longer;
                continue;
            }
            if (!line.isEmpty()) {
                lines.add(line);
            }
            line = TextWidth.fit(part, TextStyle.NOTE, WIDTH - 2 * MARGIN);
        }
        lines.add(line);
        return lines;
    }
}
