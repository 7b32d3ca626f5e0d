package dev.tailrace.perf.stats;

import java.util.Arrays;

/// The middle of some values.
public final class Median {
    private Median() {}

    /// Of two middle ones, their mean.
    ///
    /// @param values at least one, in any order, left as they are
    public static double of(final double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no values");
        }
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int upper = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[upper] : (sorted[upper - 1] + sorted[upper]) / 2;
    }
}
