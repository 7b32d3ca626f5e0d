package dev.tailrace.perf.svg;

/// One row of a [ForestPlot].
///
/// @param name what it is about; alone, without a value, it is a heading
/// @param tone of the mark: what was found
/// @param value the estimate; 0 in a heading, and where there is nothing to mark
/// @param lower end of the interval; the value itself where there is no interval
/// @param upper end of the interval
/// @param text at the right: the numbers
/// @param tooltip everything about it
public record Estimate(String name, Tone tone, double value, double lower, double upper, String text, String tooltip) {
    public static Estimate heading(final String name) {
        return new Estimate(name, Tone.INK, 0, 0, 0, "", "");
    }

    boolean isHeading() {
        return text.isEmpty();
    }

    boolean hasInterval() {
        return lower < upper;
    }
}
