package dev.tailrace.perf.svg;

import java.util.Collections;
import java.util.List;

/// How one value went over time: a line without axes, its last value in letters, and a line at 1 where that
/// is in range.
public final class Sparkline {
    private static final double WIDTH = 240;
    private static final double HEIGHT = 62;
    private static final double TOP = 20;
    private static final double BOTTOM = 56;
    private static final double LEFT = 4;
    private static final double GAP = 8;
    private static final double MARGIN = 1.1;

    private Sparkline() {}

    /// @param values from old to new, all more than 0, at least one
    /// @param text the last value, as people read it
    public static Svg draw(final String title, final List<Double> values, final String text, final String tooltip) {
        final double right = WIDTH - TextWidth.of(text, TextStyle.VALUE_STRONG) - 2 * GAP;
        final Scale scale =
                new Scale.Logarithmic(Collections.min(values) / MARGIN, Collections.max(values) * MARGIN, BOTTOM, TOP);
        final double step = values.size() > 1 ? (right - LEFT) / (values.size() - 1) : 0;
        final Svg svg = new Svg(WIDTH, HEIGHT, title + ": " + text);
        svg.open(tooltip);
        svg.text(TextStyle.NOTE, Tone.SOFT, 0, GAP, TextWidth.fit(title, TextStyle.NOTE, WIDTH));
        if (scale.holds(1)) {
            svg.line("one dash2", LEFT, scale.at(1), right, scale.at(1));
        }
        final StringBuilder data = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            data.append(i == 0 ? "M" : "L").append(Xml.number(LEFT + i * step)).append(' ');
            data.append(Xml.number(scale.at(values.get(i))));
        }
        final double last = scale.at(values.getLast());
        svg.path("line o", data.toString());
        svg.dots("mark o", List.of(new Point(LEFT + (values.size() - 1) * step, last)));
        svg.text(TextStyle.VALUE_STRONG, Tone.OURS, right + GAP, last, text);
        return svg.close();
    }
}
