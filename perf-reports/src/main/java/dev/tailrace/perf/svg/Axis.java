package dev.tailrace.perf.svg;

import java.util.ArrayList;
import java.util.List;

/// Draws the lines and labels of an axis. A label that would touch another one is left out, its line is
/// not.
final class Axis {
    private static final double LABEL_DISTANCE = 14;
    private static final double GAP = 5;

    private Axis() {}

    /// An axis from left to right: lines from `top` to `bottom`, labels below.
    static void bottom(final Svg svg, final Scale scale, final Ticks ticks, final double top, final double bottom) {
        final List<Box> taken = new ArrayList<>();
        for (final double value : ticks.values()) {
            final double x = scale.at(value);
            svg.line("grid", x, top, x, bottom);
            final String label = ticks.label().apply(value);
            final Box box = TextStyle.TICK.box(label, x, bottom);
            final Box wide = new Box(box.left() - GAP, box.top(), box.right() + GAP, box.bottom());
            if (taken.stream().noneMatch(wide::overlaps)) {
                taken.add(box);
                svg.text(TextStyle.TICK, Tone.SOFT, x, bottom + LABEL_DISTANCE, label);
            }
        }
    }

    /// An axis from bottom to top: lines from `left` to `right`, labels to the left.
    static void left(final Svg svg, final Scale scale, final Ticks ticks, final double left, final double right) {
        double last = Double.MAX_VALUE;
        for (final double value : ticks.values()) {
            final double y = scale.at(value);
            svg.line("grid", left, y, right, y);
            if (last - y >= TextStyle.TICK_LEFT.size()) {
                svg.text(
                        TextStyle.TICK_LEFT,
                        Tone.SOFT,
                        left - GAP,
                        y,
                        ticks.label().apply(value));
                last = y;
            }
        }
    }

    /// What the labels of [#left] need.
    static double leftWidth(final Ticks ticks) {
        return GAP
                + ticks.values().stream()
                        .mapToDouble(value -> TextWidth.of(ticks.label().apply(value), TextStyle.TICK_LEFT))
                        .max()
                        .orElse(0);
    }
}
