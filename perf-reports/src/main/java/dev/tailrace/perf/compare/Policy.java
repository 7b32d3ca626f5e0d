package dev.tailrace.perf.compare;

import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.Verdict;

/// When a difference counts.
///
/// @param threshold smallest relative change that matters
/// @param alpha 1 minus the confidence of the bound that must lie on the wrong side of no change
/// @param equivalenceAlpha 1 minus the confidence with which both bounds must lie within the threshold, to call it
/// unchanged
record Policy(double threshold, double alpha, double equivalenceAlpha) {
    /// What decides.
    static final Policy GATE = new Policy(0.05, 0.01, 0.05);

    /// What only chooses the cells to look at again: more of them, less surely.
    static final Policy SCREEN = new Policy(0.025, 0.05, 0.05);

    /// For ratios to other programs, which are shown and not gated; five pairs are enough for it.
    static final Policy PEERS = new Policy(0.05, 0.05, 0.05);

    /// The same for a metric. Times vary more than rates: twice as much must have changed.
    Policy of(final Metric metric) {
        return switch (metric) {
            case P50, P99, ROUND_TRIP_P50, PACED_ROUND_TRIP_P50, MEDIAN_TIME, TAIL_TIME ->
                new Policy(2 * threshold, alpha, equivalenceAlpha);
            default -> this;
        };
    }

    /// About a ratio whose logarithm was estimated twice, with both confidences.
    ///
    /// @param metric of which it is, which says whether more is better
    Verdict verdict(final Metric metric, final Ratio sure, final Ratio equivalent) {
        return metric.isLargerBetter() ? verdict(sure, equivalent) : verdict(sure.inverse(), equivalent.inverse());
    }

    /// Larger is better here.
    Verdict verdict(final Ratio sure, final Ratio equivalent) {
        if (sure.reaches(alpha) && sure.upper() < 1 && sure.value() < 1 - threshold) {
            return Verdict.REGRESSED;
        }
        if (sure.reaches(alpha) && sure.lower() > 1 && sure.value() > 1 + threshold) {
            return Verdict.IMPROVED;
        }
        final boolean within = equivalent.lower() > 1 - threshold && equivalent.upper() < 1 + threshold;
        return equivalent.reaches(equivalenceAlpha) && within ? Verdict.UNCHANGED : Verdict.INCONCLUSIVE;
    }
}
