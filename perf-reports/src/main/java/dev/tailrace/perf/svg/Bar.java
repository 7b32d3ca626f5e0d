package dev.tailrace.perf.svg;

import java.util.List;

/// One row of a [BarChart].
///
/// @param values all that was measured; none if nothing was
/// @param middle what the bar goes to
/// @param text behind the bar
/// @param warning behind the text, in the colour of what is bad; may be empty
/// @param fault why the values do not count, or a space where that is said elsewhere; empty if they count.
/// The bar is hatched if it is not empty.
/// @param tooltip everything about it
public record Bar(
        String name,
        Tone tone,
        List<Double> values,
        double middle,
        String text,
        String warning,
        String fault,
        String tooltip) {
    public Bar {
        values = List.copyOf(values);
    }
}
