package dev.tailrace.perf.compare;

import dev.tailrace.perf.stats.Estimate;

/// A ratio with its bounds, from an estimate of its logarithm.
///
/// @param confidence of each bound
record Ratio(double value, double lower, double upper, double confidence) {
    /// What is lost by summing up probabilities.
    private static final double ROUNDING = 1e-9;

    static Ratio ofLogarithm(final Estimate estimate) {
        return new Ratio(
                Math.exp(estimate.value()),
                Math.exp(estimate.lower()),
                Math.exp(estimate.upper()),
                estimate.confidence());
    }

    /// Whether the sample was large enough for the confidence asked for.
    boolean reaches(final double alpha) {
        return confidence >= 1 - alpha - ROUNDING;
    }

    /// Seen from the other side.
    Ratio inverse() {
        return new Ratio(1 / value, 1 / upper, 1 / lower, confidence);
    }

    /// How far the bounds are from the estimate, relative: what could not have been seen.
    double noiseFloor() {
        return Math.max(upper / value, value / lower) - 1;
    }
}
