package dev.tailrace.perf.svg;

import java.util.List;

/// One line of a [LineChart].
///
/// @param points in the space of the values, from left to right; at least one
/// @param dash which pattern it has among those of its tone, from 0 for none
/// @param marked whether every point gets a dot
/// @param tooltip everything about it
public record Line(String name, Tone tone, int dash, List<Point> points, boolean marked, String tooltip) {
    /// Patterns that can be told apart.
    public static final int DASHES = 4;

    public Line {
        points = List.copyOf(points);
    }
}
