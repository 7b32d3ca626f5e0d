package dev.tailrace.perf.model;

import java.util.Arrays;
import java.util.Optional;

/// The median of several runs, and how far they lie apart.
public record Spread(double median, double min, double max, int count) {
    /// Nothing for no values.
    public static Optional<Spread> of(final double... values) {
        if (values.length == 0) {
            return Optional.empty();
        }
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int upper = sorted.length / 2;
        final double median = sorted.length % 2 == 1 ? sorted[upper] : (sorted[upper - 1] + sorted[upper]) / 2;
        return Optional.of(new Spread(median, sorted[0], sorted[sorted.length - 1], sorted.length));
    }
}
