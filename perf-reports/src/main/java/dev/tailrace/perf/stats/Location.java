package dev.tailrace.perf.stats;

import java.util.Arrays;

/// Where a sample lies, or how far one lies from another.
public final class Location {
    private Location() {}

    /// Of one sample.
    ///
    /// @param values at least one
    /// @param alpha 1 minus the confidence asked for of each bound
    public static Estimate of(final double[] values, final double alpha) {
        final int n = values.length;
        final double[] averages = new double[n * (n + 1) / 2];
        int next = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i; j < n; j++) {
                averages[next++] = (values[i] + values[j]) / 2;
            }
        }
        return estimate(averages, RankDistribution.signedRank(n), alpha);
    }

    /// Of the first sample relative to the second.
    ///
    /// @param values at least one
    /// @param others at least one
    public static Estimate shift(final double[] values, final double[] others, final double alpha) {
        final double[] differences = new double[values.length * others.length];
        int next = 0;
        for (final double value : values) {
            for (final double other : others) {
                differences[next++] = value - other;
            }
        }
        return estimate(differences, RankDistribution.mannWhitney(values.length, others.length), alpha);
    }

    /// With as many of the outer values cut off on each side as the distribution allows.
    private static Estimate estimate(final double[] values, final double[] distribution, final double alpha) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no values");
        }
        Arrays.sort(values);
        final int cut = Math.max(1, RankDistribution.tail(distribution, alpha));
        return new Estimate(
                Median.of(values),
                values[cut - 1],
                values[values.length - cut],
                1 - RankDistribution.cumulative(distribution, cut));
    }
}
