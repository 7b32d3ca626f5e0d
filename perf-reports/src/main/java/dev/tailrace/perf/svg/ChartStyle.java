package dev.tailrace.perf.svg;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/// The style sheet of all charts, from `chart.css`. Its colours are variables there; they are written out
/// where a picture stands alone, because not every program that shows SVG knows variables.
public final class ChartStyle {
    private static final String DARK = "@media (prefers-color-scheme: dark)";

    /// Name to light and dark.
    private static final Map<String, String[]> COLOURS = Map.ofEntries(
            colour("paper", "#fcfcfa", "#14181a"),
            colour("ink", "#1d2327", "#e6eaea"),
            colour("soft", "#5c666d", "#9aa5aa"),
            colour("line", "#dcdfdd", "#2d3437"),
            colour("ours", "#0b7a75", "#35b8ae"),
            colour("baseline", "#79b5b1", "#256b66"),
            colour("peer", "#8d99a3", "#7d8a94"),
            colour("ruler", "#d3d8d6", "#39434a"),
            colour("ruler-line", "#a9b1ae", "#59656d"),
            colour("bad", "#b3261e", "#ff8a80"),
            colour("band", "#eef0ee", "#20272a"));

    private ChartStyle() {}

    private static Map.Entry<String, String[]> colour(final String name, final String light, final String dark) {
        return Map.entry(name, new String[] {light, dark});
    }

    /// For a page: variables for light and dark, light on paper, and the classes of the charts.
    public static String page() {
        return ":root{color-scheme:light dark;%s}\n%s{:root{%s}}\n@media print{:root{color-scheme:light;%s}}\n%s"
                .formatted(variables(0), DARK, variables(1), variables(0), rules());
    }

    static String standalone() {
        return written(0) + DARK + "{\n" + written(1) + "}\n";
    }

    private static String variables(final int which) {
        return COLOURS.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(each -> "--%s:%s".formatted(each.getKey(), each.getValue()[which]))
                .collect(Collectors.joining(";"));
    }

    private static String written(final int which) {
        String rules = rules();
        for (final Map.Entry<String, String[]> each : COLOURS.entrySet()) {
            rules = rules.replace("var(--%s)".formatted(each.getKey()), each.getValue()[which]);
        }
        return rules;
    }

    private static String rules() {
        final String texts = Arrays.stream(TextStyle.values())
                .map(style -> "svg " + style.css())
                .collect(Collectors.joining("\n", "", "\n"));
        return resource() + texts;
    }

    private static String resource() {
        try (InputStream styles = ChartStyle.class.getResourceAsStream("chart.css")) {
            if (styles == null) {
                throw new IllegalStateException("chart.css is not next to " + ChartStyle.class.getName());
            }
            return new String(styles.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
